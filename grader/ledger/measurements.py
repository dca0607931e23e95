"""Rows of measurements."""

from sqlalchemy import Connection, select

from grader.domain.measurement import Measured, Measurement, MeasurementKept
from grader.ledger import schema
from grader.ledger.rows import add_numbered, now


def append(connection: Connection, measurement: Measurement) -> MeasurementKept:
    """Keep a measurement, also where there are others on the same."""
    created = now()
    row = {
        "created": created,
        "kind": measurement.kind.value,
        "judge": measurement.judge,
        "body": measurement.canonical,
    }
    add_numbered(connection, schema.measurements, [row])
    return MeasurementKept(measurement, created)


def kept(connection: Connection, kind: Measured | None) -> list[MeasurementKept]:
    """All measurements, or those of one kind, oldest first."""
    table = schema.measurements
    query = select(table.c.body, table.c.created).order_by(table.c.id)
    if kind is not None:
        query = query.where(table.c.kind == kind.value)
    rows = connection.execute(query)
    return [MeasurementKept(Measurement.model_validate_json(row.body), row.created) for row in rows]

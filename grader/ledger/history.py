"""What the ledger knows beside records: when they were kept, all tries at an answer, all calibrations."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from grader.digests import digest
from grader.domain.calibration import Calibration
from grader.domain.exchange import Completion, JudgeSpec
from grader.domain.kept import CalibrationKept, Kept, RequestKept, Tried
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome
from grader.ledger import schema

_AT_ONCE = 200


def outcomes(connection: Connection, run: str) -> Iterator[Kept]:
    """What the submissions of a run came to, in the order of its input."""
    outcome, record = schema.outcomes.c, schema.records
    query = (
        select(outcome.position, record.c.body, record.c.created)
        .join(record, outcome.record == record.c.digest)
        .where(outcome.run == run)
        .order_by(outcome.position)
    )
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield Kept(row.position, GradeRecord.model_validate_json(row.body), row.created)


def every_record(connection: Connection) -> Iterator[tuple[GradeRecord, str]]:
    """Each different record, also without a score, and when it was first kept; oldest first."""
    table = schema.records.c
    query = select(table.body, table.created).order_by(table.created, table.digest)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield GradeRecord.model_validate_json(row.body), row.created


def requests_kept(connection: Connection, digests: Sequence[str]) -> list[RequestKept]:
    """These requests, in this order; those that were never answered have no row, and are left out."""
    table = schema.requests.c
    rows = connection.execute(select(table.digest, table.body).where(table.digest.in_(set(digests))))
    bodies = {row.digest: json.loads(row.body) for row in rows}
    tries = _tries(connection, set(bodies))
    return [
        RequestKept(
            digest=one,
            judge=JudgeSpec.model_validate(bodies[one]["judge"]),
            answer_schema=bodies[one]["answer_schema"],
            shown=_shown(bodies[one]),
            tries=tuple(tries.get(one, ())),
        )
        for one in digests
        if one in bodies
    ]


def _tries(connection: Connection, requests: set[str]) -> dict[str, list[Tried]]:
    table = schema.completions.c
    columns = (table.request, table.run, table.created, table.attempt, table.outcome, table.body)
    query = select(*columns).where(table.request.in_(requests)).order_by(table.id)
    found: dict[str, list[Tried]] = {}
    for row in connection.execute(query):
        tried = found.setdefault(row.request, [])
        if tried and tried[-1].outcome is AnswerOutcome.OK:
            continue
        completion = Completion.model_validate_json(row.body)
        tried.append(Tried(row.run, row.created, row.attempt, AnswerOutcome(row.outcome), completion))
    return found


def _shown(body: dict[str, Any]) -> str:
    """A structured judge has the text in its last message, alone; another one has the passages."""
    return digest(body["passages"]) if body["passages"] else str(body["messages"][-1]["content"])


def calibrations(connection: Connection) -> list[CalibrationKept]:
    """All calibrations, oldest first."""
    table = schema.calibrations.c
    rows = connection.execute(select(table.body, table.created, table.shipped).order_by(table.id))
    return [CalibrationKept(Calibration.model_validate_json(r.body), r.created, r.shipped) for r in rows]

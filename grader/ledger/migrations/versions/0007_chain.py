"""The chain over all rows; those from before enter it now, as they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from alembic import op
from sqlalchemy import Connection, Table, inspect, select

from grader.domain.batch import in_groups
from grader.ledger.chain import seal
from grader.ledger.migrations.append_only import create
from grader.ledger.schema import FIFTH, FIRST, SECOND, SEVENTH, SIXTH, THIRD

revision = "0007"
down_revision = "0006"
_AT_ONCE = 1000


def upgrade() -> None:
    """Create the table and the triggers that refuse changes; seal what is there."""
    create(SEVENTH)
    connection = op.get_bind()
    for table in FIRST + SECOND + THIRD + FIFTH + SIXTH:
        for rows in in_groups(_rows(connection, table), _AT_ONCE):
            seal(connection, [(table, row) for row in rows])


def _rows(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """All rows with the columns of this version: later migrations may add some."""
    known = {column["name"] for column in inspect(connection).get_columns(table.name)}
    columns = [column for column in table.columns if column.name in known]
    query = select(*columns).order_by(*table.primary_key)
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    yield from (row._asdict() for row in found)

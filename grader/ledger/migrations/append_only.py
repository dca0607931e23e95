"""Creates tables whose rows can be added but neither changed nor removed."""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import Table

from grader.ledger.schema import metadata


def create(tables: Sequence[Table]) -> None:
    """The tables with their indexes, and triggers that refuse UPDATE and DELETE."""
    connection = op.get_bind()
    metadata.create_all(connection, tables=list(tables))
    statements = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    for table in tables:
        for statement in statements(table.name):
            op.execute(statement)


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for act in ("UPDATE", "DELETE")
    ]


def _postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]

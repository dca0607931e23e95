"""The first tables, append-only."""

from alembic import op

from grader.ledger.schema import ALL, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and the triggers that refuse changes."""
    connection = op.get_bind()
    metadata.create_all(connection, tables=list(ALL))
    statements = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    for table in ALL:
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

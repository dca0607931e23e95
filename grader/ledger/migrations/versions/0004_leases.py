"""Who is asking what at the moment: the one table whose rows come and go."""

from alembic import op

from grader.ledger.schema import leases, metadata

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    metadata.create_all(op.get_bind(), tables=[leases])

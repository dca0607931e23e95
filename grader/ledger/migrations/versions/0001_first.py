"""The first tables, append-only."""

from grader.ledger.migrations.append_only import create
from grader.ledger.schema import FIRST

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and the triggers that refuse changes."""
    create(FIRST)

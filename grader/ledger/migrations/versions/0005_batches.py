"""Batches at providers: what was handed over, how it went, what came back; append-only."""

from grader.ledger.migrations.append_only import create
from grader.ledger.schema import FIFTH

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables and the triggers that refuse changes."""
    create(FIFTH)

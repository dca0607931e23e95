"""Calibrations, and what people commit and decide; append-only."""

from grader.ledger.migrations.append_only import create
from grader.ledger.schema import SECOND

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables and the triggers that refuse changes."""
    create(SECOND)

"""People's decisions on candidates; append-only."""

from grader.ledger.migrations.append_only import create
from grader.ledger.schema import THIRD

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table and the triggers that refuse changes."""
    create(THIRD)

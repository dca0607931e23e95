"""What was measured of judges and processes; append-only."""

from grader.ledger.migrations.append_only import create
from grader.ledger.schema import SIXTH

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table and the triggers that refuse changes."""
    create(SIXTH)

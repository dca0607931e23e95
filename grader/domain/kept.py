"""What a ledger knows of things beside their content: when they were kept, and all tries at an answer."""

from typing import NamedTuple

from grader.domain.calibration import Calibration
from grader.domain.exchange import Completion, JudgeSpec
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome


class Kept(NamedTuple):
    """What one submission of a run came to; `created`: when that was first kept, UTC, ISO 8601."""

    position: int
    record: GradeRecord
    created: str


class Tried(NamedTuple):
    """One answer of a judge, as it came."""

    run: str
    created: str
    attempt: int
    outcome: AnswerOutcome
    completion: Completion


class RequestKept(NamedTuple):
    """A request, with the answers to it up to the first usable one."""

    digest: str
    judge: JudgeSpec
    answer_schema: str
    """Digest."""
    shown: str
    """Digest of the candidate's text as the judge was shown it."""
    tries: tuple[Tried, ...]


class CalibrationKept(NamedTuple):
    """A calibration, when it was kept, and whether it came with the program."""

    calibration: Calibration
    created: str
    shipped: bool

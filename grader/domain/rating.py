"""Claims (what a judge says), evidence (where it stands) and ratings (what was checked)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from grader.domain.base import Value, absent
from grader.domain.criterion import LEVELS

Probability = Annotated[float, Field(ge=0, le=1)]


class Verdict(StrEnum):
    """A judgment on one criterion."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    CANNOT_ASSESS = "cannot_assess"


def verdict_of(level: int) -> Verdict:
    """A level in the words of a checklist: the highest is met, the lowest not."""
    return Verdict.MET if level == LEVELS else Verdict.NOT_MET if level == 1 else Verdict.PARTLY


class Claim(Value):
    """What a judge says of one criterion, unchecked."""

    criterion: str
    segments: tuple[int, ...]
    reason: str
    verdict: Verdict
    level: int | None = None
    """The level that was picked, of a criterion with levels."""


class Evidence(Value):
    """A passage of the submission: segment number and code-point offsets into the original."""

    segment: int
    start: int
    end: int


class Rating(Value):
    """A checked judgment on one criterion, by a person or by a model: the same type for both."""

    rater: str
    criterion: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    probability: Probability | None = None
    """The rater's own probability of `met`, uncalibrated; None where there is none."""
    calibrated: Probability | None = None
    """Probability that raters say met, by the calibration; None without one."""
    threshold: Probability | None = None
    """The own probability from which met is the likelier verdict, by the calibration."""
    claimed: Verdict | None = None
    """What the judge itself said, where the calibration came to another verdict."""
    supported: bool = True
    """False when a `met` or `partly` came without evidence: it then counts for nothing."""
    level: Annotated[int | None, Field(ge=1, le=LEVELS, exclude_if=absent)] = None
    """The level, of a criterion with levels; the verdict follows from it."""

    @property
    def result(self) -> tuple[Verdict, int | None]:
        """What repeats and judges vote with: the verdict, and the level of a criterion with levels."""
        return self.verdict, self.level

    @property
    def confidence(self) -> float | None:
        """Calibrated probability of the verdict itself; None where it has none (`partly`, uncalibrated)."""
        if self.calibrated is None or self.verdict not in {Verdict.MET, Verdict.NOT_MET}:
            return None
        return self.calibrated if self.verdict is Verdict.MET else 1 - self.calibrated

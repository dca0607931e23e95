"""Scorecards: all of one candidate's scores on a page, with what stands beside them."""

from enum import StrEnum

from grader.domain.base import Identified, Value
from grader.domain.rating import Evidence
from grader.domain.record import Standing, State


class Standard(Value):
    """A score of 0 to 100 with what is known of its error."""

    percent: float | None
    """None while an answer below it has no score."""
    lowest: float
    """With 0 for everything that has no score."""
    highest: float
    """With 100 for everything that has no score."""
    standard_error: float | None
    """In percent points, from those tasks whose error is known; None where none is."""


class ItemScore(Value):
    """One task of the assessment, as this candidate did."""

    task: str
    title: str
    share: float
    """Percent of the total that this task can decide."""
    state: State | None = None
    """None: no answer was handed in."""
    percent: float | None = None
    scale: float | None = None
    """1 to 5."""
    standard_error: float | None = None
    """0 of an exact answer; None without a calibration."""
    standing: Standing | None = None
    detail: str = ""
    """Why there is no score."""
    reviews: int = 0
    """Reasons why a person should look that nobody has decided on."""
    decided: tuple[str, ...] = ()
    """Criteria on which a person's decision counts instead of the judge's verdict."""
    outdated: tuple[str, ...] = ()
    """Criteria with a person's decision on an earlier wording, which does not count."""
    submission: str | None = None
    record: str | None = None
    """Digest of the record."""


class SectionScore(Standard):
    """A section; `weight` is percent of its part."""

    id: str
    title: str
    weight: float
    items: tuple[ItemScore, ...]


class PartScore(Standard):
    """The test or the interview; `weight` is percent of the total."""

    id: str
    title: str
    weight: float
    sections: tuple[SectionScore, ...]


class GateState(StrEnum):
    """How a gate came out."""

    PASSED = "passed"
    DOUBTFUL = "doubtful"
    """Met only in part: a person decides."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """What it needs has no score."""


class GateResult(Value):
    """A gate with what it was decided on, in words."""

    id: str
    title: str
    why: str
    state: GateState
    detail: str


class RaisedFlag(Value):
    """A red flag with the passage that raised it."""

    flag: str
    """The assessment's kind of flag; "" for one that it does not name."""
    title: str
    task: str
    criterion: str
    submission: str
    evidence: tuple[Evidence, ...]
    confirmed: bool
    """Whether a person decided that it is there."""


class Recommendation(StrEnum):
    """What follows from the scorecard; never a decision."""

    ADVANCE = "advance"
    DISCUSS = "discuss"
    DO_NOT_ADVANCE = "do_not_advance"
    GATE_FAILED = "gate_failed"
    """A person decides first, whatever the total."""
    RED_FLAG = "red_flag"
    """A person looks first, whatever the total."""
    INCOMPLETE = "incomplete"
    """Too little is scored to say anything."""


class Scorecard(Identified):
    """What a person decides on."""

    assessment: str
    assessment_digest: str
    title: str
    candidate: str
    total: Standard
    parts: tuple[PartScore, ...]
    gates: tuple[GateResult, ...]
    flags: tuple[RaisedFlag, ...]
    near: tuple[str, ...]
    """Bounds that the score is within two standard errors of, in words."""
    recommendation: Recommendation

    @property
    def items(self) -> tuple[ItemScore, ...]:
        """All tasks, in order."""
        return tuple(item for part in self.parts for section in part.sections for item in section.items)

    @property
    def missing(self) -> tuple[ItemScore, ...]:
        """Tasks without a score."""
        return tuple(item for item in self.items if item.percent is None)

    @property
    def reviews(self) -> int:
        """Open reasons why a person should look at an answer."""
        return sum(item.reviews for item in self.items)

"""A named person's decision on a candidate: the only thing that decides."""

from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import StringConstraints

from grader.domain.base import Identified
from grader.domain.scorecard import Recommendation
from grader.domain.second_rater import Named


class Choice(StrEnum):
    """What can be decided."""

    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"


class HiringDecision(Identified):
    """Who decided what on a candidate, why, and on which scorecard."""

    candidate: str
    assessment: str
    assessment_digest: str
    scorecard: str
    """Digest of the scorecard as it was when decided."""
    total: float | None
    """The scorecard's total then."""
    recommendation: Recommendation
    """The scorecard's recommendation then."""
    choice: Choice
    name: Named
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]


class HiringDecided(NamedTuple):
    """A decision as it is kept."""

    decision: HiringDecision
    created: str
    """UTC, ISO 8601."""

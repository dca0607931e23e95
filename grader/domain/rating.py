"""Claims (what a judge says), evidence (where it stands) and ratings (what was checked)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from grader.domain.base import Value

Probability = Annotated[float, Field(ge=0, le=1)]


class Verdict(StrEnum):
    """A judgment on one criterion."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    CANNOT_ASSESS = "cannot_assess"


class Claim(Value):
    """What a judge says of one criterion, unchecked."""

    criterion: str
    segments: tuple[int, ...]
    reason: str
    verdict: Verdict


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
    supported: bool = True
    """False when a `met` or `partly` came without evidence: it then counts for nothing."""

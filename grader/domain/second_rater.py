"""What people put on record beside a judge: own ratings, committed first, and decisions."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from grader.domain.base import Identified, Value
from grader.domain.rating import Verdict

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class OwnRating(Value):
    """A person's verdict on one criterion of one submission."""

    submission: str
    criterion: str
    verdict: Verdict
    rated: str | None = None
    """When, ISO 8601, where known."""


class Commitment(Identified):
    """A person's own ratings, fixed before the judge's are computed or shown."""

    rater: Named
    task: str
    rubric: str
    """Digest of the rubric they were rated by."""
    texts: tuple[tuple[str, str], ...]
    """Submission and digest of the text that was rated, in the order of the input."""
    ratings: tuple[OwnRating, ...]


class Cause(StrEnum):
    """Why rater and judge differed."""

    RUBRIC_GAP = "rubric_gap"
    MISSED_EVIDENCE = "missed_evidence"
    FALSE_CREDIT = "false_credit"
    BORDERLINE = "borderline"
    OTHER = "other"


class Adjudication(Identified):
    """A named person's decision on one criterion of one submission."""

    submission: str
    text: str
    """Digest of the submission's text."""
    task: str
    rubric: str
    criterion: str
    verdict: Literal[Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET]
    name: Named
    cause: Cause
    note: str
    run: str
    """The run whose record was decided on."""

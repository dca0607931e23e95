"""What people put on record beside a judge: own ratings, committed first, and decisions."""

from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints

from grader.domain.base import Identified, Value, absent
from grader.domain.criterion import LEVELS
from grader.domain.rating import Verdict

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


Given = Literal[Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET]
"""What a person may give; who cannot assess a criterion gives nothing."""


class OwnRating(Value):
    """A person's verdict on one criterion of one submission."""

    submission: str
    criterion: str
    verdict: Given
    rated: str | None = None
    """When, ISO 8601, where known."""


class RatedText(Value):
    """What was rated, and by what."""

    submission: str
    task: str
    text: str
    """Digest of the text."""
    rubric: str
    """Digest of the rubric."""


class Commitment(Identified):
    """A person's own ratings, fixed before the judge's are computed or shown."""

    rater: Named
    texts: tuple[RatedText, ...]
    """In the order of the input."""
    ratings: tuple[OwnRating, ...]
    """In the order of the texts, then of the rubric."""


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
    verdict: Given
    level: Annotated[int | None, Field(ge=1, le=LEVELS, exclude_if=absent)] = None
    """Of a criterion with levels."""
    name: Named
    cause: Cause
    note: str
    run: str
    """The run whose record was decided on."""


class Committed(NamedTuple):
    """A commitment as it is kept."""

    commitment: Commitment
    created: str
    """When it was first made, UTC, ISO 8601."""
    again: bool = False
    """Whether the same ratings were there already."""


class Decided(NamedTuple):
    """A decision as it is kept."""

    adjudication: Adjudication
    created: str
    """UTC, ISO 8601."""

"""Calibration sets: answers with ratings, who rated them, and the split into fit and held-out candidates."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from grader.domain.base import Identified, Value
from grader.domain.criterion import Identifier
from grader.domain.rating import Probability, Verdict

OVERALL = "overall"
"""Stands where a criterion's id would, for a rating of the whole answer."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RaterKind(StrEnum):
    """Who a rater is. Only ratings by people can make a calibration operational."""

    HUMAN = "human"
    MODEL = "model"
    CONSTRUCTED = "constructed"
    """The author of an invented answer, who knows what it was built to meet."""


class Rater(Value):
    """A rater, by the name that stands in the ratings."""

    id: Name
    kind: RaterKind
    note: str = ""


class Scale(Value):
    """Lowest and highest overall rating that raters could give."""

    low: float
    high: float

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low >= self.high:
            raise ValueError("the scale's high end must lie above its low end")
        return self


class Manifest(Value):
    """What a calibration set is, without its answers and ratings."""

    id: Identifier
    task: Identifier
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
    licence: Name
    raters: Annotated[tuple[Rater, ...], Field(min_length=1)]
    """The first rater is the one that others are compared with."""
    scale: Scale | None = None
    """Of overall ratings; None where there are none."""
    fit: tuple[Name, ...]
    """Candidates that calibrations are fitted on."""
    held_out: tuple[Name, ...]
    """Candidates that are only measured on."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [r.id for r in self.raters]
        if repeated := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"raters stand twice: {', '.join(repeated)}")
        if both := sorted(set(self.fit) & set(self.held_out)):
            raise ValueError(f"candidates stand in both parts of the split: {', '.join(both[:5])}")
        return self


class Response(Value):
    """One answer of a calibration set."""

    id: Name
    candidate: Name
    text: str | None = None
    """None where the ratings came without the answers."""


class SetRating(Value):
    """One rater's judgment on one criterion of an answer, or on the whole of it."""

    response: Name
    criterion: str
    """A criterion's id, or OVERALL."""
    rater: Name
    value: float
    """1 met, 0.5 partly, 0 not met; an overall rating: points on the set's scale."""
    probability: Probability | None = None
    """Of a model's verdict: its probability of `met`, where known."""
    rated: str | None = None
    """When, ISO 8601, where known."""


class Exclusion(Value):
    """A row that was left out when ratings were read, and why."""

    place: str
    """File and row."""
    reason: str


class CalibrationSet(Identified):
    """Answers and ratings; every rated response is there, every candidate in exactly one part."""

    manifest: Manifest
    responses: tuple[Response, ...]
    ratings: tuple[SetRating, ...]
    exclusions: tuple[Exclusion, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = {r.id for r in self.responses}
        if len(ids) < len(self.responses):
            raise ValueError("a response id stands twice")
        raters = {r.id for r in self.manifest.raters}
        for rating in self.ratings:
            if rating.response not in ids:
                raise ValueError(f"a rating names the unknown response {rating.response}")
            if rating.rater not in raters:
                raise ValueError(f"a rating names the unknown rater {rating.rater}")
        parts = set(self.manifest.fit) | set(self.manifest.held_out)
        if outside := sorted({r.candidate for r in self.responses} - parts):
            raise ValueError(f"candidates in neither part of the split: {', '.join(outside[:5])}")
        return self


VALUES: dict[Verdict, float] = {Verdict.MET: 1.0, Verdict.PARTLY: 0.5, Verdict.NOT_MET: 0.0}
"""Verdicts as numbers in ratings; `cannot_assess` is no rating."""

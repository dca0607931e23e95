"""Rubrics: what a task asks of the candidate and what the judge looks for."""

from enum import StrEnum
from itertools import chain
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from grader.domain.base import Identified, Value
from grader.domain.criterion import (
    AnyCriterion,
    ExactCriterion,
    Identifier,
    JudgedCriterion,
)


class TaskKind(StrEnum):
    """The question types."""

    WRITTEN_RESPONSE = "written_response"
    STEP_OUTLINE = "step_outline"
    INTERVIEW_ANSWER = "interview_answer"
    SITUATIONAL_JUDGMENT = "situational_judgment"
    SHORT_ANSWER = "short_answer"
    EXACT_ANSWER = "exact_answer"


class WordLimits(Value):
    """Length in words: below `min` an answer cannot be judged, above `max` it is too long."""

    min: Annotated[int, Field(ge=1)] = 8
    max: Annotated[int, Field(ge=10)] = 800


class Order(Value):
    """How the order of the steps counts in an outline."""

    weight: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Share of the score that order is worth; 0: reported only."""
    before: tuple[tuple[Identifier, Identifier], ...] = ()
    """Pairs of criteria of which the first should stand before the second."""


class Rubric(Identified):
    """The whole instrument for one task: what the candidate sees, and the checklist."""

    task: Identifier
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100)]
    kind: TaskKind
    section: Identifier
    instructions: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=3000)]
    words: WordLimits = WordLimits()
    critical_cap: Annotated[float, Field(ge=0, le=100)] = 60.0
    """Highest score (of 100) while a critical criterion is not met."""
    cuts: tuple[Annotated[float, Field(ge=0, le=100)], ...] = (60.0, 80.0)
    """Percent at which something is decided; scores near one go to a person."""
    order: Order = Order()
    criteria: tuple[AnyCriterion, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [c.id for c in self.criteria]
        if repeated := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"criterion ids stand twice: {', '.join(repeated)}")
        if not any(not c.negative for c in self.criteria):
            raise ValueError("no criterion earns points")
        steps = [c.step for c in self.criteria if c.step is not None]
        if len(steps) != len(set(steps)):
            raise ValueError("two criteria have the same step")
        if self.kind is not TaskKind.STEP_OUTLINE and (steps or self.order.before):
            raise ValueError("steps and order belong to step_outline tasks")
        if unknown := set(chain.from_iterable(self.order.before)) - set(ids):
            raise ValueError(f"order names unknown criteria: {', '.join(sorted(unknown))}")
        return self

    @property
    def possible(self) -> float:
        """Points of an answer that meets every positive criterion."""
        return sum(c.points for c in self.criteria if not c.negative)

    @property
    def judged(self) -> tuple[JudgedCriterion, ...]:
        """The criteria that a judge is asked about."""
        return tuple(c for c in self.criteria if not isinstance(c, ExactCriterion))

    @property
    def exact(self) -> tuple[ExactCriterion, ...]:
        """The criteria that are computed from the text."""
        return tuple(c for c in self.criteria if isinstance(c, ExactCriterion))

    def criterion(self, criterion_id: str) -> AnyCriterion:
        """The criterion with this id; KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

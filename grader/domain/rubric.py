"""Rubrics: what a task asks of the candidate and what the judge looks for."""

from enum import StrEnum
from itertools import chain
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from grader.domain.base import Identified, Value

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1500)]


class TaskKind(StrEnum):
    """The question types."""

    WRITTEN_RESPONSE = "written_response"
    STEP_OUTLINE = "step_outline"


class Criterion(Value):
    """One line of the checklist, with the text that tells met from not met."""

    id: Identifier
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80)]
    points: Annotated[float, Field(gt=0, le=20)]
    """Points earned when met; of a negative criterion, points taken away."""
    partly: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of the points that `partly` earns (or takes away)."""
    critical: bool = False
    """A must-have: not meeting it fails a gate and caps the score."""
    negative: bool = False
    """`met` means that the fault is present."""
    red_flag: bool = False
    """When met, the candidate is marked for a person to look at."""
    step: Annotated[int, Field(ge=1)] | None = None
    """Place in the expected order of an outline; order is reported."""
    met: Prose
    not_met: Prose
    borderline: Prose
    alternatives: tuple[Prose, ...] = ()
    """Other ways in which an expert may rightly answer; each counts as met."""
    questions: tuple[Annotated[str, StringConstraints(min_length=10, max_length=240, pattern=r"\?$")], ...]
    """Plain yes/no questions (yes: met) for judges that answer one short question at a time."""

    @model_validator(mode="after")
    def _flags_agree(self) -> Self:
        if self.negative and self.critical:
            raise ValueError("a criterion cannot be both negative and critical")
        if self.red_flag and not self.negative:
            raise ValueError("red_flag belongs to negative criteria: it marks a fault that is present")
        if not self.questions:
            raise ValueError("at least one yes/no question is needed")
        return self


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
    criteria: tuple[Criterion, ...]

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
        if self.kind is TaskKind.WRITTEN_RESPONSE and (steps or self.order.before):
            raise ValueError("steps and order belong to step_outline tasks")
        if unknown := set(chain.from_iterable(self.order.before)) - set(ids):
            raise ValueError(f"order names unknown criteria: {', '.join(sorted(unknown))}")
        return self

    @property
    def possible(self) -> float:
        """Points of an answer that meets every positive criterion."""
        return sum(c.points for c in self.criteria if not c.negative)

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id; KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

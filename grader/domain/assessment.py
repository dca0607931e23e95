"""Assessments: the tasks of a test and an interview, their weights, and what stands beside the total."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from grader.domain.base import Identified, Value, carries
from grader.domain.criterion import Identifier

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100)]
CriterionPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""`task.criterion`."""
Weight = Annotated[float, Field(gt=0, le=100)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Section(Value):
    """Tasks that are averaged into one score; `weight` is percent of its part."""

    id: Identifier
    title: Title
    weight: Weight
    tasks: dict[Identifier, Weight]
    """Tasks with their weights within the section, which need not add up to anything."""

    @model_validator(mode="after")
    def _has_tasks(self) -> Self:
        if not self.tasks:
            raise ValueError("a section needs at least one task")
        return self


class Part(Value):
    """The test or the interview; `weight` is percent of the total."""

    id: Identifier
    title: Title
    weight: Weight
    sections: tuple[Section, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _hundred(f"the sections of {self.id}", [section.weight for section in self.sections])
        return self


class Cut(Value):
    """A bound on a score; its name says whether the bound itself counts."""

    at_least: Percent | None = None
    above: Percent | None = None
    below: Percent | None = None
    at_most: Percent | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self._given()) != 1:
            raise ValueError("exactly one of at_least, above, below and at_most is needed")
        return self

    def _given(self) -> dict[str, float]:
        return {name: value for name, value in self if value is not None}

    @property
    def value(self) -> float:
        """The bound."""
        return next(iter(self._given().values()))

    @property
    def words(self) -> str:
        """Such as "at least 80"."""
        return f"{next(iter(self._given())).replace('_', ' ')} {self.value:g}"

    def holds(self, score: float) -> bool:
        """Whether a score is on the named side."""
        return {
            "at_least": score >= self.value,
            "above": score > self.value,
            "below": score < self.value,
            "at_most": score <= self.value,
        }[next(iter(self._given()))]


class Bands(Value):
    """Totals, of 100, that speak for themselves; between the two there is something to discuss."""

    strong: Cut
    clear_fail: Cut

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.strong.at_least is None and self.strong.above is None:
            raise ValueError("strong starts `at_least` or `above` a score")
        if self.clear_fail.below is None and self.clear_fail.at_most is None:
            raise ValueError("clear_fail is `below` or `at_most` a score")
        strong, fail = self.strong, self.clear_fail
        if strong.value < fail.value or (strong.holds(strong.value) and fail.holds(strong.value)):
            raise ValueError("strong and clear_fail overlap")
        return self


class Gate(Value):
    """What must hold whatever the total; shown beside it and never averaged away."""

    id: Identifier
    title: Title
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=400)]


class SectionGate(Gate):
    """A section's score reaches a bound, in percent."""

    section: Identifier
    score: Cut


class TaskGate(Gate):
    """Each of these tasks reaches a level of the scale from 1 to 5."""

    tasks: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    level_at_least: Annotated[float, Field(ge=1, le=5)]


class CriteriaGate(Gate):
    """So many of these criteria are met; without a number, all."""

    criteria: Annotated[tuple[CriterionPath, ...], Field(min_length=1)]
    met_at_least: Annotated[int, Field(ge=1)] | None = None

    @property
    def needed(self) -> int:
        """How many must be met."""
        return self.met_at_least or len(self.criteria)


GATES = ("section_gate", "task_gate", "criteria_gate")


def _gate(content: Any) -> str:
    """The form of a gate, by the field that only this form has."""
    if carries(content, "section"):
        return "section_gate"
    return "task_gate" if carries(content, "tasks") else "criteria_gate"


AnyGate = Annotated[
    Annotated[SectionGate, Tag("section_gate")]
    | Annotated[TaskGate, Tag("task_gate")]
    | Annotated[CriteriaGate, Tag("criteria_gate")],
    Discriminator(_gate),
]


class RedFlag(Value):
    """A kind of fault that sends a candidate to a person, and the criteria that show it."""

    id: Identifier
    title: Title
    criteria: tuple[CriterionPath, ...]


class Assessment(Identified):
    """All that one candidate is asked for a role, and how it is read."""

    id: Identifier
    title: Title
    rubrics: str
    """The rubric set: a shipped name, or a folder as seen from the assessment's file."""
    parts: tuple[Part, ...]
    bands: Bands
    gates: tuple[AnyGate, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _hundred("the parts", [part.weight for part in self.parts])
        sections = [section.id for section in self.sections()]
        names = {
            "part": [part.id for part in self.parts],
            "section": sections,
            "task": list(self.tasks()),
            "gate": [gate.id for gate in self.gates],
            "red flag": [flag.id for flag in self.red_flags],
        }
        for kind, ids in names.items():
            if twice := [name for name, count in Counter(ids).items() if count > 1]:
                raise ValueError(f"the {kind} {twice[0]} stands twice")
        for gate in self.gates:
            if isinstance(gate, SectionGate) and gate.section not in sections:
                raise ValueError(f"the gate {gate.id} names an unknown section: {gate.section}")
            if not isinstance(gate, CriteriaGate):
                continue
            if twice := [name for name, count in Counter(gate.criteria).items() if count > 1]:
                raise ValueError(f"the gate {gate.id} names {twice[0]} twice")
            if gate.needed > len(gate.criteria):
                raise ValueError(f"the gate {gate.id} asks for more criteria than it names")
        for named in self.named_tasks():
            if named not in names["task"]:
                raise ValueError(f"a gate or red flag names a task that is in no section: {named}")
        return self

    def sections(self) -> Iterator[Section]:
        """The sections of all parts."""
        return (section for part in self.parts for section in part.sections)

    def tasks(self) -> Iterator[str]:
        """The tasks of all sections, in order."""
        return (task for section in self.sections() for task in section.tasks)

    def named_criteria(self) -> Iterator[str]:
        """`task.criterion` of all gates and red flags."""
        for gate in self.gates:
            if isinstance(gate, CriteriaGate):
                yield from gate.criteria
        for flag in self.red_flags:
            yield from flag.criteria

    def named_tasks(self) -> Iterator[str]:
        """The tasks that gates and red flags are about."""
        for gate in self.gates:
            if isinstance(gate, TaskGate):
                yield from gate.tasks
        yield from (path.partition(".")[0] for path in self.named_criteria())


def _hundred(what: str, weights: list[float]) -> None:
    total = sum((Decimal(str(weight)) for weight in weights), Decimal(0))
    if total != 100:
        raise ValueError(f"the weights of {what} add up to {total.normalize():f}, not 100")

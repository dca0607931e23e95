"""Criteria: the lines of a rubric, in three forms.

A checklist criterion is met or not, a leveled one has anchored levels, an exact one has an answer key.
"""

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from grader.domain.answer_key import AnswerKey
from grader.domain.base import Value, carries

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1500)]
Question = Annotated[str, StringConstraints(min_length=10, max_length=240, pattern=r"\?$")]

LEVELS = 5
"""Levels of a leveled criterion: 1, the lowest, to 5."""


class Criterion(Value):
    """What all forms share."""

    id: Identifier
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80)]
    points: Annotated[float, Field(gt=0, le=20)]
    """Points earned when met; of a negative criterion, points taken away."""
    critical: bool = False
    """A must-have: not meeting it fails a gate and caps the score."""
    negative: bool = False
    """`met` means that the fault is present."""
    red_flag: bool = False
    """When met, the candidate is marked for a person to look at."""
    partly: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of the points that `partly` earns (or takes away)."""
    step: Annotated[int, Field(ge=1)] | None = None
    """Place in the expected order of an outline; order is reported."""

    @model_validator(mode="after")
    def _flags_agree(self) -> Self:
        if self.negative and self.critical:
            raise ValueError("a criterion cannot be both negative and critical")
        if self.red_flag and not self.negative:
            raise ValueError("red_flag belongs to negative criteria: it marks a fault that is present")
        return self


class ChecklistCriterion(Criterion):
    """One line of a checklist, with the text that tells met from not met."""

    met: Prose
    not_met: Prose
    borderline: Prose
    alternatives: tuple[Prose, ...] = ()
    """Other ways in which an expert may rightly answer; each counts as met."""
    questions: tuple[Question, ...]
    """Plain yes/no questions (yes: met) for judges that answer one short question at a time."""

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.questions:
            raise ValueError("at least one yes/no question is needed")
        return self


class Level(Value):
    """An anchored level: what an answer on it looks like."""

    level: Annotated[int, Field(ge=1, le=LEVELS)]
    text: Prose
    questions: tuple[Question, ...] = ()
    """Plain yes/no questions (yes: at least this level); none for the lowest."""

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.level > 1 and not self.questions:
            raise ValueError("every level above the lowest needs at least one yes/no question")
        if self.level == 1 and self.questions:
            raise ValueError("the lowest level is what remains: it has no question")
        return self


class LeveledCriterion(Criterion):
    """A dimension with anchored levels, of which the judge picks one; `points` is its weight."""

    levels: tuple[Level, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if [level.level for level in self.levels] != list(range(1, LEVELS + 1)):
            raise ValueError(f"the levels 1 to {LEVELS} are needed, in this order")
        if self.critical or self.negative or self.step is not None:
            raise ValueError("a criterion with levels is neither critical nor negative and has no step")
        return self


class ExactCriterion(Criterion):
    """A number or a choice with a key: computed from the text, no judge is asked."""

    answer: AnswerKey
    cues: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] = ()
    """Words that show which number is meant, where a rubric has several exact criteria."""

    @model_validator(mode="after")
    def _earns(self) -> Self:
        if self.negative or self.step is not None:
            raise ValueError("a criterion with an answer key is not negative and has no step")
        return self


JudgedCriterion = ChecklistCriterion | LeveledCriterion
"""Those that a judge is asked about."""

FORMS = ("checklist", "leveled", "exact")


def _form(content: Any) -> str:
    """The form of a criterion, by the field that only this form has."""
    return "leveled" if carries(content, "levels") else "exact" if carries(content, "answer") else "checklist"


AnyCriterion = Annotated[
    Annotated[ChecklistCriterion, Tag("checklist")]
    | Annotated[LeveledCriterion, Tag("leveled")]
    | Annotated[ExactCriterion, Tag("exact")],
    Discriminator(_form),
]

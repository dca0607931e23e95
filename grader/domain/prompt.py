"""Prompts: versioned texts with `$name` places, one file each in `prompts/`."""

from string import Template
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from grader.domain.base import Identified, absent
from grader.domain.exchange import Style


def _parses(text: str) -> str:
    if not Template(text).is_valid():
        raise ValueError("a '$' stands without a name; write '$$' for the sign itself")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_parses)]


_PLACES = {
    "task": {"title", "instructions", "criteria"},
    "criterion": {"id", "met", "not_met", "borderline", "alternatives", "also", "polarity"},
    "also": {"alternatives"},
    "leveled": {"id", "title", "levels"},
    "again": {"problem"},
    "question": {"question"},
}
_NEEDED = {
    Style.STRUCTURED: {"task": {"criteria"}, "criterion": {"id", "met", "not_met"}, "again": {"problem"}},
    Style.DECISIONS: {"question": {"question"}},
}


class Prompt(Identified):
    """The wording put to a judge. Everything but `passages` is the same for every candidate of a task."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*-v\d+$")]
    style: Style
    system: Text
    """The rules. Places: none."""
    task: Text
    """The rubric. Places: $title, $instructions, $criteria."""
    criterion: Text
    """One criterion within the rubric. Places: $id, $met, $not_met, $borderline, $polarity, and for what else
    counts as met $alternatives or $also."""
    also: Annotated[Text | None, Field(exclude_if=absent)] = None
    """The line that $also puts below a criterion with alternatives. Place: $alternatives."""
    leveled: Annotated[Text | None, Field(exclude_if=absent)] = None
    """One criterion with levels within the rubric. Places: $id, $title, $levels."""
    positive: Text
    """What $polarity says for a criterion that earns points."""
    negative: Text
    """What $polarity says for a criterion that takes points away."""
    again: Text | None = None
    """Asks again after an unusable answer. Place: $problem."""
    question: Text | None = None
    """One yes/no question, for the decisions style. Place: $question."""
    phrasings: Annotated[int, Field(ge=1)] = 1
    """How many of a criterion's questions are asked, their log-odds averaged; for the decisions style."""
    evidence: Text | None = None
    """Asks for the number of the passage, for the decisions style. Places: none."""

    @model_validator(mode="after")
    def _places_known(self) -> Self:
        for name in type(self).model_fields:
            text = getattr(self, name)
            places = set(Template(text).get_identifiers()) if isinstance(text, str) else set()
            if unknown := sorted(places - _PLACES.get(name, set())):
                raise ValueError(f"{name} has no place ${unknown[0]}")
            if missing := sorted(_NEEDED[self.style].get(name, set()) - places):
                raise ValueError(f"{name} needs the place ${missing[0]}")
        return self


def fill(template: str, **places: str) -> str:
    """`template` with its places filled; KeyError for a place that is not given."""
    return Template(template).substitute(places)

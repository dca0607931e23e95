"""What happened to the candidates at a stage, and which groups they are of: the two inputs of an audit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from grader.errors import GraderError


class Level(StrEnum):
    """What a stage is a stage of."""

    TOTAL = "total"
    PART = "part"
    SECTION = "section"
    TASK = "task"
    GATE = "gate"
    RED_FLAGS = "red_flags"
    RECOMMENDATION = "recommendation"
    DECISION = "decision"
    CRITERION = "criterion"


@dataclass(frozen=True)
class Stage:
    """Outcomes by candidate: scores, or 1 for those who got through and 0 for those who did not.

    Who is not in `outcomes` has none: no score, a decision that is still open.
    """

    id: str
    title: str
    level: Level
    outcomes: Mapping[str, float]
    scored: bool
    """Whether these are scores, rather than decisions."""


class UnknownColumnError(GraderError):
    """A column of groups that was asked for and is not there."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True)
class Groups:
    """Categories by candidate and column; a category that is not known is left out."""

    columns: tuple[str, ...]
    categories: Mapping[str, Mapping[str, str]]


Cell = tuple[str, ...]
"""A group: one category of each column of an attribute."""


class Attribute(NamedTuple):
    """One column of groups, or the intersection of several, and who is where."""

    columns: tuple[str, ...]
    cells: Mapping[str, Cell]
    """By candidate; who is unknown on any column is left out."""


def attribute(groups: Groups, columns: Sequence[str]) -> Attribute:
    """Who is where on these columns. Raises UnknownColumnError."""
    for column in columns:
        if column not in groups.columns:
            raise UnknownColumnError(column)
    cells = {
        candidate: tuple(found[column] for column in columns)
        for candidate, found in groups.categories.items()
        if all(column in found for column in columns)
    }
    return Attribute(tuple(columns), cells)


def split(of: Attribute, candidates: Iterable[str]) -> tuple[dict[Cell, list[str]], list[str]]:
    """The candidates by group, groups in the order of their names, and those whose group is not known."""
    known: dict[Cell, list[str]] = {}
    unknown = []
    for candidate in candidates:
        if candidate in of.cells:
            known.setdefault(of.cells[candidate], []).append(candidate)
        else:
            unknown.append(candidate)
    return {cell: known[cell] for cell in sorted(known)}, unknown

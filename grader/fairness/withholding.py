"""Which groups are too small to be shown, and which others go with them so that none can be worked out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.fairness.outcomes import Attribute, Cell, Stage, split

MINIMUM = 10
"""Candidates with an outcome that a group needs to be shown."""


class Margin(NamedTuple):
    """The table of one of the columns that are intersected."""

    sizes: Mapping[str, int]
    """Candidates with an outcome by category."""
    hidden: frozenset[str]
    """Categories that are withheld there."""


class _Line(NamedTuple):
    """Groups whose sum can be known from what is shown elsewhere."""

    cells: list[Cell]
    unknown: int
    """Candidates of the same sum who are in none of the groups."""


def withheld(
    sizes: Mapping[Cell, int], minimum: int, unknown: int = 0, margins: Sequence[Margin] = ()
) -> frozenset[Cell]:
    """The groups of a table that are not shown; `sizes`: candidates with an outcome by group.

    1. Every group with fewer than `minimum`; in an intersection, also every group within a category that is
       withheld in its own table (`margins`, by column).
    2. A total less the shown groups must not leave one withheld group alone: while it does, the smallest
       shown group is withheld, too. Those who are `unknown` are part of what is left. In an intersection,
       the same holds for what each category's own table leaves.
    """
    hidden = {cell for cell, size in sizes.items() if size < minimum}
    hidden |= {
        cell for cell in sizes for own, margin in zip(cell, margins, strict=False) if own in margin.hidden
    }
    lines = [_Line(list(sizes), unknown)]
    for place, margin in enumerate(margins):
        for category, whole in margin.sizes.items():
            cells = [cell for cell in sizes if cell[place] == category]
            lines.append(_Line(cells, whole - sum(sizes[cell] for cell in cells)))
    while more := [cell for line in lines if (cell := _next(line, hidden, sizes))]:
        hidden.add(min(more, key=lambda cell: (sizes[cell], cell)))
    return frozenset(hidden)


def shown(
    stage: Stage, of: Attribute, minimum: int, alone: Sequence[Attribute] = ()
) -> dict[Cell, list[str]]:
    """The candidates with an outcome by group, without the groups that are withheld.

    `alone`: of an intersection, the attributes of its columns, each with a table of its own.
    """
    known, unknown = split(of, sorted(stage.outcomes))
    sizes = {cell: len(people) for cell, people in known.items()}
    margins = []
    for one in alone:
        whole, _ = split(one, stage.outcomes)
        left = shown(stage, one, minimum)
        hidden = frozenset(cell[0] for cell in whole if cell not in left)
        margins.append(Margin({cell[0]: len(people) for cell, people in whole.items()}, hidden))
    gone = withheld(sizes, minimum, len(unknown), margins)
    return {cell: people for cell, people in known.items() if cell not in gone}


def _next(line: _Line, hidden: set[Cell], sizes: Mapping[Cell, int]) -> Cell | None:
    """The smallest shown group of a line whose one withheld group could be worked out; None elsewhere."""
    inside = [cell for cell in line.cells if cell in hidden]
    left = [cell for cell in line.cells if cell not in hidden]
    if len(inside) != 1 or line.unknown or not left:
        return None
    return min(left, key=lambda cell: (sizes[cell], cell))

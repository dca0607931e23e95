"""Which groups are too small to be shown, and which others go with them so that none can be worked out."""

from collections.abc import Iterator, Mapping, Sequence, Set

from grader.fairness.outcomes import Attribute, Cell, Stage, split

MINIMUM = 10
"""Candidates with an outcome that a group needs to be shown."""


def withheld(sizes: Mapping[Cell, int], minimum: int, margins: Sequence[Set[str]] = ()) -> frozenset[Cell]:
    """The groups of a table that are not shown; `sizes`: candidates with an outcome by group.

    1. Every group with fewer than `minimum`.
    2. In an intersection, every group within a category that is withheld on its own (`margins`, by column).
    3. While the groups withheld are a single one, or together fewer than `minimum`, the smallest shown group
       goes with them; otherwise the total less the shown groups would give them away. In an intersection this
       holds also for each category's own groups, whose sum stands in the category's table.
    """
    hidden = {cell for cell, size in sizes.items() if size < minimum}
    hidden |= {cell for cell in sizes for own, margin in zip(cell, margins, strict=False) if own in margin}
    lines = list(_lines(sizes))
    while more := {cell for line in lines if (cell := _next(line, hidden, sizes, minimum))}:
        hidden.add(min(more, key=lambda cell: (sizes[cell], cell)))
    return frozenset(hidden)


def _lines(sizes: Mapping[Cell, int]) -> Iterator[list[Cell]]:
    """Sets of groups whose sum can be known: all of them, and those of each category of an intersection."""
    yield list(sizes)
    width = len(next(iter(sizes), ()))
    for place in range(width if width > 1 else 0):
        for category in sorted({cell[place] for cell in sizes}):
            yield [cell for cell in sizes if cell[place] == category]


def _next(line: Sequence[Cell], hidden: Set[Cell], sizes: Mapping[Cell, int], minimum: int) -> Cell | None:
    """The smallest shown group of a line whose withheld groups could be worked out; None where they can't."""
    inside = [cell for cell in line if cell in hidden]
    shown = [cell for cell in line if cell not in hidden]
    if not inside or not shown or (len(inside) > 1 and sum(sizes[cell] for cell in inside) >= minimum):
        return None
    return min(shown, key=lambda cell: (sizes[cell], cell))


def shown(
    stage: Stage, of: Attribute, minimum: int, alone: Sequence[Attribute] = ()
) -> dict[Cell, list[str]]:
    """The candidates with an outcome by group, without the groups that are withheld.

    `alone`: of an intersection, the attributes of its columns, each with a table of its own.
    """
    known, _ = split(of, sorted(stage.outcomes))
    margins = []
    for one in alone:
        whole, _ = split(one, stage.outcomes)
        left = shown(stage, one, minimum)
        margins.append({cell[0] for cell in whole if cell not in left})
    hidden = withheld({cell: len(people) for cell, people in known.items()}, minimum, margins)
    return {cell: people for cell, people in known.items() if cell not in hidden}

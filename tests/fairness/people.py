"""Candidates drawn by hand: so many of each group, and so many of them through."""

from collections.abc import Mapping

from grader.fairness.impact import impact
from grader.fairness.outcomes import Groups, Level, Stage, attribute
from grader.fairness.report import Table

Counts = Mapping[str, tuple[int, int]]
"""By group (through, all); a group of another column may follow after a slash, "" is not known."""


def people(counts: Counts, columns: tuple[str, ...] = ("sex",)) -> tuple[Stage, Groups]:
    """A stage of decisions, and the groups of its candidates."""
    outcomes, categories = {}, {}
    for group, (through, everybody) in counts.items():
        for place in range(everybody):
            name = f"{group} {place}"
            outcomes[name] = float(place < through)
            named = zip(columns, group.split("/"), strict=True)
            categories[name] = {column: own for column, own in named if own}
    stage = Stage("gate", "The gate", Level.GATE, outcomes, scored=False)
    return stage, Groups(columns, categories)


def table(counts: Counts, minimum: int = 1) -> Table:
    """The table of these counts by their only column."""
    stage, groups = people(counts)
    return impact(stage, attribute(groups, ["sex"]), stage.outcomes.keys(), minimum)

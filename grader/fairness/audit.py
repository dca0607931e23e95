"""An audit: every stage by every attribute, with the small groups withheld throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.fairness.accuracy import accuracy
from grader.fairness.impact import impact
from grader.fairness.means import means
from grader.fairness.outcomes import Groups, Level, Stage, attribute
from grader.fairness.report import AttributeReport, FairnessReport
from grader.fairness.withholding import MINIMUM


@dataclass(frozen=True)
class Outcomes:
    """What is known of the candidates of one assessment."""

    material: str
    candidates: frozenset[str]
    stages: tuple[Stage, ...]
    """Criteria among them: these have means, and no rates."""
    human: tuple[str, Mapping[str, float]] | None = None
    """A stage's id, and people's scores of the same answers by candidate."""


def audit(
    outcomes: Outcomes,
    groups: Groups,
    columns: Sequence[str],
    crossed: Sequence[Sequence[str]] = (),
    minimum: int = MINIMUM,
) -> FairnessReport:
    """Tables for each of `columns` and each intersection in `crossed`, stages in the order given.

    Raises UnknownColumnError.
    """
    rated = [stage for stage in outcomes.stages if stage.level is not Level.CRITERION]
    scored = [stage for stage in outcomes.stages if stage.scored]
    found = []
    for column in columns:
        of = attribute(groups, [column])
        tables = tuple(impact(stage, of, outcomes.candidates, minimum) for stage in rated)
        own = next((s for s in rated if outcomes.human and s.id == outcomes.human[0]), None)
        found.append(
            AttributeReport(
                columns=of.columns,
                tables=tables,
                means=means(scored, of, minimum),
                accuracy=accuracy(own, outcomes.human[1], of, minimum) if own and outcomes.human else None,
            )
        )
    for several in crossed:
        of = attribute(groups, several)
        alone = [attribute(groups, [column]) for column in several]
        tables = tuple(impact(stage, of, outcomes.candidates, minimum, alone) for stage in rated)
        found.append(AttributeReport(columns=of.columns, tables=tables))
    return FairnessReport(
        material=outcomes.material,
        minimum=minimum,
        candidates=len(outcomes.candidates),
        strangers=len(groups.categories.keys() - outcomes.candidates),
        attributes=tuple(found),
    )

"""Adverse impact at one stage: rates by group, and each group beside the one with the highest rate."""

from collections.abc import Mapping, Sequence, Set

import numpy as np

from grader.agreement.figures import UndefinedError
from grader.fairness import rates
from grader.fairness.outcomes import Attribute, Cell, Stage, split
from grader.fairness.rates import Count
from grader.fairness.report import Comparison, Finding, Row, Table
from grader.fairness.withholding import shown

TOO_FEW_FOR_A_RATIO = 0.02
"""Share of the candidates under which a category may be left out of the ratios (6 RCNY 5-301)."""
EXACT_BELOW = 30
"""Candidates in the smaller group under which Fisher's test decides, and not z."""
TWO_SD = 2.0
SIGNIFICANT = 0.05


def impact(
    stage: Stage,
    of: Attribute,
    candidates: Set[str],
    minimum: int,
    alone: Sequence[Attribute] = (),
) -> Table:
    """The table of an attribute at a stage, groups in the order of their names.

    Of scores, those count as having got through who stand strictly above the median of all scores, unknown
    groups included (6 RCNY 5-300: scoring rate). `candidates`: everybody, with an outcome here or not.
    `alone`: of an intersection, the attributes of its columns.
    """
    known, unknown = split(of, sorted(stage.outcomes))
    median = float(np.median(list(stage.outcomes.values()))) if stage.scored and stage.outcomes else None
    bound = 0.5 if median is None else median
    everybody = sum(map(len, known.values()))
    left = shown(stage, of, minimum, alone)
    rest = unknown + [one for cell, people in known.items() if cell not in left for one in people]
    counts = {cell: _above(stage, people, bound) for cell, people in left.items()}
    eligible = {cell: count for cell, count in counts.items() if count.n >= TOO_FEW_FOR_A_RATIO * everybody}
    reason = _nothing_to_compare(known, eligible, scored=stage.scored)
    reference = None if reason else max(eligible, key=lambda cell: eligible[cell].rate)
    rows = [
        _row(stage, cell, known[cell], counts[cell], everybody, median)
        if cell in counts
        else Row(group=cell, withheld=True)
        for cell in known
    ]
    if reference is not None:
        rows = [_compared(row, counts, reference, eligible) for row in rows]
    return Table(
        stage=stage.id,
        title=stage.title,
        level=stage.level,
        scored=stage.scored,
        columns=of.columns,
        n=len(stage.outcomes),
        without=len(candidates - stage.outcomes.keys()),
        median=median,
        ties=rates.rate(_at(stage, sorted(stage.outcomes), median)) if median is not None else None,
        rows=tuple(rows),
        withheld=len(known) - len(left),
        rest=len(rest),
        rest_rate=rates.rate(_above(stage, rest, bound)) if len(rest) >= minimum else None,
        reason=reason,
    )


def _nothing_to_compare(
    known: Mapping[Cell, Sequence[str]], eligible: Mapping[Cell, Count], *, scored: bool
) -> str | None:
    if not known:
        return "no candidate with an outcome has a known group"
    if len(known) == 1:
        return "all candidates whose group is known are of one group"
    if len(eligible) < 2:
        return "fewer than two groups are large enough to be compared"
    if not any(count.selected for count in eligible.values()):
        return "nobody scored above the median" if scored else "nobody got through"
    return None


def _above(stage: Stage, people: Sequence[str], bound: float) -> Count:
    return Count(sum(stage.outcomes[one] > bound for one in people), len(people))


def _at(stage: Stage, people: Sequence[str], bound: float) -> Count:
    return Count(sum(stage.outcomes[one] == bound for one in people), len(people))


def _row(
    stage: Stage, cell: Cell, people: Sequence[str], count: Count, everybody: int, median: float | None
) -> Row:
    ties = None if median is None else _at(stage, people, median).selected
    return Row(
        group=cell,
        n=count.n,
        share=count.n / everybody,
        selected=count.selected,
        rate=rates.rate(count),
        ties=ties,
        at_least=None if ties is None else rates.rate(Count(count.selected + ties, count.n)),
    )


def _compared(row: Row, counts: Mapping[Cell, Count], reference: Cell, eligible: Mapping[Cell, Count]) -> Row:
    if row.withheld:
        return row
    if row.group not in eligible:
        reason = f"under {TOO_FEW_FOR_A_RATIO:.0%} of the candidates: left out of the ratios"
        return row.model_copy(update={"reason": reason})
    if row.group == reference:
        return row.model_copy(update={"finding": Finding.REFERENCE})
    found = compare(counts[row.group], counts[reference])
    return row.model_copy(update={"comparison": found, "finding": finding(found)})


def compare(group: Count, reference: Count) -> Comparison:
    """A group against the one with the highest rate, which must not be 0."""
    try:
        z, z_p = rates.two_sd(group, reference)
    except UndefinedError:
        z, z_p = None, None
    odds, fisher_p = rates.fisher(group, reference)
    return Comparison(
        ratio=rates.ratio(group, reference),
        difference=rates.difference(group, reference),
        z=z,
        z_p=z_p,
        odds_ratio=odds,
        fisher_p=fisher_p,
        exact=min(group.n, reference.n) < EXACT_BELOW,
        shortfall=rates.shortfall(group, reference),
    )


def finding(found: Comparison) -> Finding:
    """What a comparison says: by the ratio itself, and by z or, in small groups, by Fisher's test."""
    below = found.shortfall > 0
    apart = found.fisher_p < SIGNIFICANT if found.exact else found.z is not None and abs(found.z) >= TWO_SD
    if below:
        return Finding.BELOW_AND_SIGNIFICANT if apart else Finding.BELOW
    return Finding.SIGNIFICANT if apart else Finding.NEITHER

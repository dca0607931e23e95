"""Counts ratings into a score. The only place that counts; the judge never sees a number of points."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from grader.domain.criterion import LEVELS, Criterion
from grader.domain.rating import Rating, Verdict
from grader.domain.record import CriterionScore, Gate, GateOutcome, OrderReport, Score
from grader.domain.rubric import Rubric

_DECIMALS = 4


def score(rubric: Rubric, ratings: Sequence[Rating]) -> Score | None:
    """The score of one submission; None while a verdict is missing or could not be given.

    points  = sum of credit x points over positive criteria, less the same over negative ones, at least 0
    percent = 100 x points / possible; with an order weight w: (1 - w) x that + w x 100 x share of the
    required pairs that are kept
    A critical criterion that is not met fails its gate and caps `percent` at the rubric's `critical_cap`.
    """
    by_criterion = {rating.criterion: rating for rating in ratings}
    if any(
        c.id not in by_criterion or by_criterion[c.id].verdict is Verdict.CANNOT_ASSESS
        for c in rubric.criteria
    ):
        return None
    counted = tuple(_count(c, by_criterion[c.id]) for c in rubric.criteria)
    points = max(0.0, sum(c.points for c in counted))
    order = _order(rubric, by_criterion)
    content = 100 * points / rubric.possible
    uncapped = min(100.0, _with_order(content, rubric, order))
    gates = tuple(_gate(c, by_criterion[c.id]) for c in rubric.criteria if c.critical)
    failed = any(gate.outcome is GateOutcome.FAILED for gate in gates)
    percent = min(uncapped, rubric.critical_cap) if failed else uncapped
    return Score(
        points=round(points, _DECIMALS),
        possible=rubric.possible,
        percent=round(percent, _DECIMALS),
        scale=round(1 + percent / 25, _DECIMALS),
        uncapped=round(uncapped, _DECIMALS),
        criteria=counted,
        gates=gates,
        red_flags=tuple(c.id for c in rubric.criteria if c.red_flag and credit(c, by_criterion[c.id]) > 0),
        order=order,
    )


def credit(criterion: Criterion, rating: Rating) -> float:
    """Share of the criterion's points that a rating counts for, 0 to 1; unsupported ratings count for 0.

    Level 1 of 5 earns nothing, each further one a quarter: with levels alone, `scale` is their weighted mean.
    """
    if not rating.supported:
        return 0.0
    if rating.level is not None:
        return (rating.level - 1) / (LEVELS - 1)
    if rating.verdict is Verdict.MET:
        return 1.0
    return criterion.partly if rating.verdict is Verdict.PARTLY else 0.0


def _count(criterion: Criterion, rating: Rating) -> CriterionScore:
    earned = credit(criterion, rating) * criterion.points
    return CriterionScore(
        criterion=criterion.id,
        verdict=rating.verdict,
        points=-earned if criterion.negative and earned else earned,
    )


def _gate(criterion: Criterion, rating: Rating) -> Gate:
    share = credit(criterion, rating)
    outcome = GateOutcome.PASSED if share == 1 else GateOutcome.DOUBTFUL if share else GateOutcome.FAILED
    return Gate(criterion=criterion.id, outcome=outcome)


def _order(rubric: Rubric, ratings: Mapping[str, Rating]) -> OrderReport | None:
    """Order of the steps as their first evidence stands in the text; None for rubrics without steps."""
    expected = sorted((c for c in rubric.criteria if c.step is not None), key=lambda c: c.step or 0)
    if not expected:
        return None
    place = {
        c.id: min(e.start for e in ratings[c.id].evidence)
        for c in expected
        if credit(c, ratings[c.id]) > 0 and ratings[c.id].evidence
    }
    ranked = [c.id for c in expected if c.id in place]
    pairs = [(a, b) for a, b in combinations(ranked, 2) if place[a] != place[b]]
    return OrderReport(
        stated=tuple(sorted(ranked, key=lambda c: place[c])),
        inversions=sum(place[a] > place[b] for a, b in pairs),
        pairs=len(pairs),
        broken=tuple(
            (a, b) for a, b in rubric.order.before if a in place and b in place and place[a] > place[b]
        ),
    )


def _with_order(content: float, rubric: Rubric, order: OrderReport | None) -> float:
    weight, required = rubric.order.weight, rubric.order.before
    if order is None or not weight or not required:
        return content
    return (1 - weight) * content + weight * 100 * pairs_kept(rubric, order) / len(required)


def pairs_kept(rubric: Rubric, order: OrderReport) -> int:
    """How many of the rubric's required pairs are stated, both of them, in the right order."""
    return sum({a, b} <= set(order.stated) and (a, b) not in order.broken for a, b in rubric.order.before)

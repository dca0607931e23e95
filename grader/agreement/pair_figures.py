"""The figures of a pair of raters: values from the ratings, intervals from the resamples."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.agreement import many_raters, two_raters
from grader.agreement.agreement import Baseline, Degradation, PairFigures, RaterSummary
from grader.agreement.figures import Draws, Figure, Floats, UndefinedError, figure
from grader.agreement.pair import Pair
from grader.agreement.pair_sums import pair_draws, share_draws
from grader.agreement.scale import both, round_scores


@dataclass(frozen=True)
class Compared:
    """A pair of raters, with the sums of `pair_rows` in all resamples."""

    pair: Pair
    candidates: int
    sums: Floats
    level: float

    @cached_property
    def draws(self) -> dict[str, Floats]:
        """Figures by name in all resamples."""
        return pair_draws(self.pair, self.sums)

    def figure(self, name: str, compute: Callable[[], float]) -> Figure:
        """The figure with its interval."""
        return figure(compute, self.pair.x.size, Draws(self.draws[name], self.level))


def pair_figures(compared: Compared) -> PairFigures:
    """Every figure of a pair, each with its interval or the reason why it is undefined."""
    pair, named = compared.pair, compared.figure
    a, b = pair.x_category, pair.y_category
    table = np.column_stack([a, b])
    scores = np.column_stack([pair.x, pair.y])
    smd = two_raters.smd_pooled if pair.people else two_raters.smd
    return PairFigures(
        n=pair.x.size,
        candidates=compared.candidates,
        reference=_summary(compared, "reference", pair.x),
        other=_summary(compared, "other", pair.y),
        exact=named("exact", lambda: two_raters.exact(a, b)),
        adjacent=named("adjacent", lambda: _adjacent(pair)),
        kappa=named("kappa", lambda: two_raters.kappa(a, b, pair.categories)),
        qwk=named("qwk", lambda: two_raters.qwk(pair.x, pair.y)),
        ac1=named("ac1", lambda: many_raters.gwet(table, pair.categories)),
        alpha=named("alpha", lambda: many_raters.alpha(scores, many_raters.Distance.INTERVAL)),
        pearson=named("pearson", lambda: two_raters.pearson(pair.x, pair.y)),
        smd=named("smd", lambda: smd(pair.x, pair.y)),
        rmse=named("rmse", lambda: two_raters.rmse(pair.x, pair.y)),
        false_credit=named("false_credit", lambda: _count(a, b, higher=True)),
        miss=named("miss", lambda: _count(a, b, higher=False)),
    )


def degradation(own: PairFigures, people: PairFigures, machine: Compared, human: Compared) -> Degradation:
    """Figures of person and machine less those of two people, resampled together."""

    def less(name: str, one: Figure, two: Figure) -> Figure:
        draws = Draws(machine.draws[name] - human.draws[name], machine.level)
        return figure(
            lambda: two_raters.degradation(_value(one, "this rater"), _value(two, "two people")), two.n, draws
        )

    return Degradation(
        exact=less("exact", own.exact, people.exact),
        kappa=less("kappa", own.kappa, people.kappa),
        qwk=less("qwk", own.qwk, people.qwk),
        pearson=less("pearson", own.pearson, people.pearson),
    )


def baseline(compared: Compared) -> Baseline:
    """Always the reference rater's commonest label (of equals the lowest), or the rounded mean score."""
    pair, n = compared.pair, compared.pair.x.size
    if not n:
        reason = "no response was rated by both raters"
        return Baseline(
            constant=None,
            exact=Figure(value=None, n=0, reason=reason),
            kappa=Figure(value=None, n=0, reason=reason),
        )
    found, counts = np.unique(pair.x_category, return_counts=True)
    constant = float(found[counts.argmax()]) if pair.verdicts else float(pair.x.mean())
    category = constant if pair.verdicts else float(round_scores(constant))
    always = np.full(n, category)
    shares = share_draws(pair, compared.sums, category)
    kappas = np.where(shares < 1, 0.0, np.nan)
    return Baseline(
        constant=constant,
        exact=figure(
            lambda: two_raters.exact(pair.x_category, always),
            n,
            Draws(shares, compared.level),
        ),
        kappa=figure(
            lambda: two_raters.kappa(pair.x_category, always, pair.categories),
            n,
            Draws(kappas, compared.level),
        ),
    )


def _summary(compared: Compared, who: str, scores: Floats) -> RaterSummary:
    pair = compared.pair

    def prevalence() -> float:
        if not pair.verdicts:
            raise UndefinedError("scores on a scale have no prevalence")
        return float(np.mean(_some(scores) == pair.categories[-1]))

    return RaterSummary(
        prevalence=compared.figure(f"prevalence_{who}", prevalence),
        mean=compared.figure(f"mean_{who}", lambda: float(np.mean(_some(scores)))),
        sd=compared.figure(f"sd_{who}", lambda: float(np.std(_some(scores, at_least=2), ddof=1))),
    )


def _adjacent(pair: Pair) -> float:
    if pair.categories.size < 3:
        raise UndefinedError("two labels are always adjacent")
    return two_raters.adjacent(pair.x_step, pair.y_step)


def _count(reference: Floats, other: Floats, *, higher: bool) -> float:
    x, y = both(reference, other)
    return float(np.sum(y > x if higher else y < x))


def _some(scores: Floats, at_least: int = 1) -> Floats:
    return both(scores, scores, at_least)[0]


def _value(of: Figure, whose: str) -> float:
    if of.value is None:
        raise UndefinedError(f"undefined between {whose}: {of.reason}")
    return of.value

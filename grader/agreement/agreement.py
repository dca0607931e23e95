"""What a comparison of two raters holds."""

from grader.agreement.figures import Figure
from grader.domain.base import Value


class RaterSummary(Value):
    """One rater's ratings among those compared."""

    prevalence: Figure
    """Share of the highest label (`met`); undefined for scores on a scale."""
    mean: Figure
    sd: Figure
    """Divisor n - 1."""


class PairFigures(Value):
    """Two raters on the `n` responses that both rated. Shares lie between 0 and 1."""

    n: int
    candidates: int
    reference: RaterSummary
    other: RaterSummary
    exact: Figure
    adjacent: Figure
    """At most one point apart on rounded scores, or at most one label apart; undefined for two labels."""
    kappa: Figure
    qwk: Figure
    ac1: Figure
    alpha: Figure
    """Krippendorff's, with interval distance: labels count as the numbers that they are."""
    pearson: Figure
    smd: Figure
    """By the reference rater's standard deviation; between people by the pooled one."""
    rmse: Figure
    false_credit: Figure
    """How many ratings are higher than the reference rater's (rounded scores)."""
    miss: Figure
    """How many are lower."""


class Degradation(Value):
    """Figures of person and machine less those of two people: below 0, the machine agrees less."""

    exact: Figure
    kappa: Figure
    qwk: Figure
    pearson: Figure


class Baseline(Value):
    """What always giving one and the same rating would reach."""

    constant: float | None
    """The reference rater's commonest label, or mean score; None without ratings."""
    exact: Figure
    kappa: Figure


class Agreement(Value):
    """One rater against the reference rater, beside two people and beside a constant rating."""

    pair: PairFigures
    """The rater and the reference rater."""
    prmse: Figure
    human_human: PairFigures | None
    """A second person and the reference rater; None where nobody rated a second time."""
    degradation: Degradation
    baseline: Baseline
    level: float
    resamples: int
    seed: int

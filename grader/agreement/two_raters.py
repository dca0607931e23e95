"""Figures of two raters. Ratings are arrays of shape (n,), NaN where missing; pairs with a gap are left out.

Every figure raises UndefinedError with a reason where the ratings do not define it.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import pearsonr
from sklearn.metrics import accuracy_score, cohen_kappa_score, r2_score, root_mean_squared_error

from grader.agreement.figures import UndefinedError
from grader.agreement.scale import both, constant, indexes, spread


def exact(reference: ArrayLike, other: ArrayLike) -> float:
    """Share of pairs with the same score, 0 to 1: mean(other == reference).

    Source: RSMTool, `exact_agr` / 100.
    """
    x, y = both(reference, other)
    return float(accuracy_score(np.ones(x.size, dtype=bool), x == y))


def adjacent(reference: ArrayLike, other: ArrayLike) -> float:
    """Share of pairs at most one point apart, 0 to 1: mean(|other - reference| <= 1).

    Source: RSMTool, `adj_agr` / 100. It is meant for rounded scores; round first.
    """
    x, y = both(reference, other)
    return float(np.mean(np.abs(y - x) <= 1))


def kappa(reference: ArrayLike, other: ArrayLike, labels: ArrayLike) -> float:
    """Cohen's kappa, unweighted: (po - pe) / (1 - pe), pe = sum over labels of share(reference) x share.

    Source: Cohen 1960, by scikit-learn. Undefined where both gave one and the same label throughout.
    """
    return _cohen(reference, other, labels, None)


def qwk_labels(reference: ArrayLike, other: ArrayLike, labels: ArrayLike) -> float:
    """Quadratic weighted kappa over the full list of labels, which must be evenly spaced.

    Source: Cohen 1968, by scikit-learn. A list with only the labels that occur would move the weights.
    """
    steps = np.diff(np.asarray(labels, dtype=float))
    if not np.allclose(steps, steps[0]):
        raise ValueError("labels must be evenly spaced for quadratic weights")
    return _cohen(reference, other, labels, "quadratic")


def qwk(reference: ArrayLike, other: ArrayLike) -> float:
    """Quadratic weighted kappa of scores, also continuous ones.

    2 cov0 / (var0(reference) + var0(other) + (mean difference)^2), all with divisor n.
    Source: Haberman 2019 in the RSMTool documentation; for labels it equals `qwk_labels`.
    """
    x, y = both(reference, other)
    if constant(np.concatenate([x, y])):
        raise UndefinedError("both raters gave every response the same score")
    u, v = x - x.mean(), y - y.mean()
    return float(2 * np.mean(u * v) / (np.mean(u * u) + np.mean(v * v) + (x.mean() - y.mean()) ** 2))


def pearson(reference: ArrayLike, other: ArrayLike) -> float:
    """Pearson's correlation r, by scipy; needs three pairs and a spread in both."""
    x, y = both(reference, other, at_least=3)
    spread(x, "the reference rater")
    spread(y, "the other rater")
    return float(pearsonr(x, y).statistic)


def smd(reference: ArrayLike, other: ArrayLike, ddof: int = 1) -> float:
    """Standardized mean difference: (mean(other) - mean(reference)) / sd(reference), divisor n - ddof.

    Source: RSMTool documentation, SMD of a system's scores (`unpooled`).
    """
    x, y = both(reference, other)
    return _gap(x, y) / spread(x, "the reference rater", ddof)


def smd_pooled(reference: ArrayLike, other: ArrayLike, ddof: int = 1) -> float:
    """SMD of two people: mean difference / sqrt((var(reference) + var(other)) / 2), divisor n - ddof.

    Source: RSMTool documentation, SMD between two human raters (`pooled`).
    """
    x, y = both(reference, other, at_least=ddof + 1)
    if constant(x) and constant(y):
        raise UndefinedError("each rater gave every response the same score")
    return _gap(x, y) / float(np.sqrt((np.var(x, ddof=ddof) + np.var(y, ddof=ddof)) / 2))


def smd_population(reference: ArrayLike, other: ArrayLike, sd: float) -> float:
    """SMD of a group by the whole population's standard deviation of reference scores.

    Source: RSMTool documentation, SMD `johnson`.
    """
    x, y = both(reference, other)
    if sd <= 0:
        raise UndefinedError("the population's reference scores have no spread")
    return _gap(x, y) / sd


def dsm(
    reference: ArrayLike, other: ArrayLike, means: tuple[float, float], sds: tuple[float, float]
) -> float:
    """Difference between standardized means of a group: mean(z(other) - z(reference)).

    `means` and `sds` are the whole population's, (reference, other); z = (score - mean) / sd.
    Source: RSMTool documentation, DSM.
    """
    x, y = both(reference, other)
    if min(sds) <= 1e-7:
        raise UndefinedError("the population's scores of one rater have no spread")
    return float(np.mean((y - means[1]) / sds[1] - (x - means[0]) / sds[0]))


def rmse(reference: ArrayLike, other: ArrayLike) -> float:
    """Root mean squared error, sqrt(mean((other - reference)^2)), by scikit-learn."""
    x, y = both(reference, other)
    return float(root_mean_squared_error(x, y))


def r2(reference: ArrayLike, other: ArrayLike) -> float:
    """R2 = 1 - sum((other - reference)^2) / sum((reference - mean(reference))^2), by scikit-learn."""
    x, y = both(reference, other, at_least=2)
    spread(x, "the reference rater")
    return float(r2_score(x, y))


def disattenuated(machine_human: float, human_human: float) -> float:
    """Correlation freed from the human raters' unreliability: r(human, machine) / sqrt(r(human, human)).

    Source: RSMTool documentation, disattenuated correlations.
    """
    if human_human <= 0:
        raise UndefinedError("the correlation between human raters is not positive")
    return machine_human / float(np.sqrt(human_human))


def degradation(machine_human: float, human_human: float) -> float:
    """A figure of human and machine less that of two people; below 0 the machine agrees less than people do.

    Source: RSMTool documentation, degradation.
    """
    return machine_human - human_human


def _gap(x: np.ndarray, y: np.ndarray) -> float:
    return float(y.mean() - x.mean())


def _cohen(reference: ArrayLike, other: ArrayLike, labels: ArrayLike, weights: str | None) -> float:
    x, y = both(reference, other)
    a, b = indexes(x, labels), indexes(y, labels)
    if np.ptp(np.concatenate([a, b])) == 0:
        raise UndefinedError("both raters gave every response the same label")
    return float(cohen_kappa_score(a, b, labels=np.arange(np.size(labels)), weights=weights))

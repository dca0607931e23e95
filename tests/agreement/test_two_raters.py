from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from grader.agreement import two_raters as figures
from grader.agreement.figures import UndefinedError

NAN = np.nan
VERDICTS = [0, 0.5, 1]


def test_zeros_are_scores():
    assert figures.exact([0, 0, 1, 2], [0, 1, 1, NAN]) == pytest.approx(2 / 3)
    assert figures.adjacent([0, 0, 5], [1, 0, 3]) == pytest.approx(2 / 3)


def test_all_labels_count_in_quadratic_weights():
    h, m = [8, 4, 6, 3], [9, 4, 5, 12]
    assert figures.qwk_labels(h, m, range(3, 13)) == pytest.approx(figures.qwk(h, m), abs=1e-12)
    assert cohen_kappa_score(h, m, weights="quadratic") != pytest.approx(figures.qwk(h, m), abs=0.01)


def test_labels_must_be_evenly_spaced_for_quadratic_weights():
    with pytest.raises(ValueError, match="evenly spaced"):
        figures.qwk_labels([0, 1], [0, 3], [0, 1, 3])


@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(VERDICTS)), min_size=2))
def test_quadratic_kappa_of_labels_is_that_of_numbers(pairs):
    x, y = np.array(pairs).T
    if len({*x, *y}) > 1:
        assert figures.qwk_labels(x, y, VERDICTS) == pytest.approx(figures.qwk(x, y), abs=1e-12)


def test_a_constant_rater_agrees_no_better_than_by_chance():
    assert figures.kappa([0, 1, 1], [1, 1, 1], [0, 1]) == 0
    assert figures.qwk([0, 1, 1], [1, 1, 1]) == 0


@pytest.mark.parametrize(
    ("compute", "reason"),
    [
        (partial(figures.kappa, labels=VERDICTS), "both raters gave every response the same label"),
        (partial(figures.qwk_labels, labels=VERDICTS), "both raters gave every response the same label"),
        (figures.qwk, "both raters gave every response the same score"),
        (figures.pearson, "the reference rater gave every response the same score"),
        (figures.smd, "the reference rater gave every response the same score"),
        (figures.smd_pooled, "each rater gave every response the same score"),
        (partial(figures.smd_population, sd=0), "the population's reference scores have no spread"),
        (
            partial(figures.dsm, means=(1, 1), sds=(0, 1)),
            "the population's scores of one rater have no spread",
        ),
        (figures.r2, "the reference rater gave every response the same score"),
    ],
)
def test_constant_ratings_are_undefined_with_a_reason(compute, reason):
    with pytest.raises(UndefinedError, match=reason):
        compute([1, 1, 1], [1, 1, 1])


@pytest.mark.parametrize(
    "compute", [figures.exact, figures.adjacent, figures.qwk, figures.rmse, figures.smd, figures.r2]
)
def test_no_pairs_are_undefined(compute):
    with pytest.raises(UndefinedError, match="no response was rated by both raters"):
        compute([1, NAN], [NAN, 1])


def test_two_points_have_no_correlation():
    with pytest.raises(UndefinedError, match="needs 3 responses"):
        figures.pearson([1, 2], [1, 2])


def test_uncorrelated_people_cannot_be_disattenuated():
    with pytest.raises(UndefinedError, match="not positive"):
        figures.disattenuated(0.5, 0)

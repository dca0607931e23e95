import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from grader.agreement.figures import UndefinedError
from grader.agreement.many_raters import (
    Distance,
    Weights,
    alpha,
    brennan_prediger,
    conger,
    fleiss,
    gwet,
)
from grader.agreement.two_raters import kappa, qwk

NAN = np.nan
LABELS = [0, 1, 2]

TABLES = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from(LABELS), min_size=raters, max_size=raters), min_size=2, max_size=20
    )
)


@given(TABLES)
def test_fleiss_is_that_of_statsmodels(ratings):
    if len(np.unique(ratings)) > 1:
        table, _ = aggregate_raters(np.array(ratings))
        assert fleiss(ratings, LABELS) == pytest.approx(fleiss_kappa(table), abs=1e-12)


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=2))
def test_conger_of_two_is_cohens_kappa(pairs):
    x, y = np.array(pairs).T
    if len({*x, *y}) > 1:
        assert conger(pairs, LABELS) == pytest.approx(kappa(x, y, LABELS), abs=1e-12)
        assert conger(pairs, LABELS, Weights.QUADRATIC) == pytest.approx(qwk(x, y), abs=1e-12)


@given(TABLES)
def test_distances_agree_on_two_values(ratings):
    table = np.minimum(np.array(ratings, dtype=float), 1)
    if len(np.unique(table)) > 1:
        nominal = alpha(table, Distance.NOMINAL)
        assert [alpha(table, d) for d in Distance] == pytest.approx([nominal] * 4, abs=1e-12)


def test_ac1_stays_high_where_nearly_all_is_met():
    both = [[1, 1]] * 92 + [[1, 0]] * 2 + [[0, 1]] * 2 + [[0, 0]] * 4
    assert gwet(both, [0, 1]) > 0.95 > 0.7 > kappa(*np.array(both).T, [0, 1])


def test_ac1_of_constant_ratings_is_full():
    assert gwet([[1, 1], [1, 1]], [0, 1]) == 1


def test_a_response_rated_once_counts_for_the_shares_only():
    assert brennan_prediger([[1, 1], [0, NAN], [NAN, NAN]], [0, 1]) == 1


@pytest.mark.parametrize("compute", [gwet, fleiss, conger, brennan_prediger])
def test_single_ratings_are_undefined(compute):
    with pytest.raises(UndefinedError, match="rated by two raters or more"):
        compute([[1, NAN], [NAN, 0]], [0, 1])


@pytest.mark.parametrize("compute", [fleiss, conger])
def test_constant_ratings_are_undefined(compute):
    with pytest.raises(UndefinedError, match="every rating is the same"):
        compute([[1, 1], [1, 1]], [0, 1])


@pytest.mark.parametrize("distance", list(Distance))
def test_alpha_undefined(distance):
    with pytest.raises(UndefinedError, match="every rating is the same"):
        alpha([[1, 1], [1, NAN]], distance)
    with pytest.raises(UndefinedError, match="rated by two raters or more"):
        alpha([[1, NAN], [NAN, 0]], distance)


def test_ratios_need_a_zero_point():
    with pytest.raises(UndefinedError, match="0 or more"):
        alpha([[-1, 1], [1, 1]], Distance.RATIO)


def test_ratios_take_zeros():
    assert alpha([[0, 0], [1, 1], [0, 2]], Distance.RATIO) < 1


def test_one_list_is_no_table():
    with pytest.raises(ValueError, match="a table of responses by raters"):
        gwet([1, 0], [0, 1])

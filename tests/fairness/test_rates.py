import pytest
from scipy.stats import binom

from grader.agreement.figures import UndefinedError
from grader.fairness import rates
from grader.fairness.rates import Count


@pytest.mark.parametrize(
    ("group", "reference", "short"),
    [
        (Count(12, 40), Count(48, 80), 8),  # 0.8 x 0.6 x 40 = 19.2: 20 are needed
        (Count(8, 10), Count(10, 10), 0),  # exactly four-fifths
        (Count(7, 10), Count(10, 10), 1),
        (Count(0, 40), Count(48, 80), 20),
        (Count(4, 15), Count(1, 3), 0),  # 0.8 / 3 x 15 = 4, which floating point would round up
    ],
)
def test_shortfall(group: Count, reference: Count, short: int) -> None:
    assert rates.shortfall(group, reference) == short


def test_wilsons_interval_by_hand() -> None:
    found = rates.rate(Count(10, 20))
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.2993, 0.7007), abs=5e-5)
    assert (rates.rate(Count(0, 9)).low, rates.rate(Count(9, 9)).high) == (0.0, 1.0)
    assert rates.rate(Count(0, 0)).reason == "nobody in this group has an outcome"


def test_newcombes_interval() -> None:
    """His example: 56/70 against 48/80 (1998, table II, method 10)."""
    found = rates.difference(Count(56, 70), Count(48, 80))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("group", "low", "high"), [(Count(0, 12), 0.0, 0.5), (Count(12, 12), 0.7, 1.6), (Count(1, 12), 0.01, 0.5)]
)
def test_the_ratio_has_an_interval_at_the_ends(group: Count, low: float, high: float) -> None:
    found = rates.ratio(group, Count(12, 12))
    assert found.value == group.selected / 12
    assert found.low is not None
    assert found.high is not None
    assert low <= found.low <= found.value <= found.high <= high


def test_no_ratio_without_a_rate_to_compare_with() -> None:
    assert rates.ratio(Count(3, 9), Count(0, 9)).reason is not None
    assert rates.ratio(Count(3, 9), Count(0, 9)).value is None


@pytest.mark.parametrize(("p", "q", "n"), [(0.5, 0.4, 20), (0.9, 0.6, 20), (0.2, 0.2, 30)])
def test_the_ratios_interval_holds_it_as_often_as_it_says(p: float, q: float, n: int) -> None:
    """Over all outcomes with their probabilities: no draws."""
    held = whole = 0.0
    for i in range(1, n + 1):
        for j in range(n + 1):
            weight = float(binom.pmf(i, n, p) * binom.pmf(j, n, q))
            if weight < 1e-5:
                continue
            found = rates.ratio(Count(j, n), Count(i, n))
            whole += weight
            held += weight * ((found.low or 0.0) <= q / p <= (found.high or 0.0))
    assert 0.93 < held / whole < 0.98


@pytest.mark.parametrize("count", [Count(0, 9), Count(9, 9)])
def test_there_is_nothing_to_test_where_all_fared_alike(count: Count) -> None:
    with pytest.raises(UndefinedError, match="nothing to test"):
        rates.two_sd(count, count)


def test_an_infinite_odds_ratio_is_none() -> None:
    odds, p = rates.fisher(Count(0, 10), Count(5, 10))
    assert odds is None
    assert p == pytest.approx(0.0325, abs=5e-5)

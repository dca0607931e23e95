import numpy as np
import pytest
from scipy.stats import ttest_ind

from grader.fairness.means import NO_SPREAD, means
from grader.fairness.outcomes import Attribute, Level, Stage


def stage(id: str, by_group: dict[str, list[float]]) -> Stage:
    found = {f"{group}{i}": score for group, own in by_group.items() for i, score in enumerate(own)}
    return Stage(id, id, Level.CRITERION, found, scored=True)


def groups(*stages: Stage) -> Attribute:
    return Attribute(("sex",), {name: (name[0],) for one in stages for name in one.outcomes})


def test_a_group_stands_beside_the_largest() -> None:
    one = stage("one", {"f": [0, 0, 1, 0], "m": [1, 1, 0, 1, 1, 0]})
    (row,) = means([one], groups(one), 1)
    assert (row.group, row.reference, row.n, row.reference_n) == (("f",), ("m",), 4, 6)
    assert (row.mean, row.reference_mean) == pytest.approx((0.25, 2 / 3))
    expected = ttest_ind([0, 0, 1, 0], [1, 1, 0, 1, 1, 0], equal_var=False)
    low, high = expected.confidence_interval(0.95)
    assert (row.p, row.difference.low, row.difference.high) == pytest.approx((expected.pvalue, low, high))
    # Hedges' g by hand: the difference over the pooled standard deviation, times 1 - 3 / (4 x 8 - 1)
    pooled = np.sqrt((3 * 0.25 + 5 * np.var([1, 1, 0, 1, 1, 0], ddof=1)) / 8)
    assert row.effect.value == pytest.approx((0.25 - 2 / 3) / pooled * (1 - 3 / 31), rel=1e-3)
    assert row.effect.low is not None
    assert row.effect.low < row.effect.value


def test_p_is_adjusted_for_all_that_was_looked_at() -> None:
    clear = stage("clear", {"f": [0, 1, 0, 1, 0, 0], "m": [5, 6, 5, 6, 5, 6]})
    same = stage("same", {"f": [0, 1, 2, 3, 4, 5], "m": [0, 1, 2, 3, 5, 4]})
    rows = means([clear, same], groups(clear), 1)
    assert [row.adjusted_p for row in rows] == pytest.approx([2 * (rows[0].p or 0), rows[1].p])


def test_without_spread_there_is_a_difference_and_a_reason() -> None:
    one = stage("one", {"f": [0, 0, 0], "m": [1, 1, 1, 1]})
    (row,) = means([one], groups(one), 1)
    assert (row.difference.value, row.effect.value, row.p, row.adjusted_p) == (-1, None, None, None)
    assert row.effect.reason == NO_SPREAD


def test_a_spread_in_one_group_alone_is_enough() -> None:
    one = stage("one", {"f": [0, 0, 0], "m": [1, 1, 1, 0]})
    (row,) = means([one], groups(one), 1)
    assert row.p is not None
    assert row.effect.value is not None


def test_small_groups_are_not_there() -> None:
    one = stage("one", {"f": [0] * 9, "m": [1] * 12, "x": [1] * 15})
    assert means([one], groups(one), 10) == ()

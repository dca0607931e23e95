import numpy as np
import pytest

from grader.agreement import resampling
from grader.agreement.resampling import ratio, resample, sums_by_group


def test_sums_by_group():
    sums = sums_by_group(np.array([[1.0, 0], [2, 1], [4, 1]]), np.array([2, 0, 2]), 4)
    np.testing.assert_array_equal(sums, [[2, 1], [0, 0], [5, 1], [0, 0]])


def test_as_many_are_drawn_as_there_are():
    drawn = resample(np.column_stack([np.ones(7), np.arange(7)]), 500, seed=1)
    assert drawn.shape == (500, 2)
    assert (drawn[:, 0] == 7).all()
    assert drawn[:, 1].mean() == pytest.approx(21, abs=1)


def test_a_seed_gives_the_same_draws():
    sums = np.arange(12.0).reshape(6, 2)
    np.testing.assert_array_equal(resample(sums, 50, seed=3), resample(sums, 50, seed=3))
    assert not np.array_equal(resample(sums, 50, seed=3), resample(sums, 50, seed=4))


def test_blocks_change_nothing(monkeypatch):
    sums = np.arange(12.0).reshape(6, 2)
    whole = resample(sums, 50, seed=3)
    monkeypatch.setattr(resampling, "_CELLS", 42)
    np.testing.assert_array_equal(resample(sums, 50, seed=3), whole)


def test_one_group_cannot_be_resampled():
    assert resample(np.ones((1, 3)), 50, seed=0).shape == (0, 3)


def test_ratios_without_a_bottom_are_nan():
    np.testing.assert_array_equal(ratio(np.array([1.0, 0, 3]), np.array([2.0, 0, 0])), [0.5, np.nan, np.nan])

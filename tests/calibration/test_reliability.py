import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from grader.calibration.abstention import lower_bounds
from grader.calibration.reliability import bins, coverage


def test_bins_by_hand() -> None:
    low, high = bins(np.array([0.0, 0.05, 0.95, 1.0, 0.99]), np.array([0, 0.5, 1, 1, 0.5]))
    assert (low.n, low.predicted, low.observed) == (2, pytest.approx(0.025), 0.25)
    assert (high.n, high.observed) == (3, pytest.approx(2.5 / 3))
    assert (low.low, low.high) == pytest.approx(proportion_confint(0.5, 2, method="wilson"))
    assert low.low < low.observed < low.high


def test_every_decision_is_in_one_bin_and_bins_rise() -> None:
    p = np.random.default_rng(0).uniform(size=500)
    found = bins(p, (p > 0.5).astype(float))
    assert sum(b.n for b in found) == 500
    assert [b.predicted for b in found] == sorted(b.predicted for b in found)
    assert len(found) == 10


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(200):
        p = rng.uniform(size=600)
        inside += [b.low <= b.predicted <= b.high for b in bins(p, (rng.random(600) < p).astype(float))]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_coverage_runs_from_the_strictest_threshold_to_all() -> None:
    rng = np.random.default_rng(2)
    confidence = rng.uniform(0.5, 1, 300)
    agrees = rng.random(300) < confidence
    found = coverage(confidence, agrees, 0.95)
    assert [c.threshold for c in found] == sorted((c.threshold for c in found), reverse=True)
    assert found[0].n == 1
    assert (found[-1].coverage, found[-1].n) == (1, 300)
    for point in found:
        taken = confidence >= point.threshold
        assert point.n == taken.sum()
        assert point.agreement == pytest.approx(agrees[taken].mean())
        assert point.lower == pytest.approx(
            float(
                lower_bounds(
                    np.array([float(int(agrees[taken].sum()))]), np.array([float(point.n)]), np.ones(1), 0.95
                )[0]
            )
        )
        assert point.lower <= point.agreement


def test_without_decisions_there_is_no_curve() -> None:
    assert coverage(np.array([]), np.array([], dtype=bool), 0.95) == ()

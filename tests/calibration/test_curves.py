import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.calibration.curves import calibrated, log_odds, threshold
from grader.domain.calibration import LOG_ODDS_LIMIT, Curve, LogisticCurve, StepCurve

P = st.floats(0, 1)
LOGISTIC = st.builds(LogisticCurve, slope=st.floats(0.01, 20), intercept=st.floats(-20, 20))
STEPS = st.lists(st.tuples(P, P), min_size=1, max_size=8, unique_by=lambda knot: knot[0]).map(
    lambda knots: StepCurve(at=tuple(sorted(a for a, _ in knots)), gives=tuple(sorted(g for _, g in knots)))
)


def test_log_odds_are_kept_within_their_limits() -> None:
    ends = log_odds([0.0, 1.0, 1e-300, 1 - 1e-16])
    assert list(ends) == [-LOG_ODDS_LIMIT, LOG_ODDS_LIMIT, -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT]
    assert log_odds([0.5, 0.8, 0.2]) == pytest.approx([0, math.log(4), -math.log(4)])


@given(P, P)
def test_log_odds_rise_with_the_probability(one: float, other: float) -> None:
    low, high = log_odds(sorted((one, other)))
    assert -LOG_ODDS_LIMIT <= low <= high <= LOG_ODDS_LIMIT


def test_a_logistic_curve_by_hand() -> None:
    curve = LogisticCurve(slope=2, intercept=-1)
    # log-odds of 0.8 is ln 4: 2 ln 4 - 1
    assert calibrated(curve, 0.8) == pytest.approx(1 / (1 + math.exp(1 - 2 * math.log(4))), abs=5e-7)
    assert calibrated(LogisticCurve(slope=1, intercept=0), [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9])


def test_a_step_curve_is_straight_between_its_knots_and_level_beyond() -> None:
    curve = StepCurve(at=(0.2, 0.6), gives=(0.1, 0.9))
    assert calibrated(curve, [0, 0.2, 0.3, 0.4, 0.6, 1]) == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.9, 0.9])


def test_the_shape_of_the_input_is_kept() -> None:
    for curve in (LogisticCurve(slope=1, intercept=0), StepCurve(at=(0.5,), gives=(0.5,))):
        assert calibrated(curve, np.full((2, 3), 0.5)).shape == (2, 3)


@given(st.one_of(LOGISTIC, STEPS), P, P)
def test_calibration_never_turns_probabilities_round(curve: Curve, one: float, other: float) -> None:
    low, high = calibrated(curve, sorted((one, other)))
    assert 0 <= low <= high <= 1


@given(st.one_of(LOGISTIC, STEPS), P)
def test_calibrated_probabilities_are_those_that_ratings_keep(curve: Curve, p: float) -> None:
    found = float(calibrated(curve, p))
    assert found == round(found, 6)


@pytest.mark.parametrize(
    ("slope", "intercept", "expected"),
    [
        (1, 0, 0.5),
        (2, -2, 1 / (1 + math.exp(-1))),
        (0.5, 1, 1 / (1 + math.exp(2))),
        (1, 12, 0.0),
        (1, 13, 0.0),
        (1, -13, None),
        (0, 0.1, 0.0),
        (0, 0, 0.0),
        (0, -0.1, None),
    ],
)
def test_the_threshold_of_a_logistic_curve_is_solved(slope: float, intercept: float, expected) -> None:
    assert threshold(LogisticCurve(slope=slope, intercept=intercept)) == (
        None if expected is None else pytest.approx(expected)
    )


@pytest.mark.parametrize(
    ("at", "gives", "expected"),
    [
        ((0.2, 0.6), (0.1, 0.9), 0.4),
        ((0.2, 0.6), (0.25, 0.75), 0.4),
        ((0.1, 0.3, 0.8), (0.2, 0.4, 0.6), 0.55),
        ((0.1, 0.3), (0.5, 0.6), 0.0),
        ((0.1, 0.3), (0.2, 0.4), None),
        ((0.7,), (0.8,), 0.0),
        ((0.7,), (0.2,), None),
    ],
)
def test_the_threshold_of_a_step_curve_lies_where_it_crosses_one_half(at, gives, expected) -> None:
    assert threshold(StepCurve(at=at, gives=gives)) == (None if expected is None else pytest.approx(expected))


@given(st.one_of(LOGISTIC, STEPS), P)
def test_met_is_likelier_exactly_from_the_threshold_on(curve: Curve, p: float) -> None:
    line = threshold(curve)
    if line is None:
        assert calibrated(curve, p) < 0.5 + 1e-6
        return
    assume(abs(p - line) > 1e-4)
    # probabilities are kept to six decimals, so that a flat curve may round up to one half
    found = float(calibrated(curve, p))
    assert found >= 0.5 if p > line else found <= 0.5 + 1e-6

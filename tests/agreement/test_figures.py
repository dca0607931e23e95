import numpy as np
import pytest

from grader.agreement.figures import Draws, Figure, UndefinedError, figure, interval


def _undefined() -> float:
    raise UndefinedError("nobody rated")


def test_an_undefined_figure_has_a_reason():
    assert figure(_undefined, 3) == Figure(value=None, n=3, reason="nobody rated")


def test_a_figure_without_draws_has_no_interval():
    assert figure(lambda: 0.5, 3) == Figure(value=0.5, n=3)


def test_percentile_interval():
    values = np.arange(101) / 100
    assert interval(Draws(values, 0.9)) == pytest.approx((0.05, 0.95))


def test_few_undefined_resamples_are_left_out():
    values = np.concatenate([np.full(5, np.nan), np.ones(95)])
    assert interval(Draws(values, 0.95)) == (1, 1)


def test_many_undefined_resamples_leave_no_interval():
    values = np.concatenate([np.full(6, np.nan), np.ones(94)])
    found = figure(lambda: 1.0, 9, Draws(values, 0.95))
    assert found == Figure(
        value=1, n=9, reason="no interval: the figure is undefined in 6.0% of the resamples"
    )


def test_no_resamples_leave_no_interval():
    assert (
        figure(lambda: 1.0, 9, Draws(np.empty(0), 0.95)).reason
        == "no interval: it needs two candidates or more"
    )

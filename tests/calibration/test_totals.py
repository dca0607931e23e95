import numpy as np
import pytest

from grader.calibration.judged import Judged
from grader.calibration.totals import FEWEST, calibrated_totals, judge_totals, line
from grader.domain.calibration import Signal
from grader.domain.calibration_set import Scale
from tests.support.builders import criterion, rating, rubric

RUBRIC = rubric(criterion("a", points=3), criterion("b"))


def halves(n: int) -> np.ndarray:
    return np.arange(n) % 2 == 0


def test_a_planted_line_is_recovered() -> None:
    rng = np.random.default_rng(0)
    judge = rng.uniform(10, 90, 600)
    raters = 20 + 0.6 * judge + rng.normal(0, 5, 600)
    found = line(judge, raters, halves(600))
    assert found is not None
    assert found.slope == pytest.approx(0.6, abs=0.04)
    assert found.intercept == pytest.approx(20, abs=2)
    assert found.standard_error == pytest.approx(5, abs=0.6)
    assert found.n == 300


def test_the_standard_error_is_measured_where_the_line_was_not_fitted() -> None:
    judge = np.tile(np.arange(10.0, 30.0), 2)
    fit = np.repeat([True, False], 20)
    raters = judge + np.where(fit, 0, 7)
    found = line(judge, raters, fit)
    assert found is not None
    assert (found.slope, found.intercept) == pytest.approx((1, 0))
    assert found.standard_error == pytest.approx(7)


def test_the_line_is_measured_within_the_scale() -> None:
    judge = np.concatenate([np.linspace(0, 50, 10), np.full(10, 90.0)])
    raters = np.concatenate([2 * np.linspace(0, 50, 10), np.full(10, 100.0)])
    found = line(judge, raters, np.arange(20) < 10)
    assert found is not None
    assert found.standard_error == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("few", ["fit", "held out"])
def test_few_answers_on_either_side_give_no_line(few: str) -> None:
    judge, raters = np.arange(40.0), np.arange(40.0)
    for count, there in ((FEWEST - 1, False), (FEWEST, True)):
        fit = np.arange(40) < count
        fit = fit if few == "fit" else ~fit
        assert (line(judge, raters, fit) is not None) == there
        assert line(np.where(fit == (few == "fit"), np.nan, judge), raters, fit) is None


def test_a_judge_that_gives_one_total_has_no_line() -> None:
    assert line(np.full(40, 50.0), np.arange(40.0), halves(40)) is None


def judged(**answers: tuple) -> Judged:
    return Judged("j", Signal.VERDICT, answers, {}, ())


def test_a_judges_totals_come_from_its_verdicts() -> None:
    given = judged(
        x=(rating("a", "met", 1), rating("b", "not_met")),
        y=(rating("a", "met", supported=False), rating("b", "met", 1)),
        z=(rating("a", "met", 1),),
    )
    totals = judge_totals(given, ["x", "y", "z", "none"], RUBRIC, None)
    assert np.array_equal(totals, [75, 25, np.nan, np.nan], equal_nan=True)
    assert np.isnan(judge_totals(given, ["x"], None, None)).all()


def test_overall_ratings_of_a_judge_are_its_totals() -> None:
    given = Judged("j", Signal.VERDICT, {}, {"x": 3.0, "y": 5.0}, ())
    totals = judge_totals(given, ["x", "y", "z"], None, Scale(low=1, high=5))
    assert np.array_equal(totals, [50, 100, np.nan], equal_nan=True)


def test_calibrated_totals_are_those_of_the_calibrated_verdicts() -> None:
    given = judged(x=(rating("a", "met", 1), rating("b", "not_met")), y=(rating("a", "met", 1),))
    flipped = {("x", "a"): 0.3}
    assert calibrated_totals(given, ["x"], RUBRIC, {})[0] == 75
    assert calibrated_totals(given, ["x"], RUBRIC, flipped)[0] == 0
    # a met that the judge had found no evidence for counts for nothing
    assert calibrated_totals(given, ["x"], RUBRIC, {**flipped, ("x", "b"): 0.9})[0] == 0
    assert np.isnan(calibrated_totals(given, ["y"], RUBRIC, {})[0])

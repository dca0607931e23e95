import numpy as np
import pytest

from grader.agreement.compare import compare
from grader.agreement.figures import Figure
from grader.calibration.status import gauges, status
from grader.domain.calibration import Gauge, Status
from grader.domain.calibration_set import Scale
from grader.domain.thresholds import Thresholds

WHOLE = compare(
    np.tile([1.0, 2, 3, 4, 5, 5], 20),
    np.tile([1.0, 2, 3, 4, 5, 4], 20),
    [f"c{i}" for i in range(120)],
    scale=Scale(low=1, high=5),
    further=np.tile([1.0, 2, 3, 4, 4, 5], 20)[:, None],
    resamples=50,
)
ALL = Thresholds()
NAMES = ("held-out answers", "QWK", "QWK less that between raters", "SMD")


def agreement(**figures: tuple[float | None, float | None]):
    """An agreement whose named figures have these intervals."""

    def made(name: str) -> Figure:
        low, high = figures[name]
        value = None if low is None or high is None else (low + high) / 2
        return Figure(value=value, low=low, high=high, n=120, reason=None if value is not None else "why")

    pair = {name: made(name) for name in ("qwk", "smd") if name in figures}
    update = {"pair": WHOLE.pair.model_copy(update=pair)}
    if "degradation" in figures:
        update["degradation"] = WHOLE.degradation.model_copy(update={"qwk": made("degradation")})
    return WHOLE.model_copy(update=update)


def outcome(name: str, **figures: tuple[float | None, float | None]) -> str:
    return next(g.outcome for g in gauges(agreement(**figures), 120, ALL) if g.name == name)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.70, 0.9, "kept"),
        (0.71, 0.9, "kept"),
        (0.69, 0.9, "open"),
        (0.5, 0.70, "open"),
        (0.5, 0.69, "missed"),
        (None, None, "open"),
    ],
)
def test_qwk_is_judged_by_its_whole_interval(low, high, expected: str) -> None:
    assert outcome("QWK", qwk=(low, high)) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.10, 0.1, "kept"),
        (-0.11, 0.1, "open"),
        (-0.3, -0.1, "open"),
        (-0.3, -0.11, "missed"),
        (None, None, "open"),
    ],
)
def test_degradation_is_judged_by_its_whole_interval(low, high, expected: str) -> None:
    assert outcome("QWK less that between raters", degradation=(low, high)) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.15, 0.15, "kept"),
        (-0.16, 0.1, "open"),
        (-0.1, 0.16, "open"),
        (0.15, 0.3, "open"),
        (0.16, 0.3, "missed"),
        (-0.3, -0.16, "missed"),
        (-0.3, -0.15, "open"),
        (-0.5, 0.5, "open"),
        (None, None, "open"),
    ],
)
def test_smd_is_judged_by_its_whole_interval_on_both_sides(low, high, expected: str) -> None:
    assert outcome("SMD", smd=(low, high)) == expected


@pytest.mark.parametrize(("answers", "expected"), [(99, "open"), (100, "kept")])
def test_few_answers_leave_it_open(answers: int, expected: str) -> None:
    first = gauges(WHOLE, answers, ALL)[0]
    assert (first.name, first.value, first.outcome, first.threshold) == (
        "held-out answers",
        answers,
        expected,
        ">= 100",
    )
    assert bool(first.reason) == (expected == "open")


def test_every_threshold_has_its_gauge_and_what_is_not_asked_for_has_none() -> None:
    assert tuple(g.name for g in gauges(WHOLE, 120, ALL)) == NAMES
    bare = Thresholds(qwk=None, degradation=None, smd=None, responses=1)
    assert [g.name for g in gauges(WHOLE, 120, bare)] == ["held-out answers"]


def test_without_totals_everything_is_open_with_its_reason() -> None:
    found = gauges(None, 120, ALL)
    assert [g.outcome for g in found] == ["kept", "open", "open", "open"]
    assert {g.reason for g in found[1:]} == {"no totals of judge and raters to compare"}


def test_an_interval_that_does_not_decide_says_so() -> None:
    found = gauges(agreement(qwk=(0.5, 0.9)), 120, ALL)[1]
    assert found.reason == "the interval does not decide"


def gauge(outcome: str) -> Gauge:
    return Gauge.model_validate(
        {"name": "x", "value": 1, "low": 0, "high": 2, "n": 9, "threshold": ">= 1", "outcome": outcome}
    )


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["kept", "kept"], Status.OPERATIONAL),
        (["kept", "open"], Status.NOT_ENOUGH_DATA),
        (["kept", "missed"], Status.NOT_GOOD_ENOUGH),
        (["open", "missed"], Status.NOT_GOOD_ENOUGH),
        (["missed", "open", "kept"], Status.NOT_GOOD_ENOUGH),
    ],
)
def test_one_missed_threshold_outweighs_open_ones_and_those_the_kept(
    outcomes: list[str], expected: Status
) -> None:
    assert status(list(map(gauge, outcomes)), human=True) is expected


@pytest.mark.parametrize("outcomes", [["kept"], ["open"], ["missed"], []])
def test_without_people_it_is_a_demonstration_whatever_the_figures(outcomes: list[str]) -> None:
    assert status(list(map(gauge, outcomes)), human=False) is Status.DEMONSTRATION


@pytest.mark.parametrize("found", Status)
def test_only_what_may_be_used_is_used_and_every_status_says_what_it_means(found: Status) -> None:
    from tests.support.calibrations import calibration

    usable = found in {Status.OPERATIONAL, Status.DEMONSTRATION}
    assert calibration(status=found).usable is usable
    assert found.sentence.endswith(".")

import pytest

from grader.domain.calibration import Gauge, Status
from grader.domain.measurement import Measured
from grader.domain.system_card import CalibrationSeen
from grader.system_card.statements import limits, promise
from tests.support.calibrations import binding, calibration

QWK = ("QWK", 0.81, 0.72, 0.88)
BETWEEN = ("QWK less that between raters", -0.02, -0.08, 0.05)


def seen(*figures: tuple[str, float, float, float], newest: bool = True, **fields: object) -> CalibrationSeen:
    gauges = tuple(
        Gauge(name=name, value=value, low=low, high=high, n=64, threshold=">= 0.70", outcome="kept")
        for name, value, low, high in figures
    )
    made = calibration(gauges=gauges, binding=binding(), **fields)
    return CalibrationSeen(
        digest=made.digest, calibration=made, kept="2026", shipped=False, newest=newest, records=3
    )


def test_the_promise_is_that_of_the_calibration_with_its_intervals() -> None:
    told = promise([seen(QWK, BETWEEN)])
    assert told.startswith(
        "Agrees with your raters as well as they agree with each other, on your set, within this interval: "
        "vendor email (set s): QWK 0.81 (0.72 to 0.88, n = 64), less that between raters "
        "−0.02 (−0.08 to 0.05, n = 64)."
    )
    assert "no others" in told


def test_without_raters_to_compare_nothing_is_said_of_them() -> None:
    told = promise([seen(QWK)])
    assert "as well as" not in told
    assert "was not asked" in told


@pytest.mark.parametrize(
    "found",
    [
        [],
        [seen(QWK, BETWEEN, newest=False)],
        *([seen(QWK, BETWEEN, status=status)] for status in Status if status != "operational"),
    ],
)
def test_nothing_is_promised_without_an_operational_calibration(found: list[CalibrationSeen]) -> None:
    assert promise(found).startswith("Nothing is promised")


def test_what_is_not_measured_is_a_limit() -> None:
    told = " ".join(limits(["uncalibrated"], [], ["a_task"]))
    assert told.count("not measured.") == len(Measured)
    assert "No score in this ledger" in told
    assert "a task" in told
    less = " ".join(limits(["operational"], list(Measured), []))
    assert "not measured" not in less
    assert "No score in this ledger" not in less

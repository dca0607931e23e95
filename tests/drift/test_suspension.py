"""Suspension goes by the ledger's order; a newer calibration and a person's word end it."""

from typing import Any

from grader.domain.drift import ChecksTaken, Event, Interval, Lifted, ModelChanged, Sums, measurement, noted
from grader.domain.measurement import MeasurementKept
from grader.drift.suspension import Key, batches, salt, series, suspensions


def taken(batch: str, *, alarms: tuple[str, ...] = ("agreement fell",), **fields: Any) -> ChecksTaken:
    none = Interval(value=None)
    given = {
        "batch": batch,
        "run": "r",
        "task": "t",
        "rubric": "R",
        "binding": "B",
        "after_calibration": 3,
        "answers": (),
        "unanswered": 0,
        "agreement": none,
        "agreement_before": none,
        "difference": none,
        "smd": none,
        "z_agreement": 0.0,
        "z_mean": 0.0,
        "sums": Sums(),
        "alarms": alarms,
    }
    return ChecksTaken.model_validate(given | fields)


def kept(*events: Event, judge: str = "j") -> list[MeasurementKept]:
    return [
        MeasurementKept(measurement(event, judge, "m", "S"), "2026-01-01T00:00:00.000") for event in events
    ]


def test_an_alarm_suspends_what_was_calibrated_before_it() -> None:
    found = kept(taken("1", alarms=()), taken("2"), taken("3", alarms=()))
    assert suspensions(found, {"B": 3})["B"].sentence == "t: on check answers of j, agreement fell."
    assert set(suspensions(found, {})) == {"B"}, "also a calibration that was shipped"
    assert suspensions(found, {"B": 4}) == {}
    assert set(suspensions(found, {"B": 3, "C": 9})) == {"B"}, "another's calibration ends nothing"


def test_who_lifts_an_alarm_lifts_the_earlier_ones_and_none_that_comes_later() -> None:
    first, second, later = taken("1"), taken("2"), taken("3")
    alarm = measurement(second, "j", "m", "S").digest
    lifted = Lifted(alarm=alarm, name="Jane Doe", reason="The set was mended since.")
    assert suspensions(kept(first, second, lifted), {"B": 3}) == {}
    assert suspensions(kept(first, second, lifted, later), {"B": 3})["B"].alarm.event == later


def test_a_person_and_a_changed_model_suspend_nothing() -> None:
    changed = ModelChanged(
        run="r", task="t", rubric="R", binding="B", after_calibration=3, calibrated="older"
    )
    assert suspensions(kept(taken("1", binding=None, run=None), changed), {}) == {}


def test_a_calibration_asks_afresh_with_the_last_alarm_on_its_judge_and_rubric() -> None:
    found = noted(
        kept(taken("1"), taken("2", after_calibration=5), taken("3", alarms=(), after_calibration=7))
    )
    first, second = (one.measurement.digest for one in found[:2])
    assert salt(found, "j", "R") == second
    assert salt(found, "j", "R", before=4) == first
    assert salt(found, "j", "R", before=3) is None
    assert salt(found, "other", "R") is None
    assert salt(found, "j", "other") is None


def test_a_chart_holds_what_is_alike_since_the_newest_calibration() -> None:
    alike = [taken("1", after_calibration=2), taken("2"), taken("3", alarms=())]
    others = [taken("4", binding="C"), taken("5", rubric="Q")]
    events = noted(kept(*alike, *others)) + noted(kept(taken("6"), judge="other"))
    assert [e.batch for e in batches(series(events, "j", Key("R", "B", "S", 3)))] == ["2", "3"]
    assert len(series(events, "j", Key("R", "B", "S", 0))) == 3
    assert series(events, "j", Key("R", "B", "T", 0)) == []

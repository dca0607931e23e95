"""Which calibrations an alarm suspends, until a newer one is made or a named person lifts it.

The order is that of the ledger: an alarm says how many calibrations there were, so that no clock decides.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.domain.drift import ChecksTaken, Lifted, ModelChanged, Noted, noted
from grader.domain.measurement import MeasurementKept


class Suspension(NamedTuple):
    """An alarm that holds, and what it is about."""

    alarm: Noted
    task: str
    sentence: str


def suspensions(kept: list[MeasurementKept], newest: Mapping[str, int]) -> dict[str, Suspension]:
    """By what a calibration holds for, the latest alarm that suspends it.

    `newest`: by the same, the number of the newest calibration made with this ledger. A change of the model
    suspends nothing by itself: what another model answers is bound to no calibration. Lifting an alarm lifts
    the earlier ones on the same calibration with it.
    """
    held: dict[str, Suspension] = {}
    about: dict[str, str] = {}
    for one in noted(kept):
        event = one.event
        if isinstance(event, Lifted):
            held.pop(about[event.alarm], None)
        elif isinstance(event, ChecksTaken) and event.alarms and event.binding is not None:
            about[one.measurement.digest] = event.binding
            if newest.get(event.binding, 0) <= event.after_calibration:
                held[event.binding] = Suspension(one, event.task, sentence(one))
    return held


def sentence(alarm: Noted) -> str:
    """What an alarm says."""
    event = alarm.event
    if isinstance(event, ModelChanged):
        return (
            f"{event.task}: the calibration of {alarm.measurement.judge} was made with the model "
            f"{event.calibrated}, and {alarm.measurement.model} answered."
        )
    assert isinstance(event, ChecksTaken)  # noqa: S101 - no other event is an alarm
    who = alarm.measurement.judge
    return f"{event.task}: on check answers of {who}, {' and '.join(event.alarms)}."


class Key(NamedTuple):
    """What batches must have in common to be on one chart; a newer calibration starts another."""

    rubric: str
    binding: str | None
    material: str
    since: int
    """The number of the newest calibration that holds for the judge; 0 without one."""


def series(events: Sequence[Noted], judge: str, key: Key) -> list[Noted]:
    """The batches on one chart of a judge or a person, oldest first."""
    return [one for one in events if one.measurement.judge == judge and _on(one, key)]


def batches(chart: Sequence[Noted]) -> list[ChecksTaken]:
    """The measurements of a chart."""
    return [one.event for one in chart if isinstance(one.event, ChecksTaken)]


def _on(one: Noted, key: Key) -> bool:
    event = one.event
    return (
        isinstance(event, ChecksTaken)
        and (event.rubric, event.binding, one.measurement.material) == key[:3]
        and event.after_calibration >= key.since
    )


def salt(events: Sequence[Noted], judge: str, rubric: str, before: int | None = None) -> str | None:
    """What a calibration of this judge asks afresh with: the last alarm about it, if there was one.

    Without it, a calibration after an alarm would only find again what the ledger knows from before the
    alarm. `before`: the number of a calibration that was made already.
    """
    found = [
        one.measurement.digest
        for one in events
        if one.alarm
        and isinstance(one.event, ChecksTaken | ModelChanged)
        and one.measurement.judge == judge
        and one.event.rubric == rubric
        and (before is None or one.event.after_calibration < before)
    ]
    return found[-1] if found else None

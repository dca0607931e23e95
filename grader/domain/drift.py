"""What is kept of drift: check answers taken, models that changed, and alarms that a person lifted."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints, TypeAdapter

from grader.domain.base import Value
from grader.domain.measurement import Measured, Measurement, MeasurementKept
from grader.domain.second_rater import Named

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]


class Interval(Value):
    """A figure with its 95% interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Tally(Value):
    """Verdicts on one answer beside the known ones."""

    agree: int
    """Verdicts that are the known ones."""
    credit: float
    """Sum of credits: met 1, partly 0.5, not met 0; of faults reversed, so that more is more generous."""


class CheckedAnswer(Value):
    """One check answer of a batch. A verdict that was not given agrees with nothing and gives no credit."""

    response: str
    decisions: int
    """Criteria with a known verdict."""
    known: float
    """Sum of the credits that are known to be right."""
    now: Tally
    before: Tally | None
    """By the same rater at the time of its calibration; None for people, who meet an answer once."""


class Sums(Value):
    """The chart's cumulative sums; an alarm where one passes the limit."""

    agreement_fell: float = 0.0
    more_generous: float = 0.0
    more_severe: float = 0.0


class ChecksTaken(Value):
    """The check answers of one batch, by one judge on one rubric or by one person."""

    event: Literal["checks"] = "checks"
    batch: str
    """Digest of what was graded: the same batch is checked once."""
    run: str | None
    """The run that asked; None for a person."""
    task: str
    rubric: str
    binding: str | None
    """What a calibration must hold for; None for a person."""
    after_calibration: int
    """How many calibrations the ledger held."""
    answers: tuple[CheckedAnswer, ...]
    unanswered: int
    """Check answers without verdicts: they are not counted."""
    agreement: Interval
    agreement_before: Interval
    difference: Interval
    """Mean credit of a verdict less the known one."""
    smd: Interval
    """The same over whole answers, in standard deviations of the known mean credits of answers."""
    z_agreement: float
    """How far agreement lies from before, in standard errors."""
    z_mean: float
    """How far the mean credit does."""
    sums: Sums
    alarms: tuple[str, ...]
    """What passed the limit, in words; empty: nothing did."""


class ModelChanged(Value):
    """Another model answered than the calibrated one."""

    event: Literal["model"] = "model"
    run: str
    task: str
    rubric: str
    binding: str
    """What the calibration holds for."""
    after_calibration: int
    calibrated: str
    """The model as returned when it was calibrated."""


class Lifted(Value):
    """A named person's word that an alarm is no reason to do without the calibration."""

    event: Literal["lifted"] = "lifted"
    alarm: str
    """Digest of the measurement with the alarm."""
    name: Named
    reason: Why


Event = ChecksTaken | ModelChanged | Lifted
_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


class Noted(NamedTuple):
    """An event with the measurement that holds it."""

    event: Event
    measurement: Measurement
    created: str

    @property
    def alarm(self) -> bool:
        """Whether it suspends a calibration, or a person's further rating."""
        event = self.event
        return isinstance(event, ModelChanged) or (isinstance(event, ChecksTaken) and bool(event.alarms))


def noted(kept: list[MeasurementKept]) -> list[Noted]:
    """The events in these measurements of drift, in their order."""
    return [Noted(_EVENTS.validate_python(m.figures, strict=False), m, created) for m, created in kept]


def measurement(event: Event, judge: str, model: str | None, material: str) -> Measurement:
    """An event as it is kept."""
    figures = event.model_dump(mode="json")
    return Measurement(kind=Measured.DRIFT, judge=judge, model=model, material=material, figures=figures)

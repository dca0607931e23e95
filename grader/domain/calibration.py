"""Calibrations: what puts a judge on the scale of a set of raters, and how far it may be trusted."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from grader.domain.base import Identified, Value
from grader.domain.rating import Probability
from grader.domain.record import Mode

LOG_ODDS_LIMIT = 12.0
"""Log-odds beyond this are taken as this: probabilities of 0 and 1 have a place on the curve too."""


class Signal(StrEnum):
    """Where a judge's probability of `met` comes from."""

    PROBABILITY = "probability"
    """From the log-probabilities of its answer."""
    REPEATS = "repeats"
    """The share of its repeats that say met."""
    VERDICT = "verdict"
    """Its verdict alone: met 1, partly one half, not met 0."""


class Method(StrEnum):
    """The forms of a curve from the judge's probability to P(raters say met)."""

    PLATT = "platt"
    ISOTONIC = "isotonic"
    POOLED = "pooled"
    """One slope for the rubric, and a level for each criterion that is drawn toward the common one."""


class LogisticCurve(Value):
    """P = 1 / (1 + exp(-(intercept + slope x log-odds)))."""

    form: Literal["logistic"] = "logistic"
    slope: float
    intercept: float


class StepCurve(Value):
    """Straight lines between knots, level beyond them."""

    form: Literal["steps"] = "steps"
    at: tuple[float, ...]
    """Judge's probabilities, rising."""
    gives: tuple[Probability, ...]
    """Calibrated probabilities, never falling."""


Curve = Annotated[LogisticCurve | StepCurve, Field(discriminator="form")]


class Quality(Value):
    """How good probabilities are against what raters said."""

    n: int
    brier: float
    log_loss: float
    ece: float
    """Expected calibration error over ten bins of equal width."""


class CriterionCurve(Value):
    """The calibration of one criterion."""

    criterion: str
    curve: Curve
    n: int
    """Ratings that it was fitted on."""
    threshold: Probability | None
    """The judge's probability from which met is the likelier verdict; None: none is."""


class Guarantee(Value):
    """What was asked of the machine's own decisions, and the threshold that keeps it.

    With confidence at least `confidence`, decisions at or above the threshold agree with the raters at a rate
    of at least `agreement`.
    """

    agreement: Probability
    confidence: Probability
    threshold: Probability | None
    """Lowest confidence in a verdict at which the machine decides; None: no threshold keeps the promise."""
    n: int
    """Decisions that the threshold was tested on."""
    candidates: int
    design_effect: float
    """By this much fewer decisions count, because those of one candidate hang together."""
    coverage: float
    """Share of the decisions at or above the threshold."""
    observed: float | None
    """Their agreement with the raters."""
    lower: float | None
    """Lower bound of it, at `confidence`."""
    reason: str = ""
    """Why there is no threshold."""


class Line(Value):
    """From the judge's percent to the raters': raters' = intercept + slope x judge's."""

    slope: float
    intercept: float
    standard_error: float
    """Of one answer's percent on the raters' scale, measured on held-out answers."""
    n: int


class Binding(Identified):
    """What a calibration holds for: one changed character of any of it is another binding."""

    judge: str
    """provider:model as asked for."""
    model: str
    """As returned."""
    prompt: str
    rubric: str
    answer_schema: str
    parameters: dict[str, Any]
    mode: Mode
    repeats: int = 1


class Gauge(Value):
    """One figure beside the threshold that it must keep, judged on its interval."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    threshold: str
    """Such as ">= 0.70"."""
    outcome: Literal["kept", "missed", "open"]
    """`open`: the interval does not decide."""
    reason: str = ""


class Status(StrEnum):
    """What a calibration allows."""

    OPERATIONAL = "operational"
    NOT_GOOD_ENOUGH = "not good enough"
    NOT_ENOUGH_DATA = "not enough data"
    DEMONSTRATION = "demonstration only"
    """No human ratings: it shows the workflow, and can license no score."""

    @property
    def sentence(self) -> str:
        """What it means, in one plain sentence."""
        return _SENTENCES[self]


_SENTENCES = {
    Status.OPERATIONAL: "Every threshold is kept with the whole interval: scores may be used.",
    Status.NOT_GOOD_ENOUGH: "A threshold is missed with the whole interval: scores stay uncalibrated.",
    Status.NOT_ENOUGH_DATA: "The ratings are too few to tell: scores stay uncalibrated.",
    Status.DEMONSTRATION: "No person rated these answers: it shows the workflow and can license no score.",
}


class Calibration(Identified):
    """A fitted calibration of one judge on one rubric."""

    set_id: str
    set_digest: str
    task: str
    rater: str
    """The judge as a rater."""
    reference: tuple[str, ...]
    """The raters it was fitted to."""
    reference_kinds: tuple[str, ...]
    binding: Binding | None
    """None where the judge's ratings were read from a file: such a calibration licenses no score."""
    signal: Signal
    method: Method | None
    """None where there were no criteria to fit."""
    criteria: tuple[CriterionCurve, ...]
    line: Line | None
    guarantee: Guarantee | None
    gauges: tuple[Gauge, ...]
    status: Status

    @property
    def usable(self) -> bool:
        """Whether scores are put through it: operational, or marked as a demonstration."""
        return self.status in {Status.OPERATIONAL, Status.DEMONSTRATION}

"""The system card: what a ledger tells of the system, for those who answer for its use."""

from typing import Literal

from pydantic import JsonValue

from grader.domain.base import Value
from grader.domain.calibration import Calibration
from grader.domain.measurement import Measured
from grader.domain.notice import Notice
from grader.domain.record import Standing, State


class Span(Value):
    """First and last time, UTC, ISO 8601."""

    first: str
    last: str


class ModelSeen(Value):
    """A judge as asked for, and the model that answered."""

    judge: str
    model: str
    fingerprints: tuple[str, ...]
    span: Span
    records: int


class PromptSeen(Value):
    """A prompt that records were made with."""

    id: str
    digest: str
    span: Span
    records: int


class RubricSeen(Value):
    """A rubric that records were made with; each wording is another one."""

    task: str
    title: str
    digest: str
    criteria: int
    span: Span
    records: int


class CalibrationSeen(Value):
    """A calibration in the ledger."""

    digest: str
    calibration: Calibration
    kept: str
    """When, UTC, ISO 8601."""
    shipped: bool
    newest: bool
    """Whether it is the latest of those that hold for the same."""
    records: int
    """That went through it."""


class FigureRow(Value):
    """One figure of a measurement, as far as it has a value."""

    name: str
    value: JsonValue
    low: float | None = None
    high: float | None = None
    n: float | None = None
    note: str = ""


class MeasurementSeen(Value):
    """The newest measurement of one thing."""

    judge: str
    model: str | None
    material: str
    created: str
    earlier: int
    """Measurements of the same before."""
    rows: tuple[FigureRow, ...]


class Oversight(Value):
    """What people did about scores."""

    reviews: int
    """Decisions on criteria, of which those on a verdict of the machine are compared."""
    compared: int
    overridden: FigureRow
    second_opinions: int
    decisions: dict[str, int]
    """On candidates, by choice."""
    deciders: int


class Change(Value):
    """One line of the changelog."""

    when: str
    what: Literal["program", "model", "prompt", "rubric", "calibration"]
    sentence: str


class SystemCard(Value):
    """All that is shown. What was not measured is there, and says so."""

    made: str
    version: str
    """Of the program that made the card."""
    span: Span | None
    """Of the records; None where there is none."""
    runs: int
    states: dict[State, int]
    standings: dict[Standing, int]
    """Of the records with a score."""
    models: tuple[ModelSeen, ...]
    prompts: tuple[PromptSeen, ...]
    rubrics: tuple[RubricSeen, ...]
    calibrations: tuple[CalibrationSeen, ...]
    uncalibrated_tasks: tuple[str, ...]
    """Tasks that were judged, and have no calibration of a judge, model and rubric that graded them."""
    measured: dict[Measured, tuple[MeasurementSeen, ...]]
    """Every kind; empty: not measured."""
    oversight: Oversight
    changes: tuple[Change, ...]
    intended: tuple[str, ...]
    not_for: tuple[str, ...]
    limits: tuple[str, ...]
    promise: str
    notice: Notice

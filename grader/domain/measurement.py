"""What was measured of a judge, a batch or a process, as it is kept: for drift, and for the system card."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import JsonValue

from grader.domain.base import Identified


class Measured(StrEnum):
    """What a measurement is of."""

    ATTACKS = "attacks"
    SWAP = "swap"
    FAIRNESS = "fairness"
    DRIFT = "drift"


class Measurement(Identified):
    """Figures on one thing, with what they were taken on. Never a text, a name or a group of one person."""

    kind: Measured
    judge: str
    """The judge's or the person's name; empty where it is of a process."""
    model: str | None = None
    """As returned."""
    material: str
    """What it was measured on: a name or a digest."""
    figures: dict[str, JsonValue]


class MeasurementKept(NamedTuple):
    """A measurement, and when it was kept (UTC, ISO 8601)."""

    measurement: Measurement
    created: str

"""Answer keys: what an exact answer must be."""

from enum import StrEnum

from grader.domain.base import Value


class Unit(StrEnum):
    """What a number counts."""

    PLAIN = "plain"
    PERCENT = "percent"
    DOLLARS = "dollars"
    PATIENTS = "patients"
    MINUTES = "minutes"


class NumberKey(Value):
    """A number, or any from `low` to `high`, both included."""

    number: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Unit = Unit.PLAIN
    work: tuple[float, ...] = ()
    """Numbers of the question or of right work, which are no answers."""


class ChoiceKey(Value):
    """The right one of several lettered options."""

    choice: str
    options: dict[str, str]


AnswerKey = NumberKey | ChoiceKey

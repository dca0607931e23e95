"""Answer keys: what is right where an answer is a number or a letter, and no judge is needed."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from grader.domain.base import Value

Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
"""Never negative: the sign of a sum of money ("-$50", "$50 short") is not read; "-10%" goes to a person."""
Letter = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
OptionText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Unit(StrEnum):
    """What a number counts."""

    PLAIN = "plain"
    PERCENT = "percent"
    DOLLARS = "dollars"
    PATIENTS = "patients"
    MINUTES = "minutes"


class NumberKey(Value):
    """A number that is right, or a range (both ends included) in which every number is."""

    number: Amount | None = None
    low: Amount | None = None
    high: Amount | None = None
    unit: Unit = Unit.PLAIN
    work: tuple[Amount, ...] = ()
    """Numbers of the question and of the way to the answer; they are no answers."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        exact, ends = self.number is not None, (self.low is not None, self.high is not None)
        if exact == any(ends) or (not exact and not all(ends)):
            raise ValueError("give either number, or both low and high")
        low, high = self.bounds
        if low > high:
            raise ValueError("low is above high")
        if any(low <= Decimal(str(n)) <= high for n in self.work):
            raise ValueError("work holds the right answer")
        return self

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Lowest and highest right number, exact; the same one twice where only one is right."""
        low, high = (self.low, self.high) if self.number is None else (self.number, self.number)
        return Decimal(str(low)), Decimal(str(high))


class ChoiceKey(Value):
    """The letter that is right, among options of which each has a letter and a text."""

    choice: Letter
    options: Annotated[dict[Letter, OptionText], Field(min_length=2)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.choice not in self.options:
            raise ValueError("choice is not among the options")
        return self


AnswerKey = NumberKey | ChoiceKey

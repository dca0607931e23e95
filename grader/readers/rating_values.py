"""The value of a rating, from what raters write: words, or numbers with a point or a comma."""

import math
import re
from collections.abc import Mapping

from grader.domain.calibration_set import OVERALL, VALUES
from grader.readers.columns import plain

WORDS: dict[str, float] = {verdict.value: value for verdict, value in VALUES.items()}
LOOSE_WORDS = WORDS | {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}", re.ASCII)
"""At most two digits, since a comma before three may part thousands."""


def value_of(cell: str, criterion: str, words: Mapping[str, float]) -> float | None:
    """The value of a rating on a criterion (one of `words`, or 1, 0.5 or 0) or of the whole (a number)."""
    number = number_of(cell)
    if criterion == OVERALL:
        return number
    return number if number in words.values() else words.get(plain(cell))


def number_of(cell: str) -> float | None:
    """The finite number in a cell, also one with a decimal comma; None if there is none."""
    if _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    number = float(cell) if _NUMBER.fullmatch(cell) else math.nan
    return number if math.isfinite(number) else None

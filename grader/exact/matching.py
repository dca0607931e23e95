"""Whether a number that was read is what a key asks for."""

import re
from enum import Enum
from fractions import Fraction

from grader.domain.answer_key import NumberKey, Unit
from grader.exact.reading import Reading

_NEXT_WORD = re.compile(r"\s([A-Za-z]+(?:-[A-Za-z]+)?)")
_NO_NOUN = re.compile(
    r"a|actually|also|an|and|are|as|at|based|because|but|by|can|change|correct|could|day|discrepancy|due|"
    r"each|every|exactly|final|for|from|given|giving|had|has|have|hence|however|i|if|in|increase|instead|"
    r"into|is|it|its|less|likely|made|may|means|minus|missed|missing|more|must|no|not|of|off|on|or|out|"
    r"over|overall|per|plus|rate|rather|recorded|right|roughly|short|should|since|so|some|others|than|that|the|then|"
    r"there|therefore|they|this|thus|to|today|too|total|totals|under|was|we|were|week|weekly|when|where|"
    r"which|while|who|will|with|would|wrong",
    re.IGNORECASE,
)
"""Words after a bare number that do not name what it counts."""


_DIVISION = re.compile(
    r"(?<![\d.])(\d{1,12}(?:\.\d{1,6})?)\s*(?:/|divided\sby|over)\s*(\d{1,12}(?:\.\d{1,6})?)"
    r"\s*(?:=|is|equals|gives|->|→)\s*(?:about\s)?$",
    re.IGNORECASE,
)


class Match(Enum):
    """How a number stands to a key."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    ELSEWHERE = "elsewhere"
    """It counts something else."""


def match(text: str, reading: Reading, key: NumberKey) -> Match:
    """`text`: the plain text that the reading stands in. What a number counts comes before its value."""
    found = _value(reading, key)
    if found is Match.RIGHT and key.unit is Unit.PERCENT and _is_quotient(text, reading):
        return Match.UNCLEAR
    if reading.unit is not None and reading.unit is not key.unit:
        if key.unit is not Unit.PLAIN:
            return Match.ELSEWHERE
        return Match.UNCLEAR if found is Match.RIGHT and reading.unit is not Unit.PATIENTS else found
    if reading.foreign and key.unit in {Unit.PERCENT, Unit.DOLLARS}:
        return Match.ELSEWHERE
    counts_else = reading.foreign or reading.unclear or (reading.unit is None and _noun(text, reading, key))
    if counts_else and not (key.unit is Unit.PLAIN and not reading.unclear):
        return Match.ELSEWHERE if found is Match.WRONG else Match.UNCLEAR
    return found


def _is_quotient(text: str, reading: Reading) -> bool:
    """Whether a bare number above 1 is what a division comes to ("50 / 5 = 10"), and so no percentage."""
    division = _DIVISION.search(text[max(0, reading.start - 60) : reading.start])
    if reading.unit is not None or reading.low <= 1 or division is None:
        return False
    a, b = (Fraction(n) for n in division.groups())
    return b != 0 and a / b == reading.low


def is_work(reading: Reading, key: NumberKey) -> bool:
    """Whether it is a number of the working. No percentage is, for a percent key: it would be an answer."""
    if key.unit is Unit.PERCENT and reading.unit is Unit.PERCENT:
        return False
    work = {Fraction(str(n)) for n in key.work}
    return all(part in work for part in reading.parts or (reading.low, reading.high))


def _value(reading: Reading, key: NumberKey) -> Match:
    """By the value alone. For a percentage, a bare 0.1 is as good as 10; 1 of 10 is 0.1 only."""
    low, high = map(Fraction, key.bounds)
    scales = [1]
    if key.unit is Unit.PERCENT and reading.unit is None:
        scales = [100] if reading.parts else [1, 100]
    found = [_within(reading.low * scale, reading.high * scale, low, high) for scale in scales]
    return next((m for m in (Match.RIGHT, Match.UNCLEAR) if m in found), Match.WRONG)


def _within(low: Fraction, high: Fraction, key_low: Fraction, key_high: Fraction) -> Match:
    if key_low <= low and high <= key_high:
        return Match.RIGHT
    return Match.WRONG if high < key_low or low > key_high else Match.UNCLEAR


def _noun(text: str, reading: Reading, key: NumberKey) -> bool:
    """Whether the next word names what a bare number counts."""
    word = _NEXT_WORD.match(text, reading.end)
    if word is None or reading.parts or _NO_NOUN.fullmatch(word[1]):
        return False
    return key.unit is Unit.PERCENT or (len(word[1]) > 3 and word[1].lower().endswith("s"))

"""Reads the numbers of one segment, as `plain` gives it: value, unit, and whether they are part of a sum."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from grader.domain.answer_key import NumberKey, Unit

_NUMBER = re.compile(
    r"(?<![\w.])(?P<currency>(?:US\s?\$|USD\s?|\$|[€£¥])\s?-?)?"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+(?![\d])|\d{1,15}(?:,\d{1,2}(?![\d,]))?)(?:\.\d{1,10})?|\.\d{1,10})"
    r"(?P<mixed>\s(?:1/[2345689]|2/[35]|3/[458]|4/5|5/[68]|7/8)(?![\d/.]))?",
    re.IGNORECASE,
)
_UNITS: tuple[tuple[Unit | None, str], ...] = (
    (Unit.PERCENT, r"%|per\s?cent(?:age)?(?:\spoints?)?|pct|percents"),
    (Unit.DOLLARS, r"\$|dollars?|USD|bucks"),
    (
        Unit.PATIENTS,
        r"(?:more\s|additional\s|extra\s|total\s)?(?:patients?|pts?|people|persons?|individuals)",
    ),
    (Unit.MINUTES, r"minutes?|mins?"),
    (
        None,
        r"hours?|hrs?|h|days?|weeks?|months?|years?|seconds?|cents?|euros?|pounds?|providers?|doctors?|physicians?"
        r"|staff|employees?|rooms?|boxes|no-?\s?shows?|appointments?|appts?|times|miles|[€£¥¢°]",
    ),
)
_SUFFIXES = [
    (unit, re.compile(rf"\s?-?\s?(?:{words})(?:(?<=[^\w])|\b)", re.IGNORECASE)) for unit, words in _UNITS
]
_GLUED = re.compile(r"[A-Za-z]+")
_NOT_COUNTS = re.compile(
    # dates, times, telephone numbers, ordinals
    r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{1,2}(?::\d{2})+\s?[ap]\.?m\b\.?|\b\d{1,2}\s?[ap]\.?m\b\.?"
    r"|\b\d{1,2}\s?o'clock|\b(?:\d{3}[-.\s])?\d{3}-\d{4}\b|(?<![\w.,])\d+(?:st|nd|rd|th)\b|\b24/7\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s\d{1,2}\b(?:,?\s(?:19|20)\d\d\b)?"
    r"|\b(?i:in|since|year|during)\s(?:19|20)\d\d\b"
    # places, people and questions that have a number
    r"|\b(?i:rooms?|rm|dr|doctor|step|question|page|line|exam|suite|section|chapter|task|problem|row|column|id|item)"
    r"\.?\s?\#?\s?\d+\b|\bQ\.?\s?\d+\b|\b[Nn]o\.\s?\d+\b|\#\s?\d+\b|\b[Pp]atient\s[1-9]\b"
)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d{2})+\b")
_HOUR = re.compile(r"\b(?!1:)\d{1,2}(?::\d{2})+\b")
"""A clock time that cannot be a ratio such as 1:10."""
_LIST_NUMBER = re.compile(
    r"^\(?\d{1,2}[.)](?=\s+\S)(?!\s?\d+\s*%?$)|^[1-9]\s?[-:](?=\s[^\d$])|\(\d\)(?=\s)|(?<=\s)[1-9]\)(?=\s)"
)
_OPERATOR = r"(?:[+×/]|\b(?:plus|times|divided\sby|multiplied\sby|minus)\b)"
_OPERATOR_AFTER = re.compile(
    rf"\s*\)?,?\s*(?:{_OPERATOR}\s*\(?\s*[$\d.]|-\s*\$?[\d.,]+%?\s*=|=|\bequals\b)", re.IGNORECASE
)
_OPERATOR_BEFORE = re.compile(
    rf"(?:[\d)%]|(?:patients|dollars|percent)),?\s*{_OPERATOR}\s*\(?\s*$", re.IGNORECASE
)
_RATIO = re.compile(
    r"\s?(?:/|:|out\sof(?:\severy)?|(?:in|per|for)(?:\severy)?|of(?:\severy|\sthe)?)\s?", re.IGNORECASE
)
_OR = re.compile(r"\s(?:n?or)\s", re.IGNORECASE)
_SLASH = re.compile(r"\s?/\s?")
_RANGE = re.compile(r"\s?(?:-|to|through|or\sup\sto)\s?(?:about\s|around\s)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s[^\d]{0,12}$", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\b(?:difference|gap)\s+between\s(?:(?!\b(?:is|was|equals)\b)[^.;=]){0,40}$", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s[^\d.;]{0,12}$", re.IGNORECASE)


_BACK = 80
"""Characters that are looked at before a number."""


@dataclass(frozen=True)
class Reading:
    """A number, range (low below high) or ratio that stands at `start:end` of a segment's plain text."""

    start: int
    end: int
    low: Fraction
    high: Fraction
    unit: Unit | None
    """None where it has no unit."""
    foreign: bool = False
    """It counts something that is no `Unit`."""
    unclear: bool = False
    """What it counts cannot be told."""
    parts: tuple[Fraction, ...] = ()
    """The two numbers of a ratio."""
    operand: bool = False
    """Part of a sum; the result is another number."""
    label: bool = False
    """The number of a list item."""

    def moved(self, by: int) -> "Reading":
        """The same, `by` characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


def readings(text: str, key: NumberKey) -> tuple[Reading, ...]:
    """The numbers of a plain text, in order; dates, times and names with a number are none.

    The key says whether "5 of 50" is one number, and which numbers of the working end no range.
    """
    text = _NOT_COUNTS.sub(_blank, text)
    text = (_HOUR if key.unit is Unit.PERCENT else _CLOCK).sub(_blank, text)
    joined = _joined(text, _sharing_units(text, list(_single(text))), key)
    return tuple(replace(r, operand=_is_operand(text, r)) for r in joined)


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match[0])


def _single(text: str) -> Iterator[Reading]:
    labels = {i for match in _LIST_NUMBER.finditer(text) for i in range(*match.span())}
    for match in _NUMBER.finditer(text):
        value = Fraction(_digits(match["digits"]))
        if match["mixed"]:
            value += Fraction(match["mixed"].strip())
        unit, foreign, end = _unit(text, match)
        glued = _GLUED.match(text, end) if end == match.end() else None
        thousands = glued is not None and glued[0].lower() == "k"
        if thousands:
            value, end = value * 1000, end + 1
        label = match.start("digits") in labels and match["currency"] is None and end == match.end()
        yield Reading(
            start=match.start(),
            end=end,
            low=value,
            high=value,
            unit=unit,
            foreign=foreign,
            unclear=glued is not None and not thousands,
            label=label,
        )


def _digits(digits: str) -> str:
    """1,200 and 10,5 (a comma for the decimal point) as Python writes them."""
    head, comma, tail = digits.rpartition(",")
    return f"{head}.{tail}" if comma and len(tail) < 3 else digits.replace(",", "")


def _unit(text: str, match: re.Match[str]) -> tuple[Unit | None, bool, int]:
    """Unit, whether it is none of ours, and where number and unit end."""
    if match["currency"]:
        foreign = match["currency"][0] in "€£¥"
        return None if foreign else Unit.DOLLARS, foreign, match.end()
    for unit, pattern in _SUFFIXES:
        if suffix := pattern.match(text, match.end()):
            return unit, unit is None, suffix.end()
    return None, False, match.end()


def _sharing_units(text: str, found: list[Reading]) -> list[Reading]:
    """With the unit of both numbers on the first of "38 or 39 patients" too."""
    for i, (a, b) in reversed(list(enumerate(pairwise(found)))):
        if a.unit is None and not (a.foreign or a.label) and _OR.fullmatch(text, a.end, b.start):
            found[i] = replace(a, unit=found[i + 1].unit, foreign=found[i + 1].foreign)
    return found


def _joined(text: str, found: list[Reading], key: NumberKey) -> Iterator[Reading]:
    """Ranges and ratios in place of their two numbers."""
    skip = False
    for first, second in pairwise([*found, None]):
        if skip or first is None:
            skip = False
            continue
        joined = second and (_ratio(text, first, second, key) or _range(text, first, second, key))
        skip = bool(joined)
        yield joined or first


def _ratio(text: str, a: Reading, b: Reading, key: NumberKey) -> Reading | None:
    bare = a.unit in {None, Unit.PATIENTS} and b.unit in {None, Unit.PATIENTS}
    joins = _RATIO if key.unit is Unit.PERCENT else _SLASH
    if not bare or a.label or not joins.fullmatch(text, a.end, b.start) or not 0 <= a.low <= b.low != 0:
        return None
    value = a.low / b.low
    return Reading(start=a.start, end=b.end, low=value, high=value, unit=None, parts=(a.low, b.low))


def _range(text: str, a: Reading, b: Reading, key: NumberKey) -> Reading | None:
    before = text[max(0, a.start - _BACK) : a.start]
    between = _BETWEEN.search(before) and text[a.end : b.start].strip() in {"and", "to", "-"}
    units = {r.unit for r in (a, b)} - {None}
    work: set[Fraction] = (
        set() if units == {Unit.PERCENT} == {key.unit} else {Fraction(str(n)) for n in key.work}
    )
    fit = a.low < b.low and len(units) < 2 and not (a.label or a.unclear or b.unclear)
    if not fit or (a.low in work and not between) or _DIFFERENCE.search(before):
        return None
    changes = _FROM.search(before) or re.compile(r"\s*=").match(text, b.end)
    if not between and (changes or not _RANGE.fullmatch(text, a.end, b.start)):
        return None
    unit = units.pop() if units else None
    return Reading(start=a.start, end=b.end, low=a.low, high=b.low, unit=unit, foreign=b.foreign)


def _is_operand(text: str, r: Reading) -> bool:
    before = text[max(0, r.start - _BACK) : r.start]
    return bool(
        _OPERATOR_AFTER.match(text, r.end) or _OPERATOR_BEFORE.search(before) or _DIFFERENCE.search(before)
    )

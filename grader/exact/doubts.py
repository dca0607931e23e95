"""What tells that a number answers another question: a change, one doctor's share, the rate of who came.

Such a number is no wrong answer; where it is the right one by its value, a person decides.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from grader.domain.answer_key import NumberKey, Unit
from grader.exact.reading import Reading
from grader.exact.wording import is_difference

_BACK = 80
"""Characters that are looked at before a number."""
_GLUE = r"(?:(?:is|was|of|at|by|to|the|a|an|about|around|just|only)\s+|[~$(:=]\s?){0,5}"
_PEOPLE = r"(?:of\s)?(?:(?:the|all|our|scheduled|them)\s)*(?:patients|people|appointments)?\s?"
_DAILY = r"(?:(?:a|per|each|every)\sday\s|daily\s)?"
_DOCTOR = r"(?:doctor|provider|physician|dr\b)"
_CAME = (
    r"(?:show(?:s|ed|ing)?|kept|keep|came|come|attend(?:ed|ance|s)?|arrived?|present(?:ed)?|turn(?:ed)?\sup)"
)
_CAME_AFTER = re.compile(
    rf"\s(?:{_PEOPLE}(?:did\s|actually\s|do\s|who\s|were\s|was\s|are\s)?|a\s){_CAME}\b", re.IGNORECASE
)
_CAME_BEFORE = re.compile(
    rf"(?<!no-)(?<!no\s)(?<!not\s)(?<!n't\s)(?<!non-)\b{_CAME}(?:-?\s?up)?\s(?:rate|percentage|share)?\s?{_GLUE}$",
    re.IGNORECASE,
)
_MISSED = re.compile(r"\s?\b(?:didn't|did\snot|failed|never|not)\b", re.IGNORECASE)
_CHANGE_AFTER = re.compile(
    r"\s(?:percentage\s)?(?:points?\s)?(?:patients\s)?(?:lower|higher|more(?!\sor\sless)|extra|additional|fewer|greater|better|worse"
    r"|increase|decrease|drop|rise|reduction|improvement|growth)\b(?!\s?-?\s?\d)",
    re.IGNORECASE,
)
_CHANGE_BEFORE = re.compile(
    r"\b(?:extra|additional|another|add(?:ing)?|(?:increase|rise|growth|decrease|drop)\sof"
    r"|(?:up|down|increased?|grow|grew|rise|rose|raised?|fell|fall|dropped|lower|higher)\s(?:\w+\s)?by|fell|rose|dropped)\s+"
    r"(?:about\s|around\s|~)?$",
    re.IGNORECASE,
)
_MORE_INSIDE = re.compile(r"\b(?:more|additional|extra)\b", re.IGNORECASE)
_MORE_AFTER = re.compile(r"\s(?:new|in\saddition|on\stop|plus)\b(?!\s?\$?\d)", re.IGNORECASE)
_BY_BEFORE = re.compile(r"\bby\s(?:about\s|around\s|~)?$", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|[\s(=:])-$")
_EACH_AFTER = re.compile(
    rf"\s{_DAILY}(?:each(?!\s(?:day|work|business|week))|apiece"
    rf"|(?:for|per|to|by|a)\s(?:each\s|every\s|one\s)?{_DOCTOR}(?!s))",
    re.IGNORECASE,
)
_EACH_BEFORE = re.compile(
    rf"\b(?:(?i:each|every|per|one)\s(?:one|of\sthem|{_DOCTOR}(?!s))|(?i:each)\s(?:would|will|could|sees?)|Dr\b\.?\s[A-Z]\w+|Doctor\s[A-Z]\w+)"
    r"(?:(?!\b(?:total|together|combined|altogether|both|clinic|all)\b)[^.;\d]){0,40}$"
)
_NAMED = re.compile(
    r"(?<![\w.])[A-Z][a-z]+:?\s(?:(?:would|will|could|should|sees?|gets?|takes?|has|at)\s){0,3}$",
)
_NAMED_NEXT = re.compile(r"\s?(?:patients)?,?\s(?:and\s)?(?:Dr\.?\s)?[A-Z][a-z]+:?\s(?:\w+\s){0,2}\d")
_NAMED_LAST = re.compile(
    r"[A-Z][a-z]+:?\s(?:\w+\s){0,2}\d[\d.]*(?:\spatients)?,?\s(?:and\s)?[A-Z][a-z]+:?\s(?:\w+\s){0,2}$"
)
_NAMED_AFTER = re.compile(
    r"\s(?:patients\s)?(?:for\s(?:Dr\b\.?\s)?[A-Z][a-z]+|\((?:Dr\b\.?\s)?[A-Z][a-z]+\))"
)
_BOTH_NAMED = re.compile(r"\b[A-Z]\w+\s(?:and|&|\+)\s(?:Dr\b\.?\s)?[A-Z]\w+[^\d]*$")
_IMPOSSIBLE = re.compile(
    r"\s(?:\w+\s){0,2}?(?:is|are|would\sbe|seems)\s(?:\w+\s)?impossible\b", re.IGNORECASE
)
_LONGER = re.compile(
    r"\s?(?:patients?\s|visits?\s)?(?:(?:(?:a|per|each|every|in\sa)\s|/\s?)(?:\w+\s)?(?:week|month|year)|weekly|monthly)\b",
    re.IGNORECASE,
)
_MARK = (
    r"(?:targets?|goals?|average|typical(?:ly)?|industry|benchmarks?|norm(?:al|ally)?|usual(?:ly)?|national)"
)
_MARK_BEFORE = re.compile(
    rf"\b(?:{_MARK}\b[^.;,\d]{{0,40}}|(?:down|back)\sto\s+{_GLUE}"
    rf"|(?:reduce|lower|cut|bring|get|decrease)\b[^.;\d]{{0,40}}\bto\s+{_GLUE}(?:under\s|below\s)?)$",
    re.IGNORECASE,
)
_MARK_AFTER = re.compile(rf"\s(?:(?:is|was|as|being)\s)?(?:(?:a|an|the|our|my)\s)?{_MARK}\b", re.IGNORECASE)
_LAST_BEFORE = re.compile(r"\b(?:last|previous|prior)\s(?:week|month|year)\b[^.;,\d]{0,30}$", re.IGNORECASE)
_LAST_AFTER = re.compile(
    r"\s(?:(?:in|from|for|of)\s)?(?:the\s)?(?:last|previous|prior)\s(?:week|month|year)\b", re.IGNORECASE
)
_OVER_AFTER = re.compile(
    r"\s(?:over(?!\s(?:the\s|what\s)?(?:recorded|log|\$?\d|[a-z]+ed\b|what))|overage|surplus|extra|excess|too\s(?:high|much|big))\b",
    re.IGNORECASE,
)
_OVER_BEFORE = re.compile(
    rf"\b(?:(?:over|overage|surplus|excess)\s(?:of|by)|overstate\w*\s(?:\w+\s){{0,4}}by|overage\s?[:=]?|too\shigh\sby)\s?{_GLUE}\$?$",
    re.IGNORECASE,
)
_OFF_BY = re.compile(r"\s\w+\s(?:by\b|\$?\d)")


def is_doubtful(text: str, reading: Reading, key: NumberKey, cues: Sequence[str]) -> bool:
    """Whether a number that is right by its value may answer another question, so that a person decides."""
    before, after = text[max(0, reading.start - _BACK) : reading.start], reading.end
    if key.unit is Unit.DOLLARS:
        return _differs(text, before, after, cues)
    changes = _CHANGE_AFTER.match(text, after) or _CHANGE_BEFORE.search(before) or _MINUS.search(before)
    if key.unit is Unit.PERCENT:
        return bool(changes or _is_share_that_came(text, before, after) or _is_mark(text, before, after))
    if key.unit is Unit.PATIENTS:
        written = text[reading.start : after]
        return bool(changes or _MORE_INSIDE.search(written) or _is_part(text, before, after))
    return False


def is_beside(text: str, reading: Reading, key: NumberKey) -> bool:
    """Whether a number that is not right is said of something else, and so is no wrong answer."""
    before, after = text[max(0, reading.start - _BACK) : reading.start], reading.end
    if key.unit is Unit.PATIENTS:
        return any(pattern.match(text, after) for pattern in (_LONGER, _EACH_AFTER))
    if key.unit is not Unit.PERCENT:
        return False
    came = reading.low == 100 - Fraction(key.bounds[0]) and _is_share_that_came(text, before, after)
    last = _LAST_BEFORE.search(before) or _LAST_AFTER.match(text, after)
    return bool(came or last or _is_mark(text, before, after))


def _differs(text: str, before: str, after: int, cues: Sequence[str]) -> bool:
    """An amount over, or a difference where a difference is not what the key asks for."""
    if _OVER_AFTER.match(text, after) or _OVER_BEFORE.search(before):
        return True
    asks = any(is_difference(f" {cue}", 0) for cue in cues)
    differs = is_difference(text, after) or text.startswith(" over ", after)
    return bool(cues) and not asks and differs and not _OFF_BY.match(text, after)


def _is_share_that_came(text: str, before: str, after: int) -> bool:
    came = _CAME_AFTER.match(text, after) and not _MISSED.match(text, after)
    return bool(came or _CAME_BEFORE.search(before))


def _is_mark(text: str, before: str, after: int) -> bool:
    return bool(_MARK_BEFORE.search(before) or _MARK_AFTER.match(text, after))


def _is_part(text: str, before: str, after: int) -> bool:
    """The number of one doctor, of a longer time than a day, or one that is called impossible."""
    said_after = (_EACH_AFTER, _LONGER, _IMPOSSIBLE, _MORE_AFTER, _NAMED_AFTER)
    if any(pattern.match(text, after) for pattern in said_after) or _BY_BEFORE.search(before):
        return True
    if _BOTH_NAMED.search(before):
        return False
    named = _NAMED.search(before) and _NAMED_NEXT.match(text, after)
    return bool(named or _NAMED_LAST.search(before) or _EACH_BEFORE.search(before))

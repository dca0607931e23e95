"""What the words around a number make of it: denied, corrected, only reported, a limit, the final answer."""

import re
from enum import Enum

_GLUE = (
    r"(?:(?:the|a|an|of|to|be|is|at|as|up|add|adds|come|comes|total|sum|equal|correct|right|true|accurate|real|actual"
    r"|figure|value|amount|answer|rate|number|recorded|listed|about|around|approximately|roughly|exactly|just)\s+|~\s?)"
)
_LATE = 80
"""Characters that are looked at on either side."""
_RECORDED = r"(?:recorded|listed|logged|entered|stated|reported|written|noted|documented|shown|printed)"
_DENIED_BEFORE = re.compile(
    rf"(?:\b(?:not|never|cannot|versus|vs\.?|as\sopposed\sto|wrong(?:ly)?|incorrect(?:ly)?|inaccurate|mistaken(?:ly)?)"
    rf"|n't)\s+(?:(?!is\s){_GLUE}){{0,6}}\(?$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"\s(?:is|was|looks|seems)\stoo\s(?:low|high)\b"
    r"|\s*(?:(?:total|figure|sum|amount|number|answer|value)\s+)?(?:\(|,?\s*(?:which|that)\s+)?"
    r"(?:(?:is|was|are|were|would\sbe|looks|seems|being)\s*)?(?:clearly\s|obviously\s|simply\s|also\s|therefore\s)?"
    r"(?:wrong|incorrect|inaccurate|false|mistaken|an\serror|a\smistake"
    r"|(?:not|n't)\s(?:the\s)?(?:right|correct|accurate|true|answer|total|rate))\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    rf"([^.;]*)\b(?:rather\sthan|instead\sof|in\splace\sof)\s+{_GLUE}{{0,6}}$", re.IGNORECASE
)
_RECORDS = re.compile(rf"\b(?:{_RECORDED}|says?|shows?|reads?|was)\b", re.IGNORECASE)
_CLAIMS = re.compile(
    r"\b(?:should|needs?|must|ought|right|correct|actual(?:ly)?|answer|really|would|get|got)\b", re.IGNORECASE
)
_REPORTED_BEFORE = re.compile(
    rf"(?:\b{_RECORDED}|\b(?:log|sheet|record|book|ledger|form|register|it|they)s?\s(?:\w+\s)?"
    rf"(?:say|show|read|list|report|state|record)s?)\s+{_GLUE}{{0,6}}$",
    re.IGNORECASE,
)
_REPORTED_AFTER = re.compile(
    rf"\s*(?:total\s)?(?:that\s)?(?:(?:is|was)\s)?(?:{_RECORDED}|(?:in|on)\sthe\s(?:log|sheet|record|book)\b)",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"\s(?:too\s(?:low|high|little|much|small|big)|short|less|lower|higher|under|off|missing)\b",
    re.IGNORECASE,
)
_TOLD_TO = re.compile(r"\b(?:should|must|needs?|ought)\b[^.;]*$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s[^\d.;]{0,12}$", re.IGNORECASE)
_SUPPOSED = re.compile(
    rf"\bif\s(?:it|this|that|the\s\w+)\s(?:is|was|were|had\sbeen)\s+{_GLUE}{{0,4}}$", re.IGNORECASE
)
_CORRECTED = re.compile(
    r"\s*(?:->|=>|→|,?\s*(?:\b(?:total|but|and|when|which|it|that|this|really|actually|instead)\s+){0,4}"
    r"(?:should|must|needs\sto|has\sto|ought\sto)\s+(?:\w+\s+){0,3}?(?:be|been|read|say|equal|total)\b[^\d.;]{0,20})",
    re.IGNORECASE,
)
_LIMIT_BEFORE = re.compile(
    r"(?:\b(?:(?:less|more|greater|fewer|higher|lower)\sthan|under|over|above|below|at\s(?:least|most)|exceed\w*|beyond"
    rf"|minimum\sof|maximum\sof)\s+|[<>≤≥]\s?){_GLUE}{{0,4}}$",
    re.IGNORECASE,
)
_DIFFERENCE_BEFORE = re.compile(
    r"\d[\d.,]*%?\s(?:\w+\s){0,2}?(?:\w+\s(?:than|of)|under|over|above|below)\s\D{0,30}$"
)
_LIMIT_AFTER = re.compile(
    r"\s*(?:\+(?!\s?\d)|or\s(?:more|less|fewer|higher|lower|above|below|so\s)|and\s(?:up|above))",
    re.IGNORECASE,
)
_ANSWER_BEFORE = re.compile(
    r"(?:\b(?:final|answer|conclusion)\b(?:\s(?:answer|total|rate|number|would|be|is|comes|to)){0,3}\s*[:=,-]?"
    r"|\b(?:should|must)\s(?:be|have\sbeen|read|say|equal|total)|\bought\sto\sbe"
    r"|\b(?:right|correct|actual|true|real)\s(?:\w+\s){0,2}?(?:is|was|would\sbe|[:=]))"
    rf"\s*{_GLUE}{{0,5}}[('\"]*$",
    re.IGNORECASE,
)
_ANSWER_AFTER = re.compile(
    r"\s*(?:is|would\sbe)\s(?:the|my)\s(?:final\s|right\s|correct\s)?(?:answer|rate|total)\b", re.IGNORECASE
)
_RESULT_BEFORE = re.compile(
    r"(?:\b(?:so|therefore|thus|hence|equals|gives|giving|which\sis)\b\s*[,:]?|=|→)\s*"
    rf"(?:(?:it|that|this|we|i|they|get|got|have|are|would|need|comes|rate|no-show)(?:'s)?\s+|{_GLUE}){{0,7}}$",
    re.IGNORECASE,
)
_AT_END = re.compile(r"\s*(?:[.;,!)]|$)")


class Role(Enum):
    """What the wording says of a number; `None` in its place where it says nothing."""

    DENIED = "denied"
    REPORTED = "reported"
    """Somebody else's number, which the answer reports."""
    ASIDE = "aside"
    """Asked, supposed, or where a change starts."""
    LIMIT = "limit"
    """Only a limit is given ("over 10%")."""


def role(text: str, start: int, end: int) -> Role | None:
    """The role of the number at `start:end` of a plain text."""
    before, after = text[max(0, start - _LATE) : start], text[end : end + _LATE]
    if _DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after):
        return Role.DENIED
    if replaced := _INSTEAD.search(before):
        return None if _RECORDS.search(replaced[1]) else _replaced(replaced[1])
    told = _TOLD_TO.search(before) or is_difference(text, end)
    if not told and (_REPORTED_BEFORE.search(before) or _REPORTED_AFTER.match(after)):
        return Role.REPORTED
    if text.rstrip("\"')").endswith("?") or _FROM.search(before) or _SUPPOSED.search(before):
        return Role.ASIDE
    limit = _LIMIT_BEFORE.search(before) and not _DIFFERENCE_BEFORE.search(before)
    return Role.LIMIT if limit or _LIMIT_AFTER.match(after) else None


def _replaced(before: str) -> Role:
    """The number after "instead of": denied by who says what it should be; else it may be the right one."""
    return Role.DENIED if _CLAIMS.search(before) else Role.REPORTED


def is_difference(text: str, end: int) -> bool:
    """Whether the number that ends at `end` says by how much something differs ("50 too low")."""
    return bool(_DIFFERENCE_AFTER.match(text, end))


def is_corrected(text: str, end: int, following: int) -> bool:
    """Whether the number that starts at `following` is put in place of the one that ends at `end`."""
    return bool(_CORRECTED.fullmatch(text, end, following))


def is_final(text: str, start: int, end: int) -> bool:
    """Whether the number is said to be the answer."""
    before = text[max(0, start - _LATE) : start]
    return bool(_ANSWER_BEFORE.search(before) or _ANSWER_AFTER.match(text, end))


def is_result(text: str, start: int, end: int) -> bool:
    """Whether a sentence or a sum ends with the number, as its result."""
    return bool(_RESULT_BEFORE.search(text[max(0, start - _LATE) : start]) and _AT_END.match(text, end))

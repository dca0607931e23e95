"""Where an answer is signed, found by rules alone, and the answer with another sign-off there.

Only the sign-off is changed. Names within the text are the scenario's, and stay.
"""

import re
from typing import NamedTuple

_TAIL = 6
"""So many lines from the end a sign-off may begin."""
_CLOSING = (
    r"(?:(?:with|and|many|my|very|again|i remain|until then)[ ,]+)*"
    r"(?:(?:kind(?:est)?|best|warm(?:est)?|friendly|cordial) )?"
    r"(?:regards|sincerely(?: yours)?|respectfully(?: yours)?|best(?: wishes)?|thanks(?: so much| again)?"
    r"|thank you(?: all| again| very much)?|(?:yours )?(?:most |very )?(?:truly|faithfully|sincerely)"
    r"|yours|cheers|cordially|love|hugs|later|laters|toodles|respects|gratefully|see you \w+)"
)
_CLOSING_LINE = re.compile(rf"(?i:{_CLOSING})(?: yours)?[\s,.!–—-]*")
_WORD = r"[^\W\d_][\w'’.-]*"
_NAME = r"[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,2}"
_INLINE = re.compile(rf"(?:^|[\s(])(?i:{_CLOSING})[,!.]?\s+(?:[-–—]\s*)?(?P<name>{_NAME})(?=[.!]?$|,)")
_DASHED = re.compile(rf"\s[-–—]\s?(?P<name>{_WORD})$")
_NAME_LINE = re.compile(rf"\s*[-–—~]*\s*(?P<name>{_NAME})(?:$|,| \()")
_AFTER_CLOSING = re.compile(rf"\s*[-–—~]*\s*(?P<name>{_WORD}(?: {_WORD}){{0,2}})\s*(?:$|,|\()")
_ROLE = re.compile(
    r"(?i)\b(?:office|mgr|manager|management|clinic|practice|administrat\w+|director|accounts|center|ext"
    r"|extension|phone|tel)\b|@|\d{3}"
)
"""In a line that says who signs or how to reach them."""
_NO_NAME = re.compile(rf"{_ROLE.pattern}|\b(?:the|your|team|keeper)\b")
_ENDED = (".", "!", "?", ")", '"', ",", "…")
_LONGEST = 6
"""Words of a line that holds a name alone, with what somebody is."""


class SignOff(NamedTuple):
    """What of a text another name replaces, and what stands around that name."""

    start: int
    end: int
    before: str = ""


class _Line(NamedTuple):
    start: int
    text: str


def find(text: str) -> SignOff:
    """Where the name stands under an answer; where there is none, the place for one.

    A name is looked for below a closing line ("Kind regards,"), behind a closing in the last line ("Thanks,
    Ana"), and as the last line before details such as a phone number.
    """
    lines = [
        _Line(found.start(), found[0].rstrip()) for found in re.finditer(r"[^\n]+", text) if found[0].strip()
    ][-_TAIL:]
    for place in range(len(lines) - 1, -1, -1):
        closing = lines[place].text.strip()
        if _CLOSING_LINE.fullmatch(closing) and not closing.rstrip(",.!").isupper():
            return _below(lines, place)
    for place in range(len(lines) - 1, -1, -1):
        line, before = lines[place], lines[place - 1].text if place else ""
        named = _INLINE.search(line.text) or _DASHED.search(line.text) or _alone(before, line.text)
        if named:
            return _of(line, named)
        if not _is_detail(line.text):
            end = line.start + len(line.text)
            return SignOff(end, end, "\n\n")
    return SignOff(len(text), len(text))


def signed(text: str, sign_off: SignOff, name: str, line: str = "") -> str:
    """The text with this name as its sign-off, and below it a further line, where one is given."""
    head, tail = text[: sign_off.start] + sign_off.before + name, text[sign_off.end :]
    if not line:
        return head + tail
    rest, newline, below = tail.partition("\n")
    return f"{head}{rest}\n{line}{newline}{below}"


def _below(lines: list[_Line], closing: int) -> SignOff:
    after = lines[closing + 1] if closing + 1 < len(lines) else None
    if after and (named := _AFTER_CLOSING.match(after.text)) and not _NO_NAME.search(named["name"]):
        return _of(after, named)
    end = lines[closing].start + len(lines[closing].text)
    return SignOff(end, end, "\n")


def _alone(before: str, line: str) -> re.Match[str] | None:
    """The name that is all of the last line, below a sentence that has ended or a closing of any wording."""
    if len(line.split()) > _LONGEST or line.endswith((".", "!", "?", ":")) or not before.endswith(_ENDED):
        return None
    named = (_AFTER_CLOSING if before.endswith(",") else _NAME_LINE).match(line)
    return named if named and not _NO_NAME.search(named["name"]) else None


def _of(line: _Line, named: re.Match[str]) -> SignOff:
    return SignOff(line.start + named.start("name"), line.start + named.end("name"))


def _is_detail(line: str) -> bool:
    short = len(line.split()) <= 8 and not line.endswith((".", "!", "?"))
    return short and ":" not in line and (line[0].isalnum() or line[0] == "(") and bool(_ROLE.search(line))

"""Which criterion a number belongs to, by the cue that stands nearest to it."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from grader.exact.reading import Reading
from grader.exact.wording import is_difference

_AROUND = 3
"""Numbers on either side of a cue that are looked at."""
_COMMA_COSTS = 10
_BORDER = re.compile(r"[,;:.!?—]|\s-\s|\b(?:but|because|so|while|whereas|and|when)\b", re.IGNORECASE)
_GLUE = re.compile(
    r"[\s:=~(]*(?:(?:of|by|to|is|was|the|a|an|about|around|at|be|are|should|would|comes|come|up|amount|total|correct|right"
    r"|exactly|equals|which|it|only)\b[\s:=~(-]*){0,6}\"?",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\s+(?:of|than|from)\s+(?:the\s+)?", re.IGNORECASE)
_COMPARING = frozenset(
    {"short", "shy", "less", "more", "different", "missing", "differ", "off", "lower", "higher", "fewer"}
)
_BY = re.compile(r"\bby\s+[^\w]{0,3}(?:(?:a|about|around|exactly|only)\s)?\$?$", re.IGNORECASE)
_STANDARD = re.compile(r"\s*(?:the\s+)?\$?")
_LEVELS = frozenset({"under", "over", "below", "above"})


class Claim(NamedTuple):
    """The criterion (its place in the list of cues) that a number belongs to."""

    owner: int
    firm: bool
    """Only small words stand between cue and number."""


def claims(text: str, numbers: Sequence[Reading], cues: Sequence[Sequence[str]]) -> dict[int, Claim]:
    """Owners of `numbers`, by place in it; a number without a near cue may be anyone's.

    Each cue claims its nearest number, the following one of two that are equally near; of two cues that claim
    one number, the nearer has it. What a difference is measured from ("50 short of 900") is not claimed.
    """
    starts = [n.start for n in numbers]
    best: dict[int, list[tuple[int, int, bool]]] = {}
    for owner, words in enumerate(cues):
        for cue in _found(text, words):
            after = bisect_left(starts, cue.start())
            around = range(max(0, after - _AROUND), min(len(numbers), after + _AROUND))
            near = [
                (_distance(cue, numbers[i]) + _parted(text, cue, numbers[i]), -i, i)
                for i in around
                if not _measures(text, cue, numbers[i])
            ]
            if not near:
                continue
            distance, _, i = min(near)
            gap = _gap(text, cue, numbers[i])
            firm = _GLUE.fullmatch(gap) is not None
            if firm or not _BORDER.search(gap):
                best.setdefault(i, []).append((distance, owner, firm))
    owned = {}
    for i, claimants in best.items():
        distance, owner, firm = min(claimants, key=lambda c: (c[0], not c[2]))
        if all(o == owner for d, o, _ in claimants if d == distance):
            owned[i] = Claim(owner, firm)
    return owned


def _found(text: str, cues: Sequence[str]) -> list[re.Match[str]]:
    """Cues in any of their forms (adds up, discrepancies), longest first where they overlap."""
    found: list[re.Match[str]] = []
    for cue in sorted(cues, key=len, reverse=True):
        pattern = r"\b" + r"\s+".join(map(_forms, cue.split())) + r"(?!\w)"
        for hit in re.finditer(pattern, text, re.IGNORECASE):
            if all(hit.end() <= f.start() or hit.start() >= f.end() for f in found):
                found.append(hit)
    return found


def _forms(word: str) -> str:
    if word.endswith("y"):
        return re.escape(word[:-1]) + r"(?:y|ies)"
    return re.escape(word) + r"(?:e?s|l?e?d|l?ing)?"


def _distance(cue: re.Match[str], number: Reading) -> int:
    return max(number.start - cue.end(), cue.start() - number.end)


def _parted(text: str, cue: re.Match[str], number: Reading) -> int:
    """What a comma or the like between the two adds to their distance."""
    return _COMMA_COSTS if re.search(r"[,;.!?]", _gap(text, cue, number)) else 0


def _gap(text: str, cue: re.Match[str], number: Reading) -> str:
    return text[cue.end() : number.start] if cue.end() <= number.start else text[number.end : cue.start()]


def _measures(text: str, cue: re.Match[str], number: Reading) -> bool:
    """Whether the number is what the cue measures from, or a difference ("by 50") and the cue none."""
    if _distance(cue, number) < 0:
        return True
    if number.start < cue.end():
        return False
    word, gap = cue[0].lower().split()[-1], text[cue.end() : number.start]
    compares, level = word in _COMPARING, word in _LEVELS
    if (_BY.search(gap) or is_difference(text, number.end)) and not (compares or level):
        return True
    if _BY.search(gap):
        return False
    return bool((compares and _COMPARES.fullmatch(gap)) or (level and _STANDARD.fullmatch(gap)))

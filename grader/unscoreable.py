"""Finds in a criterion's text the matters that must not be scored. Pure.

It is a list of patterns: it catches what is named in the usual words, not every paraphrase; and a text that
names a matter only to rule it out is caught too. It backs up the author's own care and is no legal review.
"""

import re
import unicodedata
from functools import lru_cache

from grader.matters import MATTERS, Matter
from grader.matters.shapes import CANDIDATE

_OTHERS = (
    r"(?:patients?|staff(?:ers?)?|employees?|nurses?|receptionists?|assistants?|billers?|coders?"
    r"|doctors?|physicians?|providers?|dr|clinicians?|colleagues?|co-?workers?|team|members?|hires?"
    r"|visitors?|customers?|clients?"
    r"|callers?|vendors?|suppliers?|insurers?|payers?|couriers?|caregivers?"
    r"|child(?:ren)?|parents?|people|persons?|clinic's|office's|practice's)"
)
_ABOUT_OTHERS = re.compile(rf"\b{_OTHERS}\b", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r" (?:of|for|with|towards?|to|by|from|among|between|on)"
    rf" (?:(?:the|an?|each|any|all|other|new|upset) )*{_OTHERS}\b",
    re.IGNORECASE,
)
_CLAUSE_START = re.compile(rf"[.?!;]|\b{CANDIDATE}\b", re.IGNORECASE)
_PLAIN_SIGNS = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})
_TITLE_STOP = re.compile(r"\b(dr|mrs?|ms)\.", re.IGNORECASE)


@lru_cache(maxsize=4096)  # a rubric is read several times in a run
def unscoreable(text: str) -> tuple[tuple[Matter, str], ...]:
    """Each matter that the text would score, in the order of the table, with the first words that name it."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN_SIGNS).split())
    plain = _TITLE_STOP.sub(r"\1", plain)
    return tuple((matter, words) for matter in MATTERS if (words := _words(matter, plain)))


def _words(matter: Matter, text: str) -> str | None:
    if found := matter.named.search(text):
        return found[0].strip(" .?!;:(")
    for found in matter.loose.finditer(text) if matter.loose else ():
        if not _said_of_others(text, found):
            return found[0]
    return None


def _said_of_others(text: str, found: re.Match[str]) -> bool:
    """Whether patients, staff or the like stand before the words, no candidate in between, or after."""
    before = _CLAUSE_START.split(text[: found.start()])[-1]
    return bool(_ABOUT_OTHERS.search(before) or _OF_OTHERS.match(text, found.end()))

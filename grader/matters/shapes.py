"""What a matter is, and the shapes of sentence in which words are said of the candidate.

The patterns read text with single spaces and straight apostrophes. A verb or adjective with no subject, at
the start of a sentence, is said of the candidate: so rubrics are written.
"""

import re
from typing import NamedTuple


class Matter(NamedTuple):
    """One matter that must not be scored."""

    name: str
    why: str
    """The ground, in one sentence."""
    remedy: str
    named: re.Pattern[str]
    """Said of the candidate, or wrong wherever it stands."""
    loose: re.Pattern[str] | None
    """Wrong unless said of others: patients, staff, vendors."""


CANDIDATE = (
    r"(?:candidate|applicant|interviewee|job[- ]?seeker|test[- ]?taker|examinee|respondent|this person)s?"
)
WRITER = rf"(?:{CANDIDATE}|(?:writer|author)s?)"
"""Used where "the writer's" cannot mean the text, as "the writer's voice" does."""
THE = r"(?:(?:the|an?|each|this|that|every) )?"
START = r"(?:^|[.?!;:(] ?)"
_BE = (
    r"(?:(?:must |should |has |have |had )?(?:is|are|was|were|be|being|been)|seem(?:s|ed)?|appear(?:s|ed)?"
    r"|look(?:s|ed)?|sound(?:s|ed)?|remains?|stays?)(?: to be| like)?"
)
_LIKE = r"(?:(?:not|never|very|too|quite|always|still|rather|both|an?|the|\w+ly) )*"
_KIND = (
    r"(?:(?:own|current|past|previous|prior|former|general|overall|good|poor|bad|strong|physical|mental"
    r"|personal"
    r"|professional|home|last|average|likely|perceived|apparent) )*"
)
_SOME = r"(?:(?:an?|any|no|the|some|many|few|several|their|his|her|own|young|small|two|three|\w+ly) )*"
_HELPERS = (
    r"(?:(?:who|also|always|never|not|often|seldom|does|did|can|could|will|would|may|must|should|is|be|has|have"
    r"|had|able to|willing to|\w+ly) )*"
)
_GOES_ON = (
    r"(?= (?:who|and|or|with|to|for|at|in|on|but|by|enough|from|as|that|which|when|since|because)\b"
    r"|[.,;:?!)]|$)"
)
"""After words with no subject; "Is sick leave approved?" is not about a sick candidate."""
TAKE_OUT = "Take it out; score only what the written answer shows about the work."


def matter(name: str, why: str, *named: str, loose: str | None = None, remedy: str = TAKE_OUT) -> Matter:
    """A matter of these patterns; `loose` in words, taken whole."""
    spread = re.compile(rf"\b(?:{loose})\b", re.IGNORECASE) if loose else None
    return Matter(name, why, remedy, re.compile("|".join(named), re.IGNORECASE), spread)


def own(words: str, who: str = WRITER) -> str:
    """The candidate's: "the candidate's health", "age of the applicant"."""
    return rf"\b{who}'s? {_KIND}(?:{words})\b|\b(?:{words}) of {THE}{who}\b"


def alone(words: str) -> str:
    """A text that is nothing else, such as the title "Good health"."""
    return rf"^{_KIND}(?:{words})[.?]?$"


def being(words: str, who: str = WRITER) -> str:
    """What the candidate is or seems: "is the candidate healthy", "seems healthy"."""
    return (
        rf"{START}{_BE} {_LIKE}(?:{words})\b{_GOES_ON}|\b{who}(?: who)? {_BE} {_LIKE}(?:{words})\b"
        rf"|\b(?:is|are|was|were|be) {THE}{who} {_LIKE}(?:{words})\b"
    )


def having(words: str, who: str = WRITER) -> str:
    """What the candidate has: "does the candidate have children", "has a disability"."""
    return (
        rf"{START}(?:has|have|had|lacks?|shows?|owns?|discloses?) {_SOME}(?:{words})\b{_GOES_ON}"
        rf"|\b{who}(?: who)? (?:has|have|had|with|having|shows?|lacks?|owns?|needs?|requires?|discloses?)"
        rf"(?: to have| having)? {_SOME}(?:{words})\b|\bha[sd] {THE}{who} (?:had )?{_SOME}(?:{words})\b"
    )


def doing(words: str, who: str = WRITER) -> str:
    """What the candidate does, with a subject or at the start: "the candidate lives near", "lives near"."""
    return rf"{START}{_HELPERS}(?:{words})\b{_GOES_ON}|{said_to(words, who)}"


def said_to(words: str, who: str = WRITER) -> str:
    """What the candidate is said to do, with the subject only: "the candidate takes medication"."""
    return rf"\b{who} {_HELPERS}(?:{words})\b"

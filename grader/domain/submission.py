"""Submissions: what a candidate wrote, and the numbered segments that evidence points to."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from grader.digests import text_digest
from grader.domain.base import Value, absent
from grader.domain.reasons import Reason
from grader.domain.record import Removed


class Check(Value):
    """Marks an answer whose verdict is known: it is judged like any other, and kept out of the results."""

    salt: str | None = None
    """Tells its asking from earlier ones; None: the answer that the ledger may have will do."""


class Submission(Value):
    """One answer as received. Nothing but `text` is ever shown to a judge, without what is `removed`."""

    id: str
    candidate: str
    """Pseudonymous reference of the candidate, as the user gave it."""
    task: str
    text: str
    """The stored original; all offsets point into it."""
    source: str = ""
    """Where it came from: file, and row or line."""
    problem: Reason | None = None
    """Why the reader could not take it; such a submission ends as `not_scored`."""
    detail: str = ""
    """The sentence that explains `problem`."""
    removed: Annotated[tuple[Removed, ...] | None, Field(exclude_if=absent)] = None
    """What of `text` is not shown, in order and apart; None: nobody's names are known."""
    check: Annotated[Check | None, Field(exclude_if=absent)] = None

    @property
    def digest(self) -> str:
        """Identity of the text alone."""
        return text_digest(self.text)


class SegmentKind(StrEnum):
    """What a segment is in the layout of the text."""

    SENTENCE = "sentence"
    ITEM = "item"
    HEADING = "heading"
    LINE = "line"
    """A greeting, sign-off, subject line or other line that is no sentence."""


class Segment(Value):
    """A numbered piece of a text: `text[start:end]`, counted in Unicode code points from 0."""

    number: int
    start: int
    end: int
    kind: SegmentKind

"""A text as the detectors read it: in plain characters and small letters, with its words."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from grader.disguise import uncovered
from grader.domain.record import SuspicionKind as Kind

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPELLED = {0xE0000 + code: code for code in range(0x20, 0x7F)}


def vocabulary(*lists: str) -> frozenset[str]:
    """Words that are written with spaces between."""
    return frozenset(word for words in lists for word in words.split())


class Span(NamedTuple):
    """What a detector found, with offsets into `Reading.text`."""

    kind: Kind
    note: str
    start: int
    end: int


class Reading:
    """One text. What only few detectors need is computed when one asks."""

    def __init__(self, text: str) -> None:
        # what invisible tag characters spell is read too
        shown, self.places = uncovered(text if text.isascii() else text.translate(_SPELLED))
        lowered = shown.lower()
        # a few capitals become two small letters: they stay, so that places hold
        self.text = (
            lowered
            if len(lowered) == len(shown)
            else "".join(c if len(c.lower()) > 1 else c.lower() for c in shown)
        )
        self.words: Sequence[str] = WORD.findall(self.text)
        self.vocabulary = frozenset(self.words)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where the words stand."""
        return [match.span() for match in WORD.finditer(self.text)]

    def in_original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets of a part of the reading in the original text."""
        return self.places[start], self.places[end - 1] + 1

    def trimmed(self, span: Span) -> Span:
        """Without the white space at both ends."""
        found = self.text[span.start : span.end]
        start = span.end - len(found.lstrip())
        return span._replace(start=start, end=start + len(found.strip()))

    def runs(self, marked: Sequence[bool], gap: int = 0) -> Iterator[tuple[int, int]]:
        """From and to (exclusive) of marked words that stand together, but for `gap` others between."""
        begun = last = -1
        for place, is_marked in enumerate(marked):
            if not is_marked:
                continue
            if begun >= 0 and place - last > gap + 1:
                yield begun, last + 1
                begun = -1
            begun, last = (place if begun < 0 else begun), place
        if begun >= 0:
            yield begun, last + 1

    def between(self, first: int, last: int) -> tuple[int, int]:
        """From the beginning of one word to the end of another (exclusive number)."""
        return self.spans[first][0], self.spans[last - 1][1]

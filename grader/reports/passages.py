"""Cuts a text where evidence, disguised characters or suspicions begin and end, to mark each in place."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from grader.domain.record import Disguise, Suspicion
from grader.reports.checklist import Line
from grader.reports.wording import disguise_label, suspicion_label, visible

_LINE_END = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Mark:
    """One criterion's claim on a piece of text."""

    line: Line
    opens: int | None
    """Number of the criterion's quote that begins with this piece."""
    closes: bool
    """Whether a quote of the criterion ends with this piece."""


@dataclass(frozen=True)
class Piece:
    """`text[start:end]`, marked alike throughout."""

    start: int
    end: int
    shown: str
    """For the eye: line ends as newlines, dangerous characters as U+FFFD; "" for hidden ones."""
    marks: tuple[Mark, ...]
    label: str
    """What is disguised here; "" if nothing."""
    suspected: bool = False
    """Whether a suspicion covers it."""
    suspicions: tuple[str, ...] = ()
    """Of the suspicions that end here."""

    @property
    def closing(self) -> tuple[Line, ...]:
        """Criteria that have a quote ending here."""
        return tuple(mark.line for mark in self.marks if mark.closes)


def cut(
    text: str, lines: Sequence[Line], disguises: Sequence[Disguise], suspicions: Sequence[Suspicion] = ()
) -> tuple[Piece, ...]:
    """Pieces of `text` in order, together the whole; where evidence overlaps, a piece has several marks."""
    spans = [(q.start, q.end) for line in lines for q in line.quotes]
    spans += [(d.start, d.end) for d in disguises] + [(s.start, s.end) for s in suspicions]
    borders = sorted({0, len(text), *(b for b in chain.from_iterable(spans) if 0 <= b <= len(text))})
    ordered = sorted(disguises, key=lambda d: d.start)
    starts = [d.start for d in ordered]
    pieces = []
    for start, end in pairwise(borders):
        place = bisect_right(starts, start) - 1
        disguise = ordered[place] if place >= 0 and end <= ordered[place].end else None
        over = [s for s in suspicions if s.start <= start and end <= s.end]
        pieces.append(_piece(text, start, end, lines, disguise, over))
    return tuple(pieces)


def _piece(
    text: str,
    start: int,
    end: int,
    lines: Sequence[Line],
    disguise: Disguise | None,
    suspicions: Sequence[Suspicion],
) -> Piece:
    hidden = disguise is not None and disguise.kind != "homoglyph"
    return Piece(
        start=start,
        end=end,
        shown="" if hidden else _shown(text, start, end),
        marks=tuple(mark for line in lines if (mark := _mark(line, start, end))),
        label=disguise_label(disguise, text) if disguise and disguise.end == end else "",
        suspected=bool(suspicions),
        suspicions=tuple(dict.fromkeys(suspicion_label(s) for s in suspicions if s.end == end)),
    )


def _mark(line: Line, start: int, end: int) -> Mark | None:
    holding = [q for q in line.quotes if q.start <= start and end <= q.end]
    if not holding:
        return None
    return Mark(
        line=line,
        opens=next((q.number for q in holding if q.start == start), None),
        closes=any(q.end == end for q in holding),
    )


def _shown(text: str, start: int, end: int) -> str:
    shown = text[start:end].replace("\r\n", "\n")
    if shown.endswith("\r") and text[end : end + 1] == "\n":
        shown = shown[:-1]
    return visible(_LINE_END.sub("\n", shown))

"""Splits a text into numbered segments with exact offsets: sentences, list items, headings, e-mail lines.

Sentence borders come from sentencex (Wikimedia); the layout around them (lists, greetings, sign-offs,
hard-wrapped paragraphs) is read here.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from sentencex import segment as split_sentences

from grader.domain.submission import Segment, SegmentKind

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_MARKER = re.compile(
    r"(?:[-*+•◦▪‣●○■□☐☑✓✔✅→➤»>·–—]|o(?=\s)|\[[ xX]?\]"
    r"|\(?\d{1,2}[.)](?!\d)|\d{1,2}(?:\.\d{1,2})+(?=\s+[A-Z])"
    r"|\(?(?:[a-zA-Z]|[ivx]{2,4}|[IVX]{2,4})(?:\)|\.(?=\s|$))"
    r"|(?i:step)\s+\d{1,2}\s*[:.)\-–]?|\d{1,2}\s*[-–:](?=\s))\s*"
)
_INLINE_NUMBER = re.compile(r"(?<!\S)\(?(\d{1,2})[.)]\s+(?=\S)")
_ANY_NUMBER = re.compile(r"\d[.)]\s")
"""In every inline number, and quicker to look for."""
_MARKER_ONLY = re.compile(r"\s*\(?(?:\d{1,2}|[a-zA-Z])[.)]\s*")
_HEADER_FIELD = re.compile(r"(?i:subject|re|to|from|cc|bcc|date|sent|betreff)\s*:")
_GREETING = re.compile(
    r"(?i:dear|hi|hello|hey|good (?:morning|afternoon|evening)|greetings|team|all|everyone|to whom)\b"
)
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";")
_CLOSERS = "\"'”’)]*_"
_SHORTENED = re.compile(r"(?i:\b(?:approx|ext|incl|tel|vs|e\.g|i\.e))\.\s*$")
_TITLE = re.compile(r"\b(?:Dr|Mrs?|Ms|Prof|St)\.$")
_TIME = re.compile(r"\b[ap]\.m\.$")
_GOES_ON = re.compile(r"\(?[\d$#]|[a-z]")
_LINE_BREAK = re.compile("[\n\r\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WRAP_COLUMN = 45
"""A line shorter than this was ended by the writer, not wrapped by an editor."""
_WIDEST_WRAP = 100
"""A line longer than this is a paragraph in one line, which nothing has wrapped."""
_MAX_LINE_WORDS = 6
_MAX_HEADING_WORDS = 9


class _Span(NamedTuple):
    start: int
    end: int


def segment(text: str) -> tuple[Segment, ...]:
    """Segments of `text` in order, numbered from 1.

    Segments do not overlap; what lies between them has no visible character. Together with those gaps
    they are the text.
    """
    pieces = (
        (span, kind)
        for block, kind in _blocks(text)
        for span in (_sentences(text, block) if kind in _SPLIT else [block])
    )
    return tuple(
        Segment(number=number, start=span.start, end=span.end, kind=kind)
        for number, (span, kind) in enumerate(pieces, start=1)
    )


_SPLIT = (SegmentKind.SENTENCE, SegmentKind.ITEM)


def is_visible(character: str) -> bool:
    """Whether a character leaves a mark: neither white space, control, format nor unassigned."""
    return character.isprintable() and character != " "


def _trim(text: str, span: _Span) -> _Span | None:
    """`span` without what is invisible at both ends; None if nothing is left."""
    start, end = span
    while start < end and not is_visible(text[start]):
        start += 1
    while end > start and not is_visible(text[end - 1]):
        end -= 1
    return _Span(start, end) if start < end else None


def _blocks(text: str) -> Iterator[tuple[_Span, SegmentKind]]:
    """Lines, with hard-wrapped ones joined, each with its kind."""
    pending: _Span | None = None
    pending_kind = SegmentKind.SENTENCE
    for match in _LINE.finditer(text):
        line = _trim(text, _Span(*match.span()))
        if line is None:
            continue
        if pending is not None and _continues(text, pending, line):
            pending = _Span(pending.start, line.end)
            pending_kind = SegmentKind.ITEM if pending_kind is SegmentKind.ITEM else SegmentKind.SENTENCE
            continue
        if pending is not None:
            yield from _items(text, pending, pending_kind)
        pending, pending_kind = line, _kind(text[line.start : line.end])
    if pending is not None:
        yield from _items(text, pending, pending_kind)


def _continues(text: str, before: _Span, line: _Span) -> bool:
    """Whether `line` goes on with the sentence of `before`, broken by a hard wrap."""
    gap = text[before.end : line.start]
    if len(_LINE_BREAK.findall(gap)) != 1 and gap != "\r\n":
        return False
    last_line = text[before.start : before.end].splitlines()[-1]
    content = text[line.start : line.end]
    ended = _ends_sentence(last_line) and not (
        _TITLE.search(last_line) or (_TIME.search(last_line) and content[0].islower())
    )
    if len(last_line) < _WRAP_COLUMN or ended or _starts_anew(content):
        return False
    had_room = len(last_line) + 1 + len(content.split(maxsplit=1)[0]) <= len(content)
    wrapped = _WRAP_COLUMN + 15 < len(last_line) <= _WIDEST_WRAP and not had_room
    return content[0].islower() or wrapped


def _ends_sentence(line: str) -> bool:
    return line.rstrip().rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def _starts_anew(line: str) -> bool:
    """Whether a line cannot be the middle of a sentence: a list item, header, greeting or sign-off."""
    return bool(
        _MARKER.match(line)
        or _HEADER_FIELD.match(line)
        or line[0] in "#|*"
        or (line[0].isupper() and line.endswith(",") and len(line.split()) <= _MAX_LINE_WORDS)
    )


def _kind(line: str) -> SegmentKind:
    if line.startswith("#") or (line.startswith("**") and line.endswith(("**", "**:"))):
        return SegmentKind.HEADING
    words = line.split()
    if _MARKER.match(line) and _MARKER.sub("", line, count=1).strip():
        return SegmentKind.ITEM
    if _HEADER_FIELD.match(line):
        return SegmentKind.LINE
    if line.endswith(":") and len(words) <= _MAX_HEADING_WORDS:
        return SegmentKind.HEADING
    if (
        len(words) <= _MAX_LINE_WORDS
        and _GREETING.match(line)
        and line.endswith((",", "!", ":", "-", "–", "—"))
    ):
        return SegmentKind.LINE
    if len(words) <= _MAX_LINE_WORDS and not _ends_sentence(line):
        return SegmentKind.HEADING if line.isupper() and len(line) > 3 else SegmentKind.LINE
    return SegmentKind.SENTENCE


def _items(text: str, block: _Span, kind: SegmentKind) -> Iterator[tuple[_Span, SegmentKind]]:
    """Splits "1) do this 2) do that" in one block into its items."""
    if kind not in _SPLIT or not _ANY_NUMBER.search(text, block.start, block.end):
        yield block, kind
        return
    starts: list[int] = []
    for match in _INLINE_NUMBER.finditer(text, block.start, block.end):
        if int(match[1]) == len(starts) + 1:
            starts.append(match.start())
    if len(starts) < 2:
        yield block, kind
        return
    borders = [block.start, *(s for s in starts if s > block.start), block.end]
    for start, end in pairwise(borders):
        if span := _trim(text, _Span(start, end)):
            yield span, SegmentKind.ITEM if start in starts else kind


def _sentences(text: str, block: _Span) -> Iterator[_Span]:
    """Sentences of a block; a list marker stays with what follows it."""
    content = text[block.start : block.end]
    marker = _MARKER.match(content)
    head = marker.end() if marker else 0
    start = block.start
    position = block.start + head
    for piece in _pieces(content[head:]):
        position += len(piece)
        span = _trim(text, _Span(start, position))
        if span is None or _MARKER_ONLY.fullmatch(text, span.start, span.end):
            continue
        yield span
        start = position
    if rest := _trim(text, _Span(start, block.end)):
        yield rest


def _pieces(content: str) -> list[str]:
    """Sentences whose concatenation is `content`, or `content` whole where that cannot be had."""
    if _SURROGATE.search(content):
        return [content]
    pieces: list[str] = []
    for piece in split_sentences("en", content):
        if pieces and _GOES_ON.match(piece.lstrip()) and _SHORTENED.search(pieces[-1]):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces if "".join(pieces) == content else [content]

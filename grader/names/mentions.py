"""Finds a candidate's names in a folded text, and tells them from words and from the tasks' own people."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from grader.names.folding import Folded
from grader.names.known import Known
from grader.names.material import LETTERS, Material
from grader.names.places import after_title, is_own, signatures

_CONNECTS = re.compile(r"[ \t]*\n?[ \t]*|[ \t]*['’_.‐-―-][ \t]*|[ \t]*,[ \t]*\n?[ \t]*|\.[ \t]*\n?[ \t]*")
_LONGEST_GAP = 4
_ACRONYM = 3
"""Letters of a word in capitals that is rather an abbreviation than a name."""
_WORDLIKE = frozenset("ai")
"""Single letters that are words."""
_HANDLE = re.compile(r"(?<![^\W_])@?([^\W\d_]{4,})(?=[\d@_])|[@/]([^\W\d_]{4,})(?![^\W_])")


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    capital: bool
    sure: bool
    """A name wherever it stands; other words are names only in company or in a name's place."""


def find_names(view: Folded, names: Known, material: Material) -> Iterator[tuple[int, int, Literal["name"]]]:
    """Spans of the folded text; a name may be found more than once."""
    for run in _runs(view, names, material):
        for start, end in _removed(view.text, run, names, material):
            yield start, end, "name"
    for start, end in signatures(view.text):
        if "".join(LETTERS.findall(view.text[start:end])) in names.monograms:
            yield start, end, "name"
    for match in _HANDLE.finditer(view.text):
        group = 1 if match[1] else 2
        if match[group] in names.handles:
            yield *match.span(group), "name"
    for name in names.unspaced:
        for match in re.finditer(re.escape(name), view.text):
            yield *match.span(), "name"


def _runs(view: Folded, names: Known, material: Material) -> Iterator[list[_Word]]:
    """Name parts and initials that stand together."""
    run: list[_Word] = []
    for match in LETTERS.finditer(view.text):
        word = _word(view, match, names, material)
        if word is None or (run and not _joined(view.text, run[-1], word)):
            yield from _ended(run)
            run = []
        if word is not None:
            run.append(word)
    yield from _ended(run)


def _ended(run: list[_Word]) -> Iterator[list[_Word]]:
    if any(len(word.text) > 1 for word in run):
        yield run


def _word(view: Folded, match: re.Match[str], names: Known, material: Material) -> _Word | None:
    """The word, if it can be a part of the candidate's name."""
    text, (start, end) = match[0], match.span()
    capital = view.capital[start]
    if len(text) == 1:
        dotted = view.text[end : end + 1] == "."
        is_initial = text in names.initials and capital and (dotted or text not in _WORDLIKE)
        return _Word(text, start, end, capital, sure=False) if is_initial else None
    if text not in names.parts or (text in material.words and after_title(view.text, start)):
        return None
    acronym = len(text) <= _ACRONYM and all(view.capital[start:end])
    return _Word(text, start, end, capital, sure=text not in names.plain and not acronym)


def _joined(text: str, left: _Word, right: _Word) -> bool:
    gap = text[left.end : right.start]
    if len(gap) > _LONGEST_GAP or not _CONNECTS.fullmatch(gap):
        return False
    return "." not in gap or gap == "." or len(left.text) == 1


def _removed(text: str, run: Sequence[_Word], names: Known, material: Material) -> Iterator[tuple[int, int]]:
    """What of a run is the candidate's name."""
    if is_own(text, run[0].start, run[-1].end):
        yield run[0].start, run[-1].end
        return
    while run and not (run[0].sure or run[0].capital):
        run = run[1:]
    while run and not (run[-1].sure or run[-1].capital):
        run = run[:-1]
    if run and (any(word.sure for word in run) or _is_name(run, material)):
        yield run[0].start, run[-1].end
        return
    for word in run:
        if len(word.text) == 1:
            continue
        titled = word.text not in material.words and after_title(text, word.start)
        if titled or is_own(text, word.start, word.end):
            yield word.start, word.end


def _is_name(run: Sequence[_Word], material: Material) -> bool:
    """Whether words that mean something else alone are a name together."""
    parts = [word for word in run if len(word.text) > 1]
    if not all(word.capital for word in parts):
        return False
    if len({word.text for word in parts}) > 1:
        return not material.has(" ".join(word.text for word in parts))
    return len(run) > len(parts) and parts[0].text not in material.words

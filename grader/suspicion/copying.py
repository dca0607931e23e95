"""Text that is no answer of the candidate's own.

The rubric's or the task's words, repeats, lists of keywords, and a quoted mail that makes much of the answer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from grader.domain.criterion import ChecklistCriterion, LeveledCriterion
from grader.domain.record import SuspicionKind as Kind
from grader.domain.rubric import Rubric
from grader.suspicion.reading import WORD, Reading, Span, vocabulary

_GRAM = 6
"""Words in a row that, the same, are one gram."""
_RUBRIC_WORDS = 18
"""Words of the rubric, in grams, from which on they are copied."""
_TASK_SHARE = 0.5
_TASK_WORDS = 25
"""The task may be said again at the beginning; it is copied when it is half of the answer."""
_TITLES, _TITLE_SHARE = 3, 0.4
_REPEATED_WORDS, _REPEATED_SHARE = 12, 0.1
_ITEMS, _ITEM_WORDS = 7, 3.0
_OF_RUBRIC = 0.5
"""Share of the words of a list that are the rubric's."""
_QUOTED_WORDS, _QUOTED_SHARE = 30, 0.4

Gram = tuple[str, ...]


class Instrument(NamedTuple):
    """What of a rubric can be copied."""

    rubric: frozenset[Gram]
    task: frozenset[Gram]
    titles: tuple[Gram, ...]
    words: frozenset[str]


@lru_cache(maxsize=64)
def instrument(rubric: Rubric) -> Instrument:
    """Grams of the criteria and of the task; computed once for a rubric."""
    told, titles = [], []
    for criterion in rubric.criteria:
        titles.append(tuple(WORD.findall(criterion.title.lower())))
        if isinstance(criterion, ChecklistCriterion):
            told += [criterion.met, criterion.not_met, criterion.borderline]
            told += [*criterion.questions, *criterion.alternatives]
        elif isinstance(criterion, LeveledCriterion):
            told += [text for level in criterion.levels for text in (level.text, *level.questions)]
    words = {w for text in told for w in WORD.findall(text.lower())}.union(*titles)
    return Instrument(
        rubric=frozenset(gram for text in told for gram in _grams(WORD.findall(text.lower()))),
        task=frozenset(_grams(WORD.findall(rubric.instructions.lower()))),
        titles=tuple(title for title in titles if len(title) > 1),
        words=frozenset(w for w in words if len(w) > 3),
    )


def _grams(words: Sequence[str]) -> Iterable[Gram]:
    return zip(*(words[start:] for start in range(_GRAM)), strict=False)


def find_copies(reading: Reading, rubric: Rubric | None) -> Iterator[Span]:
    """Words of the rubric and the task, and words that the answer has twice."""
    grams = list(_grams(reading.words))
    if rubric is not None:
        known = instrument(rubric)
        if not known.rubric.isdisjoint(grams):
            yield from _covered(reading, grams, known.rubric, "words of the rubric", _RUBRIC_WORDS, 0.0)
        if not known.task.isdisjoint(grams):
            yield from _covered(reading, grams, known.task, "words of the task", _TASK_WORDS, _TASK_SHARE)
        yield from _titles(reading, known.titles)
    if len(set(grams)) < len(grams):
        counts = Counter(grams)
        first: set[Gram] = set()
        again = []
        for gram in grams:
            again.append(counts[gram] > 1 and gram in first)
            first.add(gram)
        yield from _marked(reading, again, "repeated", "the same words", _REPEATED_WORDS, _REPEATED_SHARE)


def _covered(
    reading: Reading, grams: Sequence[Gram], known: frozenset[Gram], note: str, least: int, share: float
) -> Iterator[Span]:
    yield from _marked(reading, [gram in known for gram in grams], "copied", note, least, share)


def _marked(
    reading: Reading, at: Sequence[bool], kind: Kind, note: str, least: int, share: float
) -> Iterator[Span]:
    """Spans of the words in marked grams, where they are enough."""
    marked = [False] * len(reading.words)
    for place, is_marked in enumerate(at):
        if is_marked:
            marked[place : place + _GRAM] = [True] * _GRAM
    if sum(marked) >= max(least, share * len(marked)):
        for first, last in reading.runs(marked):
            yield Span(kind, note, *reading.between(first, last))


def _titles(reading: Reading, titles: Sequence[Gram]) -> Iterator[Span]:
    """Titles of criteria, word for word, where there are many."""
    likely = [title for title in titles if reading.vocabulary.issuperset(title)]
    if len(likely) < max(_TITLES, _TITLE_SHARE * len(titles)):
        return
    words, found = list(reading.words), []
    for title in likely:
        at = next((i for i in range(len(words)) if tuple(words[i : i + len(title)]) == title), None)
        if at is not None:
            found.append((at, at + len(title)))
    if len(found) >= max(_TITLES, _TITLE_SHARE * len(titles)):
        for first, last in sorted(found):
            yield Span("copied", "titles of the rubric", *reading.between(first, last))


_LABEL = re.compile(r"\b(?:keywords?|key words|tags|topics|covers|covered|buzzwords) ?:[^\n]{20,}")
_STRETCH = re.compile(r"[^.!?\n]{25,}")
_SEPARATORS = ",;/|•·"
_SEPARATOR = re.compile(f"[{_SEPARATORS}]")
_SHORT_LINE = 40
_LINKING = vocabulary(
    """the a an to and of in is for we you i it that this with are be will on have our as your not at
        by from they was or if has my me us them their"""
)


def find_keywords(reading: Reading, rubric: Rubric | None) -> Iterator[Span]:
    """Lists of the rubric's words that say nothing of them; a list of goods or of names has others."""
    text = reading.text
    if ":" in text:
        for label in _LABEL.finditer(text):
            if len(_SEPARATOR.split(label[0])) >= _ITEMS:
                yield Span("keywords", "a list of keywords", *label.span())
    if rubric is None:
        return
    known = instrument(rubric).words
    if sum(map(text.count, _SEPARATORS)) >= _ITEMS - 1:
        for stretch in _STRETCH.finditer(text):
            if sum(map(stretch[0].count, _SEPARATORS)) < _ITEMS - 1:
                continue
            if _only_named([WORD.findall(item) for item in _SEPARATOR.split(stretch[0])], known):
                yield Span("keywords", "a list of keywords", *stretch.span())
    for start, end in _columns(text):
        if _only_named([WORD.findall(line) for line in text[start:end].splitlines()], known):
            yield Span("keywords", "a list of keywords", start, end)


def _columns(text: str) -> Iterator[tuple[int, int]]:
    """Short lines one below the other, as many as make a list."""
    lines = text.split("\n")
    if len(lines) < _ITEMS:
        return
    begun = at = count = 0
    for line in [*lines, " " * (_SHORT_LINE + 1)]:
        if len(line) > _SHORT_LINE:
            if count >= _ITEMS:
                yield begun, at
            begun, count = at + len(line) + 1, 0
        elif line:
            count += 1
        at += len(line) + 1


def _only_named(items: Sequence[Sequence[str]], known: frozenset[str]) -> bool:
    words = [word for item in items for word in item]
    long = [word for word in words if len(word) > 3]
    if not long or len(words) > _ITEM_WORDS * len(items):
        return False
    linking = sum(word in _LINKING for word in words)
    return linking <= 0.1 * len(words) and sum(word in known for word in long) >= _OF_RUBRIC * len(long)


_QUOTED_LINES = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|$))+", re.MULTILINE)
_BELOW = re.compile(
    r"^[-_ ]*(?:original message|forwarded message|begin forwarded)[^\n]*\n(?:.|\n)*"
    r"|^on [^\n]{3,80} wrote: *\n(?:.|\n)*",
    re.MULTILINE,
)


def find_quoted(reading: Reading) -> Iterator[Span]:
    """A mail that is quoted and longer than what is written to it."""
    text = reading.text
    if "message" not in reading.vocabulary and "wrote" not in reading.vocabulary and "\n>" not in text:
        return
    found = [m.span() for m in _BELOW.finditer(text)] or [m.span() for m in _QUOTED_LINES.finditer(text)]
    quoted = sum(len(WORD.findall(text[start:end])) for start, end in found)
    if quoted >= _QUOTED_WORDS and quoted >= _QUOTED_SHARE * len(reading.words):
        yield from (Span("quoted", "a quoted mail that makes much of the answer", *span) for span in found)

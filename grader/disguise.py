"""Hidden and disguised characters: finds them, and makes the view of a text that a judge is shown.

A finding is reported and never counts against the candidate.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import Literal

from confusable_homoglyphs import confusables

from grader.domain.record import Disguise

Kind = Literal["zero_width", "bidi", "tag", "variation", "control", "homoglyph"]

_ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPACES = re.compile(r"\s+")
_NOTES: dict[str, str] = {
    "zero_width": "characters without width",
    "bidi": "characters that turn the reading direction",
    "tag": "invisible tag characters, which can hold hidden text",
    "variation": "variation selectors, which can hold hidden text",
    "control": "control characters",
    "homoglyph": "letters that only look like Latin ones",
}


def find_disguises(text: str) -> tuple[Disguise, ...]:
    """Runs of hidden or look-alike characters in `text`, with offsets into it, in order."""
    kinds = _kinds(text)
    found = []
    position = 0
    for kind, run in groupby(kinds):
        end = position + len(list(run))
        if kind is not None:
            count = end - position
            note = f"{count} {_NOTES[kind]}" if count > 1 else f"one of: {_NOTES[kind]}"
            found.append(Disguise(kind=kind, start=position, end=end, note=note))
        position = end
    return tuple(found)


def plain_view(text: str, start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` as a judge sees it: hidden characters gone, look-alikes as the letters they imitate,
    white space as single spaces, lone surrogates as U+FFFD."""
    end = len(text) if end is None else end
    kinds = _kinds(text)
    shown = []
    for character, kind in zip(text[start:end], kinds[start:end], strict=True):
        if kind is None:
            shown.append("\ufffd" if "\ud800" <= character <= "\udfff" else character)
        elif kind == "homoglyph":
            shown.append(_latin(character) or character)
        elif kind == "control":
            shown.append(" ")
    return _SPACES.sub(" ", "".join(shown)).strip()


@cache
def _latin(character: str) -> str | None:
    """The ASCII letter that a foreign letter imitates, if it does."""
    if character.isascii():
        return None
    folded = unicodedata.normalize("NFKC", character)
    if folded.isascii() and folded.isalnum():
        return folded
    found = confusables.is_confusable(character, greedy=True)
    if not found:
        return None
    letters = [str(likeness["c"]) for likeness in found[0]["homoglyphs"]]
    letters = [letter for letter in letters if len(letter) == 1 and letter.isascii() and letter.isalpha()]
    return min(letters, key=lambda letter: letter.isupper() != character.isupper(), default=None)


def _kinds(text: str) -> list[Kind | None]:
    """For each character, how it disguises; None for an honest one."""
    if text.isascii() and text.isprintable():
        return [None] * len(text)
    kinds: list[Kind | None] = [_hidden(text, i) for i in range(len(text))]
    for word in _WORD.finditer(text):
        if not word[0].isascii():
            for i in _look_alikes(word[0]):
                kinds[word.start() + i] = "homoglyph"
    return kinds


def _hidden(text: str, i: int) -> Kind | None:
    character = text[i]
    code = ord(character)
    if 0x20 <= code < 0x7F or character in "\n\r\t":
        return None
    if character in _BIDI:
        return "bidi"
    if character in _ZERO_WIDTH:
        return None if character == "\u200d" and _joins_symbols(text, i) else "zero_width"
    if 0xE0000 <= code <= 0xE007F:
        return "tag"
    if 0xE0100 <= code <= 0xE01EF or (0xFE00 <= code <= 0xFE0F and not _after_symbol(text, i)):
        return "variation"
    if unicodedata.category(character) == "Cc" and character not in "\v\f\x1c\x1d\x1e\x85":
        return "control"
    return None


def _after_symbol(text: str, i: int) -> bool:
    """A variation selector is in its place after a symbol, a digit or a keycap."""
    return i > 0 and (unicodedata.category(text[i - 1]) in {"So", "Sm", "Po", "Nd", "Sk"})


def _joins_symbols(text: str, i: int) -> bool:
    """A zero-width joiner is in its place inside an emoji."""
    return 0 < i < len(text) - 1 and all(
        unicodedata.category(c) in {"So", "Sk"} or c == "\ufe0f" for c in (text[i - 1], text[i + 1])
    )


def _look_alikes(word: str) -> list[int]:
    """Positions of imitated Latin letters, in a word that mixes scripts or consists of them alone."""
    foreign = [i for i, c in enumerate(word) if not c.isascii() and _latin(c) is not None]
    if not foreign:
        return []
    honest_latin = any(c.isascii() for c in word)
    all_imitated = all(_latin(c) is not None for c in word if not c.isascii())
    own_script = any(not c.isascii() and _latin(c) is None and not _is_latin(c) for c in word)
    return foreign if (honest_latin or all_imitated) and not own_script else []


@cache
def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")

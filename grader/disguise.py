"""Hidden and disguised characters: finds them, and makes the view of a text that a judge is shown.

A finding is reported and never counts against the candidate.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Literal

from confusable_homoglyphs import confusables

from grader.domain.record import Disguise, Removed

Kind = Literal["zero_width", "bidi", "tag", "variation", "control", "homoglyph"]

_ZERO_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
"""What Unicode calls default-ignorable, but for the kinds below."""
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TAGS_AND_VARIATIONS = "\ufe00-\ufe0f\U000e0000-\U000e0fff"
_CONTROL = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
"""All but those that end a line."""
_SUSPECT = re.compile(f"[{_CONTROL}{_BIDI}{_ZERO_WIDTH}{_TAGS_AND_VARIATIONS}]")
_IS_BIDI, _IS_ZERO_WIDTH = re.compile(f"[{_BIDI}]"), re.compile(f"[{_ZERO_WIDTH}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FOREIGN_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_EMOJI_LETTERS = frozenset("\u2139\u3030\u303d")
"""Emoji whose category is not that of a symbol."""
_IMITATING = ("<font>", "<wide>")
"""Compatibility forms that pass for plain letters; ligatures, raised and lowered ones are honest."""
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
    found = []
    position = 0
    for kind, run in groupby(_kinds(text)):
        end = position + len(list(run))
        if kind is not None:
            count = end - position
            note = f"{count} {_NOTES[kind]}" if count > 1 else f"one of: {_NOTES[kind]}"
            found.append(Disguise(kind=kind, start=position, end=end, note=note))
        position = end
    return tuple(found)


def plain_view(text: str, start: int = 0, end: int | None = None, removed: Sequence[Removed] = ()) -> str:
    """`text[start:end]` as a judge sees it: hidden characters gone, look-alikes as the letters they imitate,
    white space as single spaces, lone surrogates as U+FFFD; `removed` spans (in order, apart) as `[kind]`."""
    end = len(text) if end is None else end
    pieces = []
    for span in removed:
        if span.start < end and span.end > start:
            pieces += ["".join(shown_characters(text, start, span.start)), f"[{span.kind}]"]
            start = span.end
    pieces.append("".join(shown_characters(text, start, end)))
    return " ".join(_SURROGATE.sub("\ufffd", "".join(pieces)).split())


def shown_characters(text: str, start: int, end: int) -> Sequence[str]:
    """What a judge sees of each character of `text[start:end]`: "" of a hidden one."""
    piece = text[start:end] if start < end else ""
    kinds = _kinds(text)[start:end]
    return list(map(_shown, piece, kinds)) if kinds else piece


def blocked(text: str, removed: Sequence[Removed]) -> str:
    """`text` with a block for each visible character of the `removed` spans: as long as before."""
    for span in removed:
        hidden = re.sub(r"\S", "\u2588", text[span.start : span.end])
        text = text[: span.start] + hidden + text[span.end :]
    return text


def uncovered(text: str) -> tuple[str, Sequence[int]]:
    """`text` without hidden characters, look-alikes as what they imitate, its lines as they are; and for each
    character of that, the place in `text`."""
    kinds = _kinds(text)
    if not kinds:
        return text, range(len(text))
    shown = [(c, place) for place, pair in enumerate(zip(text, kinds, strict=True)) for c in _shown(*pair)]
    return "".join(c for c, _ in shown), [place for _, place in shown]


def _shown(character: str, kind: Kind | None) -> str:
    """What a judge sees of a character."""
    if kind is None:
        return character
    if kind == "homoglyph":
        return _latin(character) or character
    return " " if kind == "control" else ""


@cache
def _latin(character: str) -> str | None:
    """The ASCII letter that a foreign letter imitates, if it does."""
    form = unicodedata.decomposition(character)
    if character.isascii() or character == "ı":
        return None
    if form.startswith("<"):
        folded = unicodedata.normalize("NFKC", character)
        return folded if form.startswith(_IMITATING) and folded.isascii() and folded.isalnum() else None
    found = confusables.is_confusable(character, greedy=True)
    if not found:
        return None
    letters = [str(likeness["c"]) for likeness in found[0]["homoglyphs"]]
    letters = [letter for letter in letters if len(letter) == 1 and letter.isascii() and letter.isalpha()]
    return min(letters, key=lambda letter: letter.isupper() != character.isupper(), default=None)


@lru_cache(maxsize=16)
def _kinds(text: str) -> tuple[Kind | None, ...]:
    """For each character, how it disguises, None for an honest one; empty where all are honest.

    Asked again for each passage of a text.
    """
    foreign = not text.isascii() and _FOREIGN_LETTER.search(text)
    if not foreign and not _SUSPECT.search(text):
        return ()
    kinds: list[Kind | None] = [None] * len(text)
    for suspect in _SUSPECT.finditer(text):
        kinds[suspect.start()] = _hidden(text, suspect.start(), kinds)
    if foreign:
        _mark_look_alikes(text, kinds)
    return tuple(kinds) if any(kinds) else ()


def _mark_look_alikes(text: str, kinds: list[Kind | None]) -> None:
    """Marks the imitated letters in the words that are left when what is hidden is gone."""
    shown: Sequence[int] = range(len(text))
    if any(kinds):
        shown = [i for i, kind in enumerate(kinds) if kind in {None, "control"}]
        text = "".join(text[i] for i in shown)
    for word in _WORD.finditer(text):
        if not word[0].isascii():
            for i in _look_alikes(word[0]):
                kinds[shown[word.start() + i]] = "homoglyph"


def _hidden(text: str, i: int, before: Sequence[Kind | None]) -> Kind | None:
    """How the suspect at `i` hides, if it does; `before` holds the answers for those before it."""
    character = text[i]
    if _IS_BIDI.match(character):
        return "bidi"
    honest_left = i > 0 and before[i - 1] is None
    if _IS_ZERO_WIDTH.match(character):
        joins = character == "\u200d" and honest_left and _joins_symbols(text, i)
        return None if joins else "zero_width"
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        chooses = character in "\ufe0e\ufe0f" and honest_left and _after_symbol(text, i)
        return None if chooses else "variation"
    return "tag" if character >= "\U000e0000" else "control"


def _after_symbol(text: str, i: int) -> bool:
    """The choice between picture and text is in its place after a symbol, a digit or a keycap."""
    symbol = text[i - 1]
    return unicodedata.category(symbol) in {"So", "Sm", "Po", "Nd", "Sk"} or symbol in _EMOJI_LETTERS


def _joins_symbols(text: str, i: int) -> bool:
    """A zero-width joiner is in its place inside an emoji."""
    if i + 1 == len(text):
        return False
    left, right = text[i - 1], text[i + 1]
    return (left == "\ufe0f" or _is_symbol(left)) and _is_symbol(right)


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk", "Sm"}


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

"""A text as it is searched: without case, accents and disguises, with the way back to its offsets."""

import re
import unicodedata
from typing import NamedTuple

from grader.disguise import shown_characters

_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_LINE_END = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


class Folded(NamedTuple):
    """`text` is what is searched; of its characters, `origins` are the offsets in the original."""

    text: str
    origins: tuple[int, ...]
    capital: tuple[bool, ...]
    length: int
    """Of the original."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's part for `text[start:end]`, with the marks and hidden characters that follow it."""
        following = self.origins[end] if end < len(self.origins) else self.length
        return self.origins[start], max(following, self.origins[end - 1] + 1)


def fold(text: str) -> Folded:
    """The text as it is searched; line ends are `\\n`, other white space is a space."""
    found: list[str] = []
    origins: list[int] = []
    capital: list[bool] = []
    # two characters end a line in some files, and make one end here
    text = text.replace("\r\n", " \n")
    for offset, shown in enumerate(shown_characters(text, 0, len(text))):
        for character in _plain(shown):
            found.append(character)
            origins.append(offset)
            capital.append(shown.isupper() or shown.istitle())
    return Folded("".join(found), tuple(origins), tuple(capital), len(text))


def folded(text: str) -> str:
    """The text alone, with single spaces: for what is looked for."""
    return re.sub(r"\s+", " ", fold(text).text).strip()


def _plain(shown: str) -> str:
    if shown.isascii():
        if shown.isspace():
            return "\n" if shown in _LINE_END else " "
        return shown.lower()
    if shown.isspace():
        return "\n" if shown in _LINE_END else " "
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", shown).casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_PLAIN)

"""What of a candidate's names is looked for: their parts, initials and joined forms."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from grader.names.folding import folded
from grader.names.material import LETTERS, Material
from grader.names.words import COMMON

_TITLES = "mr mrs ms miss mx dr prof jr sr iii iv phd md rn lpn mba esq cpa"
_NO_NAMES = frozenset(_TITLES.split())
_SHORTEST = 3
"""Letters of a part that is told by itself: shorter ones are words and abbreviations too."""
_LONG = 7
"""Letters of two names written as one that are hardly a word."""


class Known(NamedTuple):
    """One candidate's names, folded."""

    parts: frozenset[str]
    """Words of two letters and more."""
    plain: frozenset[str]
    """Those of them that are words, too: the tasks', common or very short ones."""
    initials: frozenset[str]
    """First letters."""
    monograms: frozenset[str]
    """The initials of a whole name together, also without the middle ones, in both orders."""
    handles: frozenset[str]
    """Joined as in user names: first and last name, or an initial with one of them."""
    unspaced: tuple[str, ...]
    """Names in scripts without case, which are found without borders of words; the longest first."""


@lru_cache(maxsize=256)
def known(names: tuple[str, ...], material: Material) -> Known:
    """What is looked for, by the names as the application has them."""
    split = [_words(name) for name in names]
    joined = {"".join(LETTERS.findall(word)) for name in names for word in folded(name).split()}
    pairs = (one + other for some in split for one, other in permutations(some, 2))
    joined |= {pair for pair in pairs if len(pair) >= _LONG}
    words = {word for some in split for word in some} | joined
    parts = frozenset(w for w in words if len(w) > 1 and w not in _NO_NAMES and not _is_unspaced(w))
    written = [[word[0] for word in folded(name).split()] for name in names]
    whole = ["".join(firsts) for firsts in (*([word[0] for word in some] for some in split), *written)]
    whole += [firsts[0] + firsts[-1] for firsts in whole if len(firsts) > 1]
    return Known(
        parts=parts,
        plain=frozenset(w for w in parts if len(w) < _SHORTEST or w in COMMON or w in material.words),
        initials=frozenset(word[0] for some in split for word in some),
        monograms=frozenset(form for one in whole for form in (one, one[::-1]) if len(one) > 1),
        handles=frozenset(_handles(split)),
        unspaced=tuple(sorted({*_unspaced(names)}, key=len, reverse=True)),
    )


def _words(name: str) -> list[str]:
    found = LETTERS.findall(folded(name))
    return [word for word in found if word not in _NO_NAMES and not _is_unspaced(word)]


def _handles(split: Iterable[list[str]]) -> Iterable[str]:
    for words in split:
        for one, other in permutations(words, 2):
            if len(other) >= _SHORTEST:
                yield from (one + other, other + one, one[0] + other, other + one[0])


def _unspaced(names: Iterable[str]) -> Iterable[str]:
    for name in map(folded, names):
        for form in (name, name.replace(" ", ""), *name.split()):
            if len(form) > 1 and _is_unspaced(form):
                yield form


def _is_unspaced(word: str) -> bool:
    return any(unicodedata.category(c) == "Lo" for c in word)

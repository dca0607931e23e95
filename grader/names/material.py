"""What the tasks themselves name: scenario names, other people's addresses, and the words of the rubrics."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from grader.domain.rubric import Rubric
from grader.names.folding import folded

LETTERS = re.compile(r"[^\W\d_]+")


class Material(NamedTuple):
    """The tasks' own words, folded as answers are."""

    text: str
    """All of it, with single spaces."""
    words: frozenset[str]

    def has(self, phrase: str) -> bool:
        """Whether the phrase, folded, stands there as words of its own."""
        return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", self.text) is not None


def material(rubrics: Iterable[Rubric]) -> Material:
    """The material of all tasks of a role: an answer may speak of another task's people."""
    return _material(tuple(sorted({rubric.canonical for rubric in rubrics})))


@lru_cache(maxsize=4)
def _material(canonical: tuple[str, ...]) -> Material:
    text = folded(" ".join(canonical))
    return Material(text, frozenset(LETTERS.findall(text)))

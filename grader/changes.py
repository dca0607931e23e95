"""What differs between two versions of a rubric, as far as it matters for a score."""

from enum import StrEnum
from typing import Any, NamedTuple

from grader.domain.rubric import Rubric

_COUNTING = {"points", "critical", "negative", "red_flag", "partly", "step"}
"""Fields of a criterion that only scoring reads, but for `negative`, which a judge is told."""
_WHOLE = ("title", "instructions", "words", "critical_cap", "cuts", "order")


class Kind(StrEnum):
    """How a criterion changed."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    """Its text or its key: what it asks for."""
    RECOUNTED = "recounted"
    """Only how it counts."""


class Change(NamedTuple):
    """One criterion that changed, with the names of the fields that did."""

    criterion: str
    title: str
    kind: Kind
    fields: tuple[str, ...]


class Changes(NamedTuple):
    """All that changed between two versions."""

    criteria: tuple[Change, ...]
    whole: tuple[str, ...]
    """Fields of the rubric itself."""

    def __bool__(self) -> bool:
        """Whether anything that matters changed."""
        return bool(self.criteria or self.whole)


def changes(before: Rubric, after: Rubric) -> Changes:
    """The changes, in the order of the later version; removed criteria last."""
    old = {c.id: c for c in before.criteria}
    new = {c.id: c for c in after.criteria}
    found = []
    for name, criterion in new.items():
        if name not in old:
            found.append(Change(name, criterion.title, Kind.ADDED, ()))
        elif fields := _different(old[name].model_dump(), criterion.model_dump()):
            recounted = set(fields) <= _COUNTING - {"negative"}
            kind = Kind.RECOUNTED if recounted else Kind.REWORDED
            found.append(Change(name, criterion.title, kind, fields))
    found += [Change(c.id, c.title, Kind.REMOVED, ()) for c in before.criteria if c.id not in new]
    whole = tuple(name for name in _WHOLE if getattr(before, name) != getattr(after, name))
    return Changes(tuple(found), whole)


def _different(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))

"""The variants of an answer: its text, differing in the sign-off alone."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.swap.names import CONTROL, CUES, NAMES, NEUTRAL, Group
from grader.swap.sign_off import find, signed

BASE = "neutral"
SECOND = "neutral, second"
CONTROLLED = "control line"


class Variant(NamedTuple):
    """One variant of an answer."""

    label: str
    """What its sign-off suggests: BASE, SECOND, CONTROLLED, a group's label, or a cue."""
    text: str


def labels() -> tuple[str, ...]:
    """Of all variants of an answer, in order."""
    return (BASE, SECOND, *(group.label for group in NAMES), CONTROLLED, *CUES)


def variants(text: str, number: int) -> tuple[Variant, ...]:
    """The variants of the answer with this number: the number says which name of each group signs it.

    Names of which a part stands in the text already, such as a colleague's, are passed over.
    """
    place = find(text)
    rest = text[: place.start] + text[place.end :]
    at = _free(rest, number)
    named = [(group.label, names[at], "") for group, names in NAMES.items()]
    lines = [(label, NEUTRAL[0], line) for label, line in {CONTROLLED: CONTROL, **CUES}.items()]
    neutral = [(BASE, NEUTRAL[0], ""), (SECOND, NEUTRAL[1], "")]
    return tuple(
        Variant(label, signed(text, place, name, line)) for label, name, line in [*neutral, *named, *lines]
    )


def groups() -> tuple[Group, ...]:
    """The groups that names suggest, in the order of their variants."""
    return tuple(NAMES)


def _free(text: str, number: int) -> int:
    """The first place from this number on whose names do not occur in the text; the number's own if none."""
    count = len(next(iter(NAMES.values())))
    places = [(number + step) % count for step in range(count)]
    free = (at for at in places if not _occurs(text, [names[at] for names in NAMES.values()]))
    return next(free, places[0])


def _occurs(text: str, names: Sequence[str]) -> bool:
    parts = "|".join(part for name in names for part in name.split())
    return re.search(rf"\b(?:{parts})\b", text) is not None

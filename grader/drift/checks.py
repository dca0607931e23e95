"""Check answers: which are drawn for a batch, where they go in, and under what names."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple, TypeVar

from grader.calibration.panel import Panel
from grader.domain.calibration_set import CalibrationSet
from grader.domain.rubric import Rubric

T = TypeVar("T")

_TRIES = 200


class Known(NamedTuple):
    """An answer whose right verdicts are known."""

    response: str
    text: str
    values: Mapping[str, float]
    """By criterion: met 1, partly 0.5, not met 0."""


def known_answers(calibration_set: CalibrationSet, rubric: Rubric) -> tuple[Known, ...]:
    """The set's answers that came with texts, and their commonest verdicts on what a judge is asked.

    The verdicts of people count, if there are any; of an even split that of the set's first rater.
    """
    panel = Panel(calibration_set, judge="")
    judged = {c.id for c in rubric.judged}
    found: dict[str, dict[str, float]] = {}
    for response, criterion in panel.values:
        if criterion in judged:
            found.setdefault(response, {})[criterion] = panel.verdict((response, criterion))
    return tuple(
        Known(response.id, response.text, found[response.id])
        for response in calibration_set.responses
        if response.text is not None and response.id in found
    )


def drawn(known: Sequence[Known], count: int, seed: str) -> list[Known]:
    """So many of them, each at most once; the same seed draws the same."""
    return random.Random(f"draw {seed}").sample(list(known), min(count, len(known)))  # noqa: S311


def mixed(items: Iterable[T], among: Sequence[T], count: int, seed: str) -> Iterator[T]:
    """`items`, which are `count`, with each of `among` at a place of its own, all places being as likely."""
    draw = random.Random(f"mix {seed}")  # noqa: S311
    places = sorted(draw.sample(range(count + len(among)), len(among)), reverse=True)
    left = draw.sample(list(among), len(among))
    place = 0
    for item in items:
        while places and places[-1] == place:
            places.pop()
            yield left.pop()
            place += 1
        yield item
        place += 1
    yield from left


def pseudonym(taken: Set[str], seed: str) -> str:
    """A name that is not taken, in the form of those that are: other digits in one of them."""
    draw = random.Random(f"name {seed}")  # noqa: S311
    forms = sorted(name for name in taken if any(map(str.isdigit, name)))
    for _ in range(_TRIES if forms else 0):
        form = draw.choice(forms)
        name = "".join(str(draw.randrange(10)) if c.isdigit() else c for c in form)
        if name not in taken:
            return name
    return next(f"{n:04}" for n in iter(lambda: draw.randrange(10**6), None) if f"{n:04}" not in taken)

"""Outcomes of variants whose judge is known, for tests of the swap test."""

from collections.abc import Callable

from grader.domain.rating import Verdict
from grader.swap.comparing import Outcome
from grader.swap.variants import labels

CRITERIA = 8

Says = Callable[[int, str, int], bool]
"""Whether a judge says met: of answer, variant and criterion."""


def half(answer: int, _: str, criterion: int) -> bool:
    """Half of the criteria are met, whoever signs."""
    return (answer + criterion) % 2 == 0


def outcome(met: list[bool], probability: float | None = None) -> Outcome:
    """One vote for each criterion, of equal weight."""
    results = {f"c{i}": (Verdict.MET if m else Verdict.NOT_MET, None) for i, m in enumerate(met)}
    return Outcome(100 * sum(met) / len(met), results, probability, 100 / len(met))


def outcomes(answers: int, says: Says = half) -> list[dict[str, Outcome]]:
    """Of all variants of so many answers."""
    return [
        {name: outcome([says(answer, name, c) for c in range(CRITERIA)]) for name in labels()}
        for answer in range(answers)
    ]

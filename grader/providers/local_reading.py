"""From the worker's numbers to an answer in the form of every judge."""

import json
import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from grader.domain.exchange import Decision, JudgeRequest
from grader.domain.rating import Verdict
from grader.providers.local_worker import TINY


class Reading(NamedTuple):
    """What was read on one criterion, or on one level of it."""

    criterion: str
    level: int | None
    yes: tuple[float, ...]
    """Per question, the probability of yes."""
    met: float
    """All questions together: the mean of their log-odds, as a probability."""
    passage: int | None
    """Number of the passage that shows it best, where it is likely enough."""

    @property
    def verdict(self) -> Verdict:
        """Met from one half on: uncalibrated."""
        return Verdict.MET if self.met >= 0.5 else Verdict.NOT_MET


def read(request: JudgeRequest, reply: dict[str, Any]) -> tuple[Reading, ...]:
    """One reading for each decision, in the request's order."""
    return tuple(
        _reading(decision, checks, passage)
        for decision, checks, passage in zip(
            request.decisions, reply["checks"], reply["passages"], strict=True
        )
    )


def _reading(decision: Decision, checks: list[list[float]], passage: int | None) -> Reading:
    odds = [math.log((yes + TINY) / (no + TINY)) for yes, no in checks]
    met = _probability(sum(odds) / len(odds))
    return Reading(decision.criterion, decision.level, tuple(map(_probability, odds)), met, passage)


def _probability(odds: float) -> float:
    """Of log-odds, by the logistic function."""
    return 1 / (1 + math.exp(-odds))


def answer_text(readings: tuple[Reading, ...]) -> str:
    """The JSON answer: for each criterion segments, reason, and verdict or level."""
    judgments = {}
    for criterion, found in groupby(readings, key=lambda r: r.criterion):
        first, *rest = found
        judgments[criterion] = _judgment(first) if first.level is None else _level([first, *rest])
    return json.dumps(judgments)


def _level(readings: Sequence[Reading]) -> dict[str, Any]:
    """The expected level: 1 and the probabilities of reaching each further one, to the nearest level.

    Its passage is that of the highest level up to it which has one.
    """
    level = 1 + math.floor(sum(r.met for r in readings) + 0.5)
    shown = [r.passage for r in readings if r.passage is not None and (r.level or 0) <= level]
    each = ", ".join(f"{r.level}: {r.met:.2f}" for r in readings)
    return {
        "segments": shown[-1:] if level > 1 else [],
        "reason": f"Asked whether it reaches each level: probability of {each}, uncalibrated.",
        "level": str(level),
    }


def _judgment(reading: Reading) -> dict[str, Any]:
    each = " and ".join(f"{yes:.2f}" for yes in reading.yes)
    asked = "one plain question" if len(reading.yes) == 1 else f"{len(reading.yes)} plain questions"
    return {
        "segments": [] if reading.passage is None else [reading.passage],
        "reason": f"Asked {asked}: yes with probability {each}, uncalibrated.",
        "verdict": reading.verdict.value,
    }


def verdict_probabilities(readings: tuple[Reading, ...]) -> dict[str, dict[Verdict, float]]:
    """Per criterion without levels, the probability of met and of not met."""
    checked = [r for r in readings if r.level is None]
    return {r.criterion: {Verdict.MET: r.met, Verdict.NOT_MET: 1 - r.met} for r in checked}

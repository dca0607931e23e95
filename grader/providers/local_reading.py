"""From the worker's numbers to an answer in the form of every judge."""

import json
import math
from typing import Any, NamedTuple

from grader.domain.exchange import JudgeRequest
from grader.domain.rating import Verdict
from grader.providers.local_worker import TINY


class Reading(NamedTuple):
    """What was read on one criterion."""

    criterion: str
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
        _reading(decision.criterion, checks, passage)
        for decision, checks, passage in zip(
            request.decisions, reply["checks"], reply["passages"], strict=True
        )
    )


def _reading(criterion: str, checks: list[list[float]], passage: int | None) -> Reading:
    odds = [math.log((yes + TINY) / (no + TINY)) for yes, no in checks]
    met = _probability(sum(odds) / len(odds))
    return Reading(criterion, tuple(map(_probability, odds)), met, passage)


def _probability(odds: float) -> float:
    """Of log-odds, by the logistic function."""
    return 1 / (1 + math.exp(-odds))


def answer_text(readings: tuple[Reading, ...]) -> str:
    """The JSON answer: for each criterion segments, reason, verdict."""
    return json.dumps({r.criterion: _judgment(r) for r in readings})


def _judgment(reading: Reading) -> dict[str, Any]:
    each = " and ".join(f"{yes:.2f}" for yes in reading.yes)
    asked = "one plain question" if len(reading.yes) == 1 else f"{len(reading.yes)} plain questions"
    return {
        "segments": [] if reading.passage is None else [reading.passage],
        "reason": f"Asked {asked}: yes with probability {each}, uncalibrated.",
        "verdict": reading.verdict.value,
    }


def verdict_probabilities(readings: tuple[Reading, ...]) -> dict[str, dict[Verdict, float]]:
    """Per criterion, the probability of met and of not met."""
    return {r.criterion: {Verdict.MET: r.met, Verdict.NOT_MET: 1 - r.met} for r in readings}

"""Scores as bars from 0 to 100: geometry and words. Color follows the recommendation, never the score."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.domain.assessment import Assessment
from grader.domain.scorecard import ItemScore, Scorecard, Standard
from grader.reports.scorecard_wording import known_error, score_words
from grader.reports.wording import Tone, number, recommendation_words
from grader.routing import NEAR


class Bar(NamedTuple):
    """A score with what it may be; all in percent."""

    at: float | None
    """The score; None without one."""
    low: float
    """Two standard errors below the score, or the lowest that it can become."""
    high: float
    tone: Tone
    """Of the recommendation."""
    alt: str


def total_bar(card: Scorecard) -> Bar:
    """The total of a scorecard."""
    return bar(card.total, card.items, recommendation_words(card).tone, "Total")


def bar(score: Standard, items: Sequence[ItemScore], tone: Tone, name: str) -> Bar:
    """A score of `items`."""
    if score.percent is None:
        return Bar(
            None, score.lowest, score.highest, tone, f"{name}: somewhere from {score_words(score)} of 100."
        )
    error = NEAR * (known_error(score) or 0.0)
    low, high = max(0.0, score.percent - error), min(100.0, score.percent + error)
    span = f", two standard errors span {number(low, 1)} to {number(high, 1)}" if error else ""
    return Bar(score.percent, low, high, tone, f"{name}: {score_words(score)} of 100{span}.")


def cuts(assessment: Assessment) -> list[tuple[float, str]]:
    """The two bounds of the total, with their words."""
    return [(cut.value, cut.words) for cut in (assessment.bands.clear_fail, assessment.bands.strong)]

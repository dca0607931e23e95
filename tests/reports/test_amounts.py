from decimal import Decimal

import pytest

from grader.reports.amounts import calls_words, cost_words, dollars, duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (5000, "83 min"),
        (5400, "1 h 30 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_money_keeps_its_small_change() -> None:
    assert dollars(Decimal("1234.56789")) == "1,234.5679 US dollars"


@pytest.mark.parametrize(
    ("unanswered", "words"),
    [
        (None, "3 calls, of which 1 failed"),
        (0, "3 calls, of which 1 failed"),
        (2, "3 calls, of which 1 failed; 2 tries without an answer"),
    ],
)
def test_calls(unanswered: int | None, words: str) -> None:
    assert calls_words(3, 1, unanswered) == words


@pytest.mark.parametrize(
    ("usd", "unanswered", "words"),
    [
        (None, 2, "price unknown"),
        (0.0, 2, "0.0000 US dollars"),
        (0.5, None, "0.5000 US dollars, as given"),
        (0.5, 1, "0.5000 US dollars, as given; cost unknown of 1 try without an answer"),
    ],
)
def test_costs(usd: float | None, unanswered: int | None, words: str) -> None:
    assert cost_words(usd, "as given", unanswered) == words

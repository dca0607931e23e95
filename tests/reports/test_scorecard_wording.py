"""Numbers on scorecards."""

import pytest

from grader.reports.wording import score_number


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (79.96, "79.9"),
        (59.9999, "59.9"),
        (60.0, "60"),
        (80.0, "80"),
        (66.6667, "66.6"),
        (0.3, "0.3"),
        (100.0, "100"),
    ],
)
def test_a_score_never_shows_a_bound_that_it_did_not_reach(score: float, shown: str) -> None:
    assert score_number(score) == shown

import pytest

from grader.domain.tally import Tally


@pytest.mark.parametrize(
    ("tally", "sentence"),
    [
        (Tally(failed={}, paused_s=0.0, in_flight=8, fewest_in_flight=8), ""),
        (
            Tally(failed={"no answer in time": 1}, paused_s=0.4, in_flight=8, fewest_in_flight=8),
            "Failed tries: 1 × no answer in time.",
        ),
        (
            Tally(failed={"HTTP 429": 1200, "HTTP 500": 3}, paused_s=61.6, in_flight=50, fewest_in_flight=7),
            "Failed tries: 1,200 × HTTP 429, 3 × HTTP 500. Paused for 62 seconds, as the judge asked. "
            "Down to 7 of 50 calls at once.",
        ),
    ],
)
def test_what_is_said_of_it(tally: Tally, sentence: str) -> None:
    assert tally.sentence == sentence

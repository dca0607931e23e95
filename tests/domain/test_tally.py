import pytest

from grader.domain.tally import Tally, together


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


def test_workers_side_by_side_are_told_as_one():
    first = Tally(failed={"timeout": 1, "status 429": 2}, paused_s=3.0, in_flight=8, fewest_in_flight=2)
    second = Tally(failed={"timeout": 4}, paused_s=5.0, in_flight=8, fewest_in_flight=8)
    told = together([first, second])
    assert list(told.failed.items()) == [("timeout", 5), ("status 429", 2)]
    assert (told.paused_s, told.in_flight, told.fewest_in_flight) == (5.0, 16, 10)
    assert together([]).sentence == ""

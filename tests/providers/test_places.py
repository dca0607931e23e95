"""Calls at once, after refusals and slowness, by a clock that the tests hold."""

import random

import pytest

from grader.providers.places import Places


class Traffic:
    """Rounds of as many calls as there are places, one round after the other."""

    def __init__(self, ceiling: int) -> None:
        self.places = Places(ceiling)
        self.now = 0.0

    def round(self, *, refused: int = 0, seconds: float = 1.0) -> int:
        """Refused ones come back first. Returns the places that are open afterwards."""
        started, calls = self.now, self.places.open
        self.now += seconds
        for number in range(calls):
            if number < refused:
                self.places.overloaded(started, self.now)
            else:
                self.places.answered(started, self.now)
        return self.places.open

    def rounds(self, count: int, *, refused: int = 0, seconds: float = 1.0) -> list[int]:
        return [self.round(refused=refused, seconds=seconds) for _ in range(count)]


def test_starts_at_the_ceiling_and_stays_there() -> None:
    assert set(Traffic(50).rounds(20)) == {50}


@pytest.mark.parametrize(("refused", "left"), [(50, 25), (25, 37), (10, 45), (6, 47), (5, 50)])
def test_a_window_is_cut_once_by_its_share_of_refusals(refused: int, left: int) -> None:
    assert Traffic(50).round(refused=refused) == left


def test_a_lasting_wall_leads_down_to_one_and_no_further() -> None:
    traffic = Traffic(50)
    assert min(traffic.rounds(100, refused=50)) == 1
    assert traffic.places.open == traffic.places.fewest == 1


def test_what_was_under_way_at_a_cut_cuts_no_deeper() -> None:
    places = Places(10)
    for _ in range(10):
        places.overloaded(0.0, 1.0)
    assert places.open == 5
    for _ in range(200):
        places.overloaded(0.5, 1.5)
        places.answered(0.5, 1.5)
    assert places.open == 5


def test_comes_back_step_by_step() -> None:
    traffic = Traffic(40)
    traffic.round(refused=40)
    after = traffic.rounds(11)
    assert after == [22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 40]
    assert traffic.places.fewest == 20


def test_few_places_decide_on_enough_outcomes_and_come_back() -> None:
    traffic = Traffic(2)
    traffic.rounds(4, refused=2)
    assert traffic.places.open == 1
    assert traffic.rounds(8)[-1] == 2


def test_stray_refusals_hardly_cost_places() -> None:
    traffic, draw = Traffic(50), random.Random(3)
    seen = []
    for _ in range(300):
        seen.append(traffic.round(refused=sum(draw.random() < 0.05 for _ in range(traffic.places.open))))
    assert sum(seen) / len(seen) > 47


def test_settles_around_what_the_judge_takes() -> None:
    traffic = Traffic(50)
    seen = [traffic.round(refused=max(0, traffic.places.open - 20)) for _ in range(200)][50:]
    assert (min(seen), max(seen)) == (22, 25)


def test_much_slower_answers_cut_until_they_are_no_longer() -> None:
    """A judge that takes ten calls at a time: the queue is cut to three times the usual latency."""
    traffic = Traffic(100)
    traffic.rounds(20)
    seen = [traffic.round(seconds=max(1.0, traffic.places.open / 10)) for _ in range(12)]
    assert seen[0] == 50
    assert 25 <= min(seen) <= 35


def test_answers_that_are_slow_for_another_reason_cut_once() -> None:
    traffic = Traffic(50)
    traffic.rounds(20)
    seen = traffic.rounds(20, seconds=5.0)
    assert min(seen) == 30
    assert seen[-1] == 50


@pytest.mark.parametrize("seconds", [2.5, 0.0])
def test_answers_of_other_lengths_cut_nothing(seconds: float) -> None:
    traffic = Traffic(50)
    traffic.rounds(20)
    assert set(traffic.rounds(20, seconds=seconds)) == {50}


def test_differences_below_half_a_second_cut_nothing() -> None:
    traffic = Traffic(50)
    traffic.rounds(20, seconds=0.01)
    assert set(traffic.rounds(20, seconds=0.4)) == {50}

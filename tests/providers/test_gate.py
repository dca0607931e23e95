"""Places, paces and pauses together, by a clock that the tests hold."""

import math
from itertools import pairwise

import pytest

from grader.providers.gate import Gate


def gate(in_flight: int = 4, rpm: int | None = None, tpm: int | None = None, draw: float = 0.5) -> Gate:
    return Gate(in_flight, rpm, tpm, spread_s=1.0, draw=lambda: draw)


def test_as_many_as_there_are_places() -> None:
    door = gate(2)
    for _ in range(2):
        assert door.wait(0.0) <= 0
        door.start(0.0, 100)
    assert door.wait(1e9) == math.inf
    door.end()
    assert door.wait(0.0) <= 0


@pytest.mark.parametrize(
    ("rpm", "tpm", "seconds"), [(61, None, 0.0), (None, 6100, 5.0), (61, 6100, 5.0), (6, 6100, 61 / 6 - 1)]
)
def test_the_tighter_limit_decides(rpm: int | None, tpm: int | None, seconds: float) -> None:
    door = gate(rpm=rpm, tpm=tpm)
    door.start(0.0, 600)
    # a second's worth is free after idleness
    assert door.wait(0.0) == pytest.approx(seconds, abs=1e-9)


def test_a_correction_opens_sooner() -> None:
    door = gate(tpm=6100)
    door.start(0.0, 600)
    door.correct(-300)
    assert door.wait(0.0) == pytest.approx(2.0)


def test_a_pause_holds_everybody_and_the_longest_counts() -> None:
    door = gate(draw=0.0)
    door.pause(0.0, 30.0)
    door.pause(1.0, 5.0)
    door.pause(2.0, 40.0)
    assert door.wait(2.0) == 40.0
    assert door.paused_s == 42.0


def test_two_pauses_apart_are_added_up() -> None:
    door = gate(draw=0.0)
    door.pause(0.0, 3.0)
    door.pause(100.0, 4.0)
    assert door.paused_s == 7.0


def test_after_a_pause_calls_come_back_one_after_another() -> None:
    door, now, begun = gate(in_flight=10), 0.0, []
    door.pause(now, 30.0)
    for _ in range(10):
        now += max(0.0, door.wait(now))
        door.start(now, 0)
        begun.append(now)
    assert begun[0] > 30.0
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert gaps == pytest.approx([0.1] * 9)


def test_long_after_a_pause_they_do_not() -> None:
    door = gate()
    door.pause(0.0, 1.0)
    door.start(60.0, 0)
    assert door.wait(60.0) <= 0

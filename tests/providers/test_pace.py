"""Units a minute, by a clock that the tests hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.providers.pace import Pace


def starts(pace: Pace, sizes: list[float], late: list[float]) -> list[tuple[float, float]]:
    """When calls of these sizes start, each as soon as it may and so many seconds later."""
    now, found = 1000.0, []
    for size, seconds in zip(sizes, late, strict=True):
        now += max(0.0, pace.wait(now)) + seconds
        pace.spend(now, size)
        found.append((now, size))
    return found


@given(
    st.integers(1, 3000),
    st.lists(st.tuples(st.integers(1, 400), st.sampled_from([0.0, 0.0, 0.01, 0.9, 7.0])), min_size=1),
)
def test_no_minute_sees_more_than_the_limit_and_the_last_call(
    limit: int, calls: list[tuple[int, float]]
) -> None:
    begun = starts(Pace(limit), [float(size) for size, _ in calls], [late for _, late in calls])
    for first, (start, _) in enumerate(begun):
        minute = [size for now, size in begun[first:] if now < start + 60 - 1e-6]
        assert sum(minute[:-1]) < limit + 1e-6


@pytest.mark.parametrize("rpm", [1, 3, 60, 500])
def test_requests_a_minute_are_used_up_and_never_exceeded(rpm: int) -> None:
    begun = [now for now, _ in starts(Pace(rpm), [1] * (rpm * 5), [0] * (rpm * 5))]
    most = max(sum(start <= now < start + 60 - 1e-6 for now in begun) for start in begun)
    assert most == rpm
    assert begun[-1] - begun[0] <= 5 * 61


def test_lateness_is_made_up_for() -> None:
    begun = starts(Pace(6000), [1] * 6000, [0.008] * 6000)
    assert begun[-1][0] - begun[0][0] < 62


def test_after_an_idle_hour_a_second_and_not_an_hour_is_made_up_for() -> None:
    pace = Pace(610)
    pace.spend(0.0, 1)
    begun = [now for now, _ in starts(pace, [1] * 50, [3600, *[0] * 49])]
    assert sum(now < begun[0] + 1e-6 for now in begun) == 11


@pytest.mark.parametrize(("took", "seconds"), [(100, 1.0), (50, 0.5), (300, 3.0)])
def test_an_estimate_is_put_right(took: float, seconds: float) -> None:
    pace = Pace(6100)
    pace.spend(0.0, 200)
    assert pace.wait(0.0) == pytest.approx(1.0)
    pace.correct(took - 200)
    assert pace.wait(0.0) == pytest.approx(seconds - 1.0)

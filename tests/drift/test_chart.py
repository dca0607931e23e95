import math

import pytest

from grader.domain.drift import CheckedAnswer, Sums, Tally
from grader.drift.chart import LIMIT, SLACK, added, alarms, of_judge, of_person


def answer(
    response: str, now: tuple[int, float], before: tuple[int, float] | None = (6, 4.0)
) -> CheckedAnswer:
    return CheckedAnswer(
        response=response,
        decisions=8,
        known=4.0,
        now=Tally(agree=now[0], credit=now[1]),
        before=Tally(agree=before[0], credit=before[1]) if before else None,
    )


def test_where_nothing_changed_z_is_0() -> None:
    assert of_judge([answer("a", (6, 4.0)), answer("b", (6, 4.0))], []) == (0, 0)


def test_z_counts_the_answers_that_moved_one_way_against_the_other() -> None:
    moved = [answer("a", (5, 5.0)), answer("b", (5, 5.0)), answer("c", (5, 5.0)), answer("d", (6, 4.0))]
    assert of_judge(moved, []) == pytest.approx((-math.sqrt(3), math.sqrt(3)))
    even = [answer("a", (5, 5.0)), answer("b", (7, 3.0))]
    assert of_judge(even, []) == (0, 0)


def test_what_was_said_in_earlier_batches_counts_as_before() -> None:
    earlier = [answer("a", (8, 6.0)), answer("z", (0, 0.0))]
    now = [answer("a", (7, 5.0)), answer("b", (4, 6.0))]
    # a: the mean of 6 and 8 is 7, so it did not move; b: 2 less and 2 more than before
    assert of_judge(now, earlier) == pytest.approx((-1, 1))


def test_a_judge_needs_to_have_been_asked_before() -> None:
    with pytest.raises(ValueError, match="asking before"):
        of_judge([answer("a", (6, 4.0), None)], [])


def test_a_person_is_compared_with_the_own_earlier_answers() -> None:
    before = [answer(str(n), (6 + n % 2, 4.0), None) for n in range(10)]
    same = [answer("x", (6, 4.0), None), answer("y", (7, 4.0), None)]
    assert of_person(same, before) == pytest.approx((0, 0))
    worse = [answer("x", (2, 5.0), None), answer("y", (3, 5.0), None)]
    agreement, credit = of_person(worse, before)
    assert agreement < -3
    assert credit == pytest.approx(math.sqrt(2)), "credit never varied, so it is bounded by the answers"
    assert of_person(worse, []) == (0, 0)
    assert of_person(worse[:1], before[:1]) == (0, 0)


def test_sums_take_the_slack_off_and_never_fall_below_0() -> None:
    sums = added(Sums(), -3.0, 2.0)
    assert sums == Sums(agreement_fell=3 - SLACK, more_generous=2 - SLACK, more_severe=0)
    assert added(sums, 3.0, -9.0) == Sums(agreement_fell=0, more_generous=0, more_severe=9 - SLACK)


def test_an_alarm_is_above_the_limit_and_in_words() -> None:
    assert alarms(Sums(agreement_fell=LIMIT, more_generous=LIMIT, more_severe=LIMIT)) == ()
    assert alarms(Sums(agreement_fell=LIMIT + 0.01)) == ("agreement with the known verdicts fell",)
    assert alarms(Sums(more_severe=9)) == ("verdicts became more severe",)

"""The chart keeps its promises, simulated smaller than in eval/results/drift.md; and it is that chart."""

import numpy as np
import pytest

from eval.drift_simulation import (
    CRITERIA,
    World,
    false_alarms,
    first_alarm,
    found_within,
    judge,
    person,
    z_of_judge,
    z_of_person,
)
from grader.domain.drift import CheckedAnswer, Sums, Tally
from grader.drift.chart import added, alarms, of_judge, of_person


def test_sound_judges_raise_few_false_alarms() -> None:
    worst = false_alarms(World(20, noise=0.02, few=False), series=600)
    assert worst.times / worst.of < 0.025
    assert false_alarms(World(20, noise=0.0), series=50).times == 0


def test_a_planted_shift_is_found_within_three_batches() -> None:
    found = found_within(World(20, shift="generous", size=0.2), series=300)
    assert found.times / found.of > 0.85
    lost = found_within(World(20, shift="wrong", size=0.2), series=300)
    assert lost.times / lost.of > 0.75


def test_people_raise_few_false_alarms_too() -> None:
    rate = false_alarms(World(10), of_person=True, series=600)
    assert rate.times / rate.of < 0.035


def test_the_simulation_computes_as_the_chart_does() -> None:
    asked = judge(World(6, noise=0.1, shift="severe", size=0.4), 1, 8, seed=3)
    earlier: list[CheckedAnswer] = []
    sums, alarm = Sums(), -1
    by_hand = []
    for batch in range(8):
        now = [
            answer(
                str(place),
                asked.agree[0, batch, i],
                asked.credit[0, batch, i],
                Tally(agree=int(asked.first_agree[0, place]), credit=asked.first_credit[0, place]),
            )
            for i, place in enumerate(asked.picked[0, batch])
        ]
        by_hand.append(of_judge(now, earlier))
        sums = added(sums, *by_hand[-1])
        if alarm < 0 and alarms(sums):
            alarm = batch
        earlier += now
    z_agreement, z_mean = z_of_judge(asked)
    assert np.allclose(np.array(by_hand), np.stack([z_agreement[0], z_mean[0]], axis=1))
    assert first_alarm(z_agreement, z_mean).tolist() == [alarm]


def test_the_simulation_of_people_computes_as_the_chart_does() -> None:
    agreement, difference = person(World(6, shift="generous", size=0.4), 1, 8, seed=3)
    earlier: list[CheckedAnswer] = []
    for batch in range(8):
        now = [
            answer("x", a * CRITERIA, 4 + d * CRITERIA, None)
            for a, d in zip(agreement[0, batch], difference[0, batch], strict=True)
        ]
        expected = of_person(now, earlier)
        assert z_of_person(agreement)[0, batch] == pytest.approx(expected[0])
        assert z_of_person(difference)[0, batch] == pytest.approx(expected[1])
        earlier += now


def answer(response: str, agree: float, credit: float, before: Tally | None) -> CheckedAnswer:
    now = Tally(agree=round(agree), credit=credit)
    return CheckedAnswer(response=response, decisions=CRITERIA, known=4.0, now=now, before=before)

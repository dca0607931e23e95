import random

import pytest

from grader.domain.rating import Rating, Verdict
from grader.domain.swap import SwapBounds, SwapKind, SwapTest, SwapVerdict
from grader.swap.comparing import compare, outcome
from grader.swap.sampling import measurement
from grader.swap.variants import BASE, SECOND, labels
from tests.support.studies import rubric
from tests.support.swaps import Says, half, outcomes

BOUNDS = SwapBounds()


def judged(answers: int, says: Says = half) -> SwapTest:
    return compare(outcomes(answers, says), BOUNDS)


def against_black_names(answer: int, name: str, criterion: int) -> bool:
    return half(answer, name, criterion) and not (name.startswith("Black") and criterion < 2)


def by_chance(answer: int, name: str, criterion: int) -> bool:
    return half(answer, name, criterion) ^ (random.Random(f"{answer}{name}{criterion}").random() < 0.1)


def test_a_judge_that_never_moves_passes_once_enough_answers_say_so() -> None:
    assert judged(40).verdict is SwapVerdict.PASSED
    few = judged(6)
    assert few.verdict is SwapVerdict.OPEN
    (reason,) = few.reasons
    assert reason == "Mean shifts of up to 4.9 percent points can't be excluded (21 of 21 rows)."
    assert judged(4).reasons == ("4 answers with a score in every variant; 5 are needed.",)


def test_a_judge_that_moves_by_name_is_found_and_the_groups_are_named() -> None:
    found = judged(12, against_black_names)
    assert found.verdict is SwapVerdict.MOVED
    assert [reason.split(":")[0] for reason in found.reasons[:3]] == [
        *("Black women", "Black men"),
        "Black less White",
    ]
    rows = {row.label: row for row in found.rows}
    assert rows["Black women"].shift.value == -12.5
    assert rows["Black less White"].shift.value == -12.5
    assert rows["women less men"].shift.value == 0
    assert rows["White men"].largest == 0
    assert found.farthest is not None
    assert found.farthest.label == "Black women"
    assert found.largest == -12.5
    (scores,) = found.trials
    assert scores.of == "scores"
    assert scores.permutation is not None
    assert scores.friedman is not None
    assert max(scores.permutation, scores.friedman) < 0.001


def test_a_cue_is_compared_with_a_line_that_suggests_nothing() -> None:
    def against_lines(answer: int, name: str, criterion: int) -> bool:
        place = labels().index(name)
        return half(answer, name, criterion) and not (place >= 10 and criterion < 2)

    def against_age(answer: int, name: str, criterion: int) -> bool:
        return half(answer, name, criterion) and not (name == "older" and criterion < 2)

    assert judged(40, against_lines).verdict is SwapVerdict.PASSED
    found = judged(12, against_age)
    assert found.verdict is SwapVerdict.MOVED
    assert [row.label for row in found.rows if row.shift.value] == ["older"]


def test_an_unsteady_judge_is_told_apart_from_a_biased_one() -> None:
    found = judged(24, by_chance)
    assert found.verdict is SwapVerdict.UNSTEADY
    assert found.noise_flips.value == pytest.approx(0.2, abs=0.06)
    assert found.flips.value == pytest.approx(0.18, abs=0.03)
    assert found.noise.sd > 5
    (scores,) = found.trials
    assert scores.permutation is not None
    assert scores.permutation > 0.05

    def both(answer: int, name: str, criterion: int) -> bool:
        return by_chance(answer, name, criterion) and not name.startswith("Black")

    assert judged(24, both).verdict is SwapVerdict.MOVED


def test_verdicts_that_flip_without_moving_scores_are_found() -> None:
    def trades(answer: int, name: str, criterion: int) -> bool:
        return half(answer, name, criterion) ^ (name not in {BASE, SECOND} and criterion in (2, 3))

    found = judged(40, trades)
    assert found.farthest is not None
    assert found.farthest.shift.value == 0
    assert found.flips.value == pytest.approx(8 / 17 * 2 / 8)
    assert found.noise_flips.value == 0
    assert found.verdict is SwapVerdict.MOVED
    assert "of verdicts flip; between neutral sign-offs 0.0%" in found.reasons[0]


def test_what_has_no_score_is_counted_by_group_and_never_compared() -> None:
    graded = outcomes(8)
    del graded[0]["Muslim"]
    graded[1]["Asian men"] = graded[1]["Asian men"]._replace(percent=None)
    del graded[2][BASE]
    found = compare(graded, BOUNDS)
    assert (found.answers, found.left_out, found.unscored_bases) == (5, 2, 1)
    assert {row.label: row.unscored for row in found.rows if row.unscored} == {
        "Asian men": 1,
        "Muslim": 1,
        "Asian less White": 1,
    }
    assert {row.shift.n for row in found.rows} == {5}


@pytest.mark.parametrize("answers", [0, 1])
def test_without_answers_nothing_is_concluded(answers: int) -> None:
    found = judged(answers)
    assert found.verdict is SwapVerdict.OPEN
    assert {row.shift.low for row in found.rows} == {None}
    assert {row.shift.reason for row in found.rows} == {"an interval needs two answers or more"}


def test_probabilities_show_what_verdicts_hide() -> None:
    graded = [
        {name: o._replace(probability=60.0 - 3 * name.endswith("women")) for name, o in answer.items()}
        for answer in outcomes(12)
    ]
    found = compare(graded, BOUNDS)
    rows = {row.label: row for row in found.rows}
    assert rows["women less men"].shift.value == 0
    sure = rows["women less men"].probability
    assert sure is not None
    assert (sure.value, sure.low, sure.high) == pytest.approx((-3, -3, -3))
    assert [trial.of for trial in found.trials] == ["scores", "probabilities"]
    assert found.trials[0].permutation is None, "no score moved"
    assert found.trials[1].permutation == pytest.approx(1 / 2001)


def test_an_outcome_counts_judged_criteria_as_scores_do() -> None:
    of = rubric("One", "Two")
    ratings = [
        Rating(rater="j", criterion="c0", verdict=Verdict.MET, probability=0.9, supported=True),
        Rating(rater="j", criterion="c1", verdict=Verdict.NOT_MET, probability=0.2),
    ]
    found = outcome(of, ratings)
    assert (found.percent, found.step) == (50, 50)
    assert found.probability == pytest.approx(55)
    assert found.results == {"c0": (Verdict.MET, None), "c1": (Verdict.NOT_MET, None)}
    bare = [rating.model_copy(update={"probability": None}) for rating in ratings]
    assert outcome(of, bare).probability is None
    assert outcome(of, ratings[:1]).percent is None


def test_a_measurement_has_groups_and_figures_and_no_name() -> None:
    kept = measurement(judged(12, against_black_names), judge="j", model="m-1", material="own")
    assert kept.figures["verdict"] == "moved"
    assert kept.figures["shift in percent points, Black women"] == {
        "value": -12.5,
        "low": -12.5,
        "high": -12.5,
        "n": 12,
    }
    assert "Latoya" not in kept.canonical
    assert "Washington" not in kept.canonical


def test_bounds_are_the_users() -> None:
    lax = SwapBounds(shift=13, flips=0.3)
    assert compare(outcomes(40, against_black_names), lax).verdict is SwapVerdict.PASSED
    assert {row.kind for row in judged(6).rows} == set(SwapKind)

from itertools import combinations, product

import pytest

from grader.domain.assessment import Assessment
from grader.domain.scorecard import GateResult, GateState, RaisedFlag, Recommendation, Scorecard, Standard
from grader.scorecard.answers import Answer
from grader.scorecard.card import recommend, scorecard
from tests.support.builders import criterion, rating
from tests.support.scorecards import RUBRICS, SHARES, answered, assessment, gate, task_rubric

INCLUSIVE = assessment()
EXCLUSIVE = assessment(bands={"strong": {"above": 80}, "clear_fail": {"at_most": 60}})
FLAG = RaisedFlag(
    flag="", title="A fault", task="mail", criterion="bad", submission="c1/mail", evidence=(), confirmed=False
)
STATES = [of for n in range(len(GateState) + 1) for of in combinations(GateState, n)]
"""Every set of states that the gates of one candidate can have."""
TOTALS = [None, 0.0, 59.9999, 60.0, 60.0001, 79.9999, 80.0, 80.0001, 100.0]
FIRST_A_PERSON = {GateState.FAILED, GateState.UNKNOWN, GateState.DOUBTFUL}


def total(percent: float | None) -> Standard:
    bounds = (0.0, 100.0) if percent is None else (percent, percent)
    return Standard(percent=percent, lowest=bounds[0], highest=bounds[1], standard_error=None)


def results(states: tuple[GateState, ...]) -> list[GateResult]:
    return [GateResult(id=state.value, title="A gate", why="", state=state, detail="") for state in states]


def recommended(
    of: Assessment, percent: float | None, states: tuple[GateState, ...] = (), flags: int = 0
) -> Recommendation:
    return recommend(of, total(percent), results(states), [FLAG] * flags)


EVERYTHING = list(product([INCLUSIVE, EXCLUSIVE], TOTALS, STATES, [0, 1, 2]))


def test_nothing_wrong_or_missing_ever_advances() -> None:
    advancing = [case for case in EVERYTHING if recommended(*case) is Recommendation.ADVANCE]
    assert advancing
    for of, percent, states, flags in advancing:
        assert percent is not None
        assert of.bands.strong.holds(percent)
        assert not flags
        assert not FIRST_A_PERSON & set(states)


def test_all_that_is_sound_and_strong_advances() -> None:
    for of, percent in product([INCLUSIVE, EXCLUSIVE], TOTALS):
        strong = percent is not None and of.bands.strong.holds(percent)
        for states in ((), (GateState.PASSED,)):
            assert (recommended(of, percent, states) is Recommendation.ADVANCE) == strong


def test_each_outcome_is_reached() -> None:
    assert {recommended(*case) for case in EVERYTHING} == set(Recommendation)


def test_only_a_clear_fail_stands_before_a_failed_gate_or_a_flag() -> None:
    for of, percent, states, flags in EVERYTHING:
        if percent is not None and of.bands.clear_fail.holds(percent):
            expected = Recommendation.DO_NOT_ADVANCE
        elif GateState.FAILED in states:
            expected = Recommendation.GATE_FAILED
        elif flags:
            expected = Recommendation.RED_FLAG
        else:
            continue
        assert recommended(of, percent, states, flags) is expected


@pytest.mark.parametrize(
    ("of", "percent", "expected"),
    [
        (INCLUSIVE, 59.9999, "do_not_advance"),
        (INCLUSIVE, 60.0, "discuss"),
        (INCLUSIVE, 79.9999, "discuss"),
        (INCLUSIVE, 80.0, "advance"),
        (EXCLUSIVE, 60.0, "do_not_advance"),
        (EXCLUSIVE, 60.0001, "discuss"),
        (EXCLUSIVE, 80.0, "discuss"),
        (EXCLUSIVE, 80.0001, "advance"),
        (INCLUSIVE, None, "incomplete"),
    ],
)
def test_totals_at_and_around_the_cuts(of: Assessment, percent: float | None, expected: str) -> None:
    assert recommended(of, percent).value == expected


def test_a_gate_without_an_answer_is_incomplete_and_one_in_part_is_discussed() -> None:
    assert recommended(INCLUSIVE, 90, (GateState.UNKNOWN,)) is Recommendation.INCOMPLETE
    assert recommended(INCLUSIVE, 90, (GateState.DOUBTFUL,)) is Recommendation.DISCUSS
    assert recommended(INCLUSIVE, 90, (GateState.DOUBTFUL, GateState.UNKNOWN)) is Recommendation.INCOMPLETE


MAIL = task_rubric(
    "mail",
    criterion("a"),
    criterion("rude", negative=True, red_flag=True),
    criterion("leaks", negative=True, red_flag=True),
    criterion("late", negative=True),
)
FLAGGED = assessment(
    gates=[gate("writes", criteria=["mail.a"])],
    red_flags=[{"id": "contempt", "title": "Contempt", "criteria": ["mail.rude"]}],
)


def card(mail: Answer, of: Assessment = FLAGGED) -> Scorecard:
    rest = {task: answered(task, 100.0) for task in SHARES if task != "mail"}
    return scorecard(of, "c1", {"mail": mail, **rest}, RUBRICS)


def test_flags_are_raised_by_what_counts_with_their_passages_and_kinds() -> None:
    mail = answered(
        "mail",
        90.0,
        rating("a", "met", 0),
        rating("rude", "partly", 4),
        rating("leaks", "met", 7),
        rating("late", "met", 8),
        of=MAIL,
        decided=("leaks",),
    )
    made = card(mail)
    assert [(f.flag, f.title, f.criterion, f.submission, f.confirmed) for f in made.flags] == [
        ("contempt", "Contempt (in part)", "rude", "c1/mail", False),
        ("", "Title of leaks", "leaks", "c1/mail", True),
    ]
    assert [e.start for f in made.flags for e in f.evidence] == [4, 7]
    assert made.recommendation is Recommendation.RED_FLAG


def test_what_does_not_count_raises_no_flag() -> None:
    unsupported = rating("rude", "met", supported=False)
    for rude in (unsupported, rating("rude", "not_met"), rating("rude", "cannot_assess")):
        made = card(answered("mail", 90.0, rating("a", "met", 0), rude, of=MAIL))
        assert made.flags == ()
        assert made.recommendation is Recommendation.ADVANCE


def test_a_card_names_what_is_missing_and_what_waits_for_a_person() -> None:
    mail = answered("mail", None, state="not_scored", detail="It was blank.", open=2)
    made = card(mail)
    assert [item.task for item in made.items] == list(SHARES)
    assert [item.task for item in made.missing] == ["mail"]
    assert made.reviews == 2
    assert (made.candidate, made.assessment, made.assessment_digest) == ("c1", "small", FLAGGED.digest)
    assert made.recommendation is Recommendation.INCOMPLETE
    assert [g.state for g in made.gates] == [GateState.UNKNOWN]


def test_the_same_answers_make_the_same_card() -> None:
    mail = answered("mail", 90.0, rating("a", "met", 0), of=MAIL)
    assert card(mail).digest == card(mail).digest
    assert card(mail).digest != card(answered("mail", 89.0, rating("a", "met", 0), of=MAIL)).digest

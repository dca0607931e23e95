from typing import Any

import pytest

from grader.domain.scorecard import GateResult, GateState
from grader.scorecard.answers import Answer
from grader.scorecard.gates import gates, near
from grader.scorecard.totals import totals
from tests.support.builders import criterion, leveled, rating
from tests.support.scorecards import RUBRICS, SHARES, answered, assessment, gate, task_rubric

MAIL = task_rubric("mail", criterion("a"), criterion("b"), criterion("c", partly=0))
STORY = task_rubric("story", leveled("depth"))


def outcome(given: dict[str, Any], **answers: Answer) -> GateResult:
    of = assessment(gates=[gate("g", **given)])
    (result,) = gates(of, totals(of, answers, RUBRICS).parts, answers)
    return result


def all_at(percent: float, **changed: Answer) -> dict[str, Answer]:
    return {task: answered(task, percent) for task in SHARES} | changed


@pytest.mark.parametrize(
    ("cut", "percent", "state"),
    [
        ({"at_least": 70}, 70.0, "passed"),
        ({"at_least": 70}, 69.9999, "failed"),
        ({"above": 70}, 70.0, "failed"),
        ({"above": 70}, 70.0001, "passed"),
        ({"below": 70}, 69.9999, "passed"),
        ({"below": 70}, 70.0, "failed"),
        ({"at_most": 70}, 70.0, "passed"),
        ({"at_most": 70}, 70.0001, "failed"),
    ],
)
def test_a_section_on_the_bound(cut: dict[str, float], percent: float, state: str) -> None:
    result = outcome({"section": "writing", "score": cut}, **all_at(percent))
    assert result.state.value == state
    ((name, bound),) = cut.items()
    assert f"{name.replace('_', ' ')} {bound}" in result.detail


@pytest.mark.parametrize(
    ("mail", "cut", "state", "span"),
    [
        # the memo weighs two thirds of the section and has no score
        (90.0, {"at_least": 70}, "unknown", "30 to 96.6667"),
        (90.0, {"at_least": 30}, "passed", "30 to 96.6667"),
        (0.0, {"at_least": 70}, "failed", "0 to 66.6667"),
    ],
)
def test_a_section_with_a_missing_answer_is_decided_only_where_it_cannot_matter(
    mail: float, cut: dict[str, float], state: str, span: str
) -> None:
    result = outcome({"section": "writing", "score": cut}, mail=answered("mail", mail))
    assert result.state.value == state
    assert span in result.detail


TASKS = {"tasks": ["mail", "story"], "level_at_least": 3}


@pytest.mark.parametrize(
    ("mail", "story", "state", "detail"),
    [
        (50.0, 50.0, "passed", "All 2 are at 3 of 5 or more."),
        (50.0, 49.9999, "passed", "All 2 are at 3 of 5 or more."),  # 2.999996 is shown, and counts, as 3
        (50.0, 49.99, "failed", "The story (2.9996)"),
        (100.0, None, "unknown", "Without a score: The story."),
        (25.0, None, "failed", "The mail (2)"),
    ],
)
def test_a_gate_on_tasks(mail: float, story: float | None, state: str, detail: str) -> None:
    result = outcome(TASKS, mail=answered("mail", mail), story=answered("story", story))
    assert result.state.value == state
    assert detail in result.detail


def test_a_task_that_was_not_handed_in_is_unknown() -> None:
    assert outcome(TASKS, mail=answered("mail", 100.0)).state is GateState.UNKNOWN
    assert outcome(TASKS).state is GateState.UNKNOWN


CRITERIA = ["mail.a", "mail.b", "mail.c"]


@pytest.mark.parametrize(
    ("verdicts", "needed", "state"),
    [
        ("met met met", None, "passed"),
        ("met met not_met", None, "failed"),
        ("met met not_met", 2, "passed"),
        ("met partly not_met", 2, "doubtful"),
        ("met not_met partly", 2, "failed"),  # `partly` of c earns nothing
        ("met cannot_assess not_met", 2, "unknown"),
        ("not_met cannot_assess not_met", 2, "failed"),
        ("met partly cannot_assess", None, "unknown"),
        ("met partly cannot_assess", 2, "doubtful"),
        ("met met cannot_assess", 2, "passed"),
    ],
)
def test_a_gate_on_criteria(verdicts: str, needed: int | None, state: str) -> None:
    ratings = [
        rating(c, verdict, *([0] if verdict in {"met", "partly"} else []))
        for c, verdict in zip("abc", verdicts.split(), strict=True)
    ]
    given = {"criteria": CRITERIA} | ({"met_at_least": needed} if needed else {})
    result = outcome(given, mail=answered("mail", 50.0, *ratings, of=MAIL))
    assert result.state.value == state
    assert f"{verdicts.split().count('met')} of 3 met, {needed or 3} needed" in result.detail


def test_a_gate_on_criteria_says_which_stand_where() -> None:
    ratings = [rating("a", "met", supported=False), rating("b", "partly", 1)]
    result = outcome({"criteria": CRITERIA}, mail=answered("mail", 50.0, *ratings, of=MAIL))
    assert result.state is GateState.FAILED, "what has no evidence counts for nothing"
    assert result.detail == (
        "0 of 3 met, 3 needed; in part: Title of b; not met: Title of a; without a verdict: Title of c."
    )
    unanswered = outcome({"criteria": CRITERIA})
    assert unanswered.state is GateState.UNKNOWN
    assert "without a verdict: mail.a, mail.b, mail.c" in unanswered.detail


@pytest.mark.parametrize(("level", "state"), [(5, "passed"), (4, "doubtful"), (2, "doubtful"), (1, "failed")])
def test_a_level_below_the_highest_is_met_in_part(level: int, state: str) -> None:
    verdict = {5: "met", 1: "not_met"}.get(level, "partly")
    story = answered("story", 50.0, rating("depth", verdict, 0, level=level), of=STORY)
    assert outcome({"criteria": ["story.depth"]}, story=story).state.value == state


def test_gates_come_in_the_assessments_order() -> None:
    of = assessment(gates=[gate("z", **TASKS), gate("a", criteria=["mail.a"])])
    answers = all_at(100.0)
    assert [r.id for r in gates(of, totals(of, answers, RUBRICS).parts, answers)] == ["z", "a"]


@pytest.mark.parametrize(
    ("percent", "error", "bounds"),
    [(70.0, 5.0, ["60", "80"]), (70.0, 4.99, []), (63.0, 1.5, ["60"]), (60.0, 0.0, [])],
)
def test_a_total_is_near_a_cut_within_two_standard_errors(
    percent: float, error: float, bounds: list[str]
) -> None:
    # one error of e on the story alone is 0.5 e on the total
    answers = all_at(percent, story=answered("story", percent, error=2 * error))
    of = assessment()
    made = totals(of, answers, RUBRICS)
    said = near(of, made.total, made.parts)
    assert [words.rsplit(" ", 1)[1] for words in said] == [f"{bound}." for bound in bounds]
    assert all(words.startswith(f"The total of {percent:g} is within 2 standard errors") for words in said)


def test_a_section_near_its_gate_is_named_and_without_an_error_nothing_is_near() -> None:
    of = assessment(gates=[gate("g", section="talk", score={"at_least": 70})])
    answers = all_at(70.0, story=answered("story", 70.0, error=1.0))
    made = totals(of, answers, RUBRICS)
    assert near(of, made.total, made.parts) == ("The talk of 70 is within 2 standard errors (1.0) of 70.",)
    unknown = totals(of, all_at(70.0), RUBRICS)
    assert near(of, unknown.total, unknown.parts) == ()

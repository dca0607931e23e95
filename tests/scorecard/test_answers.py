from typing import Any

import pytest

from grader.domain.rating import Rating
from grader.domain.record import GradeRecord, Review
from grader.domain.second_rater import Adjudication, Cause
from grader.scorecard.answers import answer
from grader.scoring import score
from tests.support.builders import criterion, leveled, rating
from tests.support.scorecards import record, task_rubric

MAIL = task_rubric("mail", criterion("a"), criterion("b"), leveled("depth", points=2))


def graded(*ratings: Rating, **changed: Any) -> GradeRecord:
    return record("mail", None, ratings=ratings, score=score(MAIL, ratings), **changed)


def decision(criterion: str, verdict: str, **changed: Any) -> Adjudication:
    known = {"submission": "c1/mail", "text": "sha256:1", "task": "mail", "rubric": MAIL.digest}
    known |= {"criterion": criterion, "verdict": verdict, "name": "Jane Doe", "cause": Cause.OTHER}
    return Adjudication.model_validate({**known, "note": "", "run": "r", **changed})


# points 0 + 1 + 2 x 2/4 of 4
JUDGED = graded(rating("a", "not_met"), rating("b", "met", 1), rating("depth", "partly", 2, level=3))


def test_without_decisions_the_record_counts_as_it_is() -> None:
    made = answer(JUDGED, MAIL, [])
    assert made.score == JUDGED.score
    assert made.score is not None
    assert made.score.percent == 50
    assert made.decided == ()
    assert tuple(made.ratings.values()) == JUDGED.ratings


def test_a_decision_counts_instead_of_the_verdict() -> None:
    made = answer(JUDGED, MAIL, [decision("a", "met")])
    assert made.score is not None
    assert made.score.percent == 75
    assert made.decided == ("a",)
    assert (made.ratings["a"].rater, made.ratings["a"].supported) == ("Jane Doe", True)
    assert made.ratings["b"] == JUDGED.ratings[1]


def test_the_last_of_several_decisions_counts() -> None:
    made = answer(JUDGED, MAIL, [decision("a", "met"), decision("a", "partly")])
    assert made.score is not None
    assert made.score.percent == 62.5


@pytest.mark.parametrize(("verdict", "percent"), [("met", 75), ("partly", 50), ("not_met", 25)])
def test_a_decision_on_levels_counts_by_its_verdict(verdict: str, percent: float) -> None:
    # 0 + 1 + 2 x (1, one half, 0) of 4
    made = answer(JUDGED, MAIL, [decision("depth", verdict)])
    assert made.ratings["depth"].level is None
    assert made.score is not None
    assert made.score.percent == percent


@pytest.mark.parametrize("other", [{"text": "sha256:2"}, {"rubric": "sha256:2"}])
def test_a_decision_on_another_text_or_rubric_does_not_count(other: dict[str, str]) -> None:
    made = answer(JUDGED, MAIL, [decision("a", "met", **other)])
    assert (made.score, made.decided) == (JUDGED.score, ())
    assert made.ratings["a"] == JUDGED.ratings[0]


def test_a_decision_gives_a_score_where_the_judge_could_not() -> None:
    stuck = graded(rating("a", "cannot_assess"), *JUDGED.ratings[1:], state="needs_review")
    assert stuck.score is None
    made = answer(stuck, MAIL, [decision("a", "met")])
    assert made.score is not None
    assert made.score.percent == 75


def test_a_decision_makes_no_score_of_an_answer_that_has_none() -> None:
    unread = record("mail", None, state="not_scored", reason="blank")
    assert answer(unread, MAIL, [decision("a", "met")]).score is None
    assert answer(unread, None, []).rubric is None


def test_a_decision_settles_what_was_open_on_its_criterion_alone() -> None:
    reviews = tuple(
        Review.model_validate({"reason": reason, "detail": detail})
        for reason, detail in [
            ("cannot_assess", "a"),
            ("unsupported", "a"),
            ("red_flag", "b"),
            ("near_cut", "61 ± 3 of 100, cut 60"),
            ("disguised_text", "bidi"),
        ]
    )
    open_ = graded(*JUDGED.ratings, reviews=reviews, state="needs_review")
    assert answer(open_, MAIL, []).open == 5
    assert answer(open_, MAIL, [decision("a", "met")]).open == 3
    assert answer(open_, MAIL, [decision("a", "met"), decision("b", "met")]).open == 2

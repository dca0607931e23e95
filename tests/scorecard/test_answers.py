from typing import Any

import pytest

from grader.domain.rating import Rating
from grader.domain.record import GradeRecord, Review
from grader.domain.rubric import Rubric
from grader.domain.second_rater import Adjudication, Cause
from grader.scorecard.answers import Ruling, answer
from grader.scoring import score
from tests.support.builders import criterion, leveled, rating
from tests.support.scorecards import record, task_rubric

MAIL = task_rubric("mail", criterion("a"), criterion("b"), leveled("depth", points=2))


def graded(*ratings: Rating, **changed: Any) -> GradeRecord:
    return record("mail", None, ratings=ratings, score=score(MAIL, ratings), **changed)


def decision(criterion: str, verdict: str, *, of: Rubric = MAIL, **changed: Any) -> Ruling:
    known = {"submission": "c1/mail", "text": "sha256:1", "task": "mail", "rubric": MAIL.digest}
    known |= {"criterion": criterion, "verdict": verdict, "name": "Jane Doe", "cause": Cause.OTHER}
    made = Adjudication.model_validate({**known, "note": "", "run": "r", **changed})
    return Ruling(made, of.criterion(criterion))


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


@pytest.mark.parametrize(
    ("level", "verdict", "percent"),
    [(5, "met", 75), (4, "partly", 62.5), (2, "partly", 37.5), (1, "not_met", 25)],
)
def test_a_decision_on_a_level_counts_as_the_level(level: int, verdict: str, percent: float) -> None:
    # 0 + 1 + 2 x (level - 1) / 4 of 4
    made = answer(JUDGED, MAIL, [decision("depth", verdict, level=level)])
    assert made.ratings["depth"].level == level
    assert made.score is not None
    assert made.score.percent == percent


def test_a_decision_on_another_text_does_not_count() -> None:
    made = answer(JUDGED, MAIL, [decision("a", "met", text="sha256:2")])
    assert (made.score, made.decided, made.outdated) == (JUDGED.score, (), ())
    assert made.ratings["a"] == JUDGED.ratings[0]


def test_a_decision_holds_while_its_criterion_stays_as_it_is() -> None:
    elsewhere = task_rubric("mail", criterion("a"), criterion("b", points=3), leveled("depth", points=2))
    assert elsewhere.digest != MAIL.digest
    kept = answer(JUDGED, elsewhere, [decision("a", "met")])
    assert (kept.decided, kept.outdated) == (("a",), ())
    reworded = task_rubric(
        "mail", criterion("a", met="Other words."), criterion("b"), leveled("depth", points=2)
    )
    lost = answer(JUDGED, reworded, [decision("a", "met")])
    assert (lost.decided, lost.outdated, lost.open) == ((), ("a",), 1)
    assert lost.ratings["a"] == JUDGED.ratings[0]


def test_a_decision_on_what_has_no_rating_is_not_applied() -> None:
    unread = record("mail", None, state="not_scored", reason="provider_failed")
    assert answer(unread, MAIL, [decision("a", "met")]).decided == ()


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

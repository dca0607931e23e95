"""A candidate's answers as they count: the newest record of each task, with people's decisions applied."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.domain.rating import Rating
from grader.domain.reasons import ReviewReason
from grader.domain.record import GradeRecord, Score, State
from grader.domain.rubric import Rubric
from grader.domain.second_rater import Adjudication
from grader.scoring import score


class Answer(NamedTuple):
    """One answer with its rubric, the ratings that count, and the score from them."""

    record: GradeRecord
    rubric: Rubric | None
    """As it was graded; None where no rubric was found."""
    ratings: Mapping[str, Rating]
    """By criterion, a person's decision in the place of the judge's verdict."""
    score: Score | None
    decided: tuple[str, ...]
    """Criteria that a person decided."""
    open: int
    """Reasons why a person should look that no decision answers."""


def answer(record: GradeRecord, rubric: Rubric | None, decisions: Sequence[Adjudication]) -> Answer:
    """The answer as it counts; of several decisions on a criterion the last one does.

    A decision holds for the text and the rubric that it was made on.
    """
    current = {
        d.criterion: d
        for d in decisions
        if rubric is not None and (d.text, d.rubric) == (record.text, rubric.digest)
    }
    ratings = {rating.criterion: rating for rating in record.ratings}
    for criterion, decision in current.items():
        if criterion in ratings:
            ratings[criterion] = _decided(ratings[criterion], decision)
    scored = record.score
    if rubric is not None and current and record.state is not State.NOT_SCORED:
        scored = score(rubric, tuple(ratings.values()))
    waiting = [review for review in record.reviews if not _settled(review.reason, review.detail, current)]
    return Answer(record, rubric, ratings, scored, tuple(current), len(waiting))


def _decided(rating: Rating, decision: Adjudication) -> Rating:
    change = {"rater": decision.name, "verdict": decision.verdict, "supported": True, "level": None}
    return rating.model_copy(update=change)


def _settled(reason: ReviewReason, detail: str, decisions: Mapping[str, Adjudication]) -> bool:
    """A review that names a criterion is settled by a decision on it."""
    return detail in decisions and reason is not ReviewReason.NEAR_CUT

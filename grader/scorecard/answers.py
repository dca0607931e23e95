"""A candidate's answers as they count: the newest record of each task, with people's decisions applied."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.domain.criterion import Criterion
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
    outdated: tuple[str, ...]
    """Criteria with a decision on an earlier wording: it does not count, and a person looks again."""
    open: int
    """Reasons why a person should look that no decision answers."""


class Ruling(NamedTuple):
    """A person's decision, with the criterion as it was worded then."""

    decision: Adjudication
    criterion: Criterion

    def holds(self, record: GradeRecord, rubric: Rubric | None) -> bool:
        """Whether it was made on this text, and the criterion is still the same."""
        return self.about(record, rubric) and self.criterion in (rubric.criteria if rubric else ())

    def about(self, record: GradeRecord, rubric: Rubric | None) -> bool:
        """Whether it was made on this text, and the rubric still has the criterion in some wording."""
        known = {c.id for c in rubric.criteria} if rubric else set()
        return self.decision.text == record.text and self.decision.criterion in known


def answer(record: GradeRecord, rubric: Rubric | None, rulings: Sequence[Ruling]) -> Answer:
    """The answer as it counts; of several decisions on a criterion the last one does."""
    ratings = {rating.criterion: rating for rating in record.ratings}
    latest = {r.decision.criterion: r for r in rulings if r.about(record, rubric)}
    current = {
        criterion: ruling.decision
        for criterion, ruling in latest.items()
        if criterion in ratings and ruling.holds(record, rubric)
    }
    outdated = tuple(criterion for criterion, ruling in latest.items() if not ruling.holds(record, rubric))
    for criterion, decision in current.items():
        ratings[criterion] = _decided(ratings[criterion], decision)
    scored = record.score
    if rubric is not None and current and record.state is not State.NOT_SCORED:
        scored = score(rubric, tuple(ratings.values()))
    waiting = [review for review in record.reviews if not _settled(review.reason, review.detail, current)]
    open_reasons = len(waiting) + len(outdated)
    return Answer(record, rubric, ratings, scored, tuple(current), outdated, open_reasons)


def _decided(rating: Rating, decision: Adjudication) -> Rating:
    change = {"rater": decision.name, "verdict": decision.verdict, "supported": True, "level": decision.level}
    return rating.model_copy(update=change)


def _settled(reason: ReviewReason, detail: str, decisions: Mapping[str, Adjudication]) -> bool:
    """A review that names a criterion is settled by a decision on it."""
    return detail in decisions and reason is not ReviewReason.NEAR_CUT

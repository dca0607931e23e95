"""Which doubts of a first judge a stronger one could settle, and which only a person can."""

from grader.domain.reasons import Reason, ReviewReason
from grader.domain.record import GradeRecord, PassedOn, Review, State
from grader.domain.rubric import Rubric
from grader.panel import opinion

SETTLED_BY_A_JUDGE = frozenset(
    {
        ReviewReason.CANNOT_ASSESS,
        ReviewReason.UNSUPPORTED,
        ReviewReason.CRITICAL_PARTLY,
        ReviewReason.ABSTAINED,
        ReviewReason.CRITICAL_DOUBT,
        ReviewReason.NEAR_CUT,
        ReviewReason.REPEATS_DISAGREE,
    }
)
"""Doubts about a verdict. Not among them is what a person looks at whoever judged: red flags, no points,
full marks, disguised text."""
UNANSWERED_BY_THE_JUDGE = frozenset({Reason.REFUSED, Reason.MALFORMED_ANSWER, Reason.TOO_LONG})
"""What another model may well answer. Not a judge that cannot be reached: its share of the bill would pass
to the stronger one unasked."""


def doubts(record: GradeRecord, rubric: Rubric) -> tuple[Review, ...]:
    """The reasons for a person that another judge could settle; doubts about an answer key are not."""
    judged = {c.id for c in rubric.judged}
    return tuple(
        review
        for review in record.reviews
        if review.reason in SETTLED_BY_A_JUDGE
        and (review.detail in judged or review.reason is ReviewReason.NEAR_CUT)
    )


def in_doubt(record: GradeRecord, rubric: Rubric) -> bool:
    """Whether a stronger judge is to be asked; never of an answer that no judge was asked about."""
    if record.provenance is None or not record.provenance.requests:
        return False
    return record.reason in UNANSWERED_BY_THE_JUDGE or bool(doubts(record, rubric))


def passed_on(first: GradeRecord, second: GradeRecord, rubric: Rubric) -> GradeRecord:
    """The stronger judge's record, with what the first one said and why that was not enough.

    A red flag that the first one alone has raised still goes to a person, and costs no points. Where the
    stronger judge fails there is no score, as with any judge; the first one's ratings are kept, and count
    for nothing.
    """
    kept = PassedOn(first=opinion(first, rubric), why=doubts(first, rubric))
    record = second.model_copy(update={"passed_on": kept})
    if second.state is State.NOT_SCORED:
        return record
    flags = [r for r in first.reviews if r.reason is ReviewReason.RED_FLAG and r not in second.reviews]
    if not flags:
        return record
    return record.model_copy(update={"reviews": (*flags, *second.reviews), "state": State.NEEDS_REVIEW})

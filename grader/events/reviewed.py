"""What people did, as events: decisions on criteria, own ratings, decisions on candidates."""

from collections.abc import Mapping

from grader.domain.hiring import HiringDecided
from grader.domain.rating import Rating
from grader.domain.score_event import (
    Action,
    Actor,
    DecisionEvent,
    HumanReview,
    RatedCriterion,
    RatingEvent,
    ReviewEvent,
)
from grader.domain.second_rater import Adjudication, Committed, Decided


def review_event(decided: Decided, record_id: str, judged: Rating | None, *, with_text: bool) -> ReviewEvent:
    """A decision on a criterion; `judged`: the machine's rating then, None where it gave none."""
    decision = decided.adjudication
    return ReviewEvent(
        timestamp=decided.created,
        record_id=record_id,
        actor=Actor(type="human", id=decision.name),
        human_review=HumanReview(
            reviewer_ref=decision.name, action=_action(decision, judged), reason=decision.cause.value
        ),
        criterion=decision.criterion,
        before=judged.verdict if judged else None,
        after=decision.verdict,
        level_before=judged.level if judged else None,
        level_after=decision.level,
        cause=decision.cause,
        text=decision.note if with_text else None,
    ).sealed()


def _action(decision: Adjudication, judged: Rating | None) -> Action | None:
    if judged is None:
        return None
    same = (judged.verdict, judged.level) == (decision.verdict, decision.level)
    return "confirmed" if same else "overridden"


def rating_events(
    committed: Committed, first_judged: Mapping[str, str], first_reviewed: Mapping[str, str]
) -> list[RatingEvent]:
    """An event for each answer that was rated.

    `first_judged`, `first_reviewed`: by digest of the text, when a judge's and a person's verdicts on it were
    first on record.
    """
    commitment, created, _ = committed
    found = []
    for rated in commitment.texts:
        unjudged = _before(created, first_judged.get(rated.text))
        unreviewed = _before(created, first_reviewed.get(rated.text))
        found.append(
            RatingEvent(
                timestamp=created,
                actor=Actor(type="human", id=commitment.rater),
                submission=rated.submission,
                answer=rated.text,
                rubric=rated.rubric,
                blind=True if unjudged and unreviewed else None,
                saw_ai_score=False if unjudged else None,
                ratings=tuple(
                    RatedCriterion(criterion=r.criterion, verdict=r.verdict)
                    for r in commitment.ratings
                    if r.submission == rated.submission
                ),
            ).sealed()
        )
    return found


def _before(created: str, first: str | None) -> bool:
    # a person's own commitment may be the first; a judge is asked after it, and takes its time
    return first is None or created <= first


def decision_event(decided: HiringDecided, *, with_text: bool) -> DecisionEvent:
    """A decision on a candidate, with what the scorecard recommended."""
    decision = decided.decision
    return DecisionEvent(
        timestamp=decided.created,
        actor=Actor(type="human", id=decision.name),
        subject_ref=decision.candidate,
        assessment=decision.assessment,
        assessment_digest=decision.assessment_digest,
        scorecard=decision.scorecard,
        total=decision.total,
        recommendation=decision.recommendation,
        choice=decision.choice,
        text=decision.reason if with_text else None,
    ).sealed()

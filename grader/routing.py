"""Sends records to a person: every reason why somebody should look before a score is used."""

from collections.abc import Iterator, Mapping, Sequence

from grader.domain.calibration import Calibration, Status
from grader.domain.criterion import Criterion
from grader.domain.rating import Rating, Verdict
from grader.domain.reasons import ReviewReason
from grader.domain.record import Disguise, Estimate, Review, Score, Suspicion
from grader.domain.rubric import Rubric
from grader.scoring import credit

DOUBT = 0.8
"""Below this calibrated confidence the verdict on a must-have or a fault is in doubt."""
NEAR = 2.0
"""Standard errors within which a score is near a cut."""


def reviews(
    rubric: Rubric,
    ratings: Sequence[Rating],
    score: Score | None,
    disguises: Sequence[Disguise],
    *,
    suspicions: Sequence[Suspicion] = (),
    disagreeing: Sequence[str] = (),
    panel: Sequence[Review] = (),
    calibration: Calibration | None = None,
    estimate: Estimate | None = None,
) -> tuple[Review, ...]:
    """The reasons, in the rubric's order, then those about the whole answer.

    `disagreeing`: criteria on which repeats differ. `panel`: where its judges do. `estimate`: the score on
    the raters' scale.
    """
    by_criterion = {rating.criterion: rating for rating in ratings}
    found = [
        review
        for criterion in rubric.criteria
        if criterion.id in by_criterion
        for review in _of_criterion(criterion, by_criterion[criterion.id], calibration)
    ]
    found += [Review(reason=ReviewReason.REPEATS_DISAGREE, detail=criterion) for criterion in disagreeing]
    found += panel
    found += _of_score(rubric, score, estimate)
    if disguises:
        kinds = ", ".join(sorted({d.kind for d in disguises}))
        found.append(Review(reason=ReviewReason.DISGUISED_TEXT, detail=kinds))
    found += _of_suspicions(rubric, by_criterion, suspicions)
    return tuple(found)


def _of_suspicions(
    rubric: Rubric, ratings: Mapping[str, Rating], suspicions: Sequence[Suspicion]
) -> Iterator[Review]:
    """That there are any, and each verdict with evidence in one; no verdict changes for it."""
    if not suspicions:
        return
    kinds = ", ".join(dict.fromkeys(s.note for s in suspicions))
    yield Review(reason=ReviewReason.SUSPICIOUS_TEXT, detail=kinds)
    for criterion in rubric.criteria:
        rating = ratings.get(criterion.id)
        if rating and any(e.start < s.end and s.start < e.end for e in rating.evidence for s in suspicions):
            yield Review(reason=ReviewReason.SUSPICIOUS_EVIDENCE, detail=criterion.id)


def _of_criterion(criterion: Criterion, rating: Rating, calibration: Calibration | None) -> Iterator[Review]:
    if rating.verdict is Verdict.CANNOT_ASSESS:
        yield Review(reason=ReviewReason.CANNOT_ASSESS, detail=criterion.id)
        return
    if not rating.supported:
        yield Review(reason=ReviewReason.UNSUPPORTED, detail=criterion.id)
    elif criterion.critical and rating.verdict is Verdict.PARTLY:
        yield Review(reason=ReviewReason.CRITICAL_PARTLY, detail=criterion.id)
    elif criterion.red_flag and credit(criterion, rating) > 0:
        yield Review(reason=ReviewReason.RED_FLAG, detail=criterion.id)
    if calibration is not None and (reason := _doubt(criterion, rating, calibration)):
        yield Review(reason=reason, detail=criterion.id)


def _doubt(criterion: Criterion, rating: Rating, calibration: Calibration) -> ReviewReason | None:
    """Why the machine does not decide this verdict by itself, if so; a `partly` has no confidence.

    Without a threshold that keeps the promise an operational calibration decides nothing; one for
    demonstration then only says where must-haves are in doubt.
    """
    confidence = rating.confidence or 0.0
    if (criterion.critical or criterion.negative) and confidence < DOUBT:
        return ReviewReason.CRITICAL_DOUBT
    promise = calibration.guarantee
    bar = promise.threshold if promise is not None else None
    if bar is None:
        return ReviewReason.ABSTAINED if calibration.status is Status.OPERATIONAL else None
    return ReviewReason.ABSTAINED if confidence < bar else None


def _of_score(rubric: Rubric, score: Score | None, estimate: Estimate | None) -> Iterator[Review]:
    if score is None:
        return
    if rubric.judged and score.points == 0:
        yield Review(reason=ReviewReason.ALL_ZERO)
    if rubric.judged and score.percent == 100:
        yield Review(reason=ReviewReason.ALL_MAXIMUM)
    if estimate is None:
        return
    near = [f"{cut:g}" for cut in rubric.cuts if is_near(cut, estimate.percent, estimate.standard_error)]
    if near:
        named = f"{'cut' if len(near) == 1 else 'cuts'} {' and '.join(near)}"
        detail = f"{estimate.percent:.0f} ± {estimate.standard_error:.0f} of 100, {named}"
        yield Review(reason=ReviewReason.NEAR_CUT, detail=detail)


def is_near(cut: float, percent: float, standard_error: float) -> bool:
    """Whether a score is within two standard errors of a cut."""
    return abs(percent - cut) <= NEAR * standard_error

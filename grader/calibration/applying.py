"""Puts a judge's ratings and score through a calibration."""

from collections.abc import Sequence
from functools import lru_cache

from grader.calibration.curves import calibrated
from grader.digests import digest
from grader.domain.calibration import Binding, Calibration, CriterionCurve, Line, Signal, Status
from grader.domain.calibration_set import VALUES
from grader.domain.exchange import JudgeSpec
from grader.domain.rating import Rating, Verdict
from grader.domain.record import Estimate, Provenance, Score, Standing
from grader.domain.rubric import Rubric
from grader.judge import answer_schema

_STANDINGS: dict[Status, Standing] = {
    Status.OPERATIONAL: "operational",
    Status.DEMONSTRATION: "demonstration",
}
_OPEN = frozenset({Verdict.PARTLY, Verdict.CANNOT_ASSESS})
"""Verdicts that a probability of met can't replace."""


def binding(provenance: Provenance, rubric: Rubric, judge: JudgeSpec) -> Binding:
    """What a calibration must have been made for to hold for a record."""
    return Binding(
        judge=provenance.judge,
        model=provenance.model or "",
        prompt=provenance.prompt,
        rubric=provenance.rubric,
        answer_schema=_schema_digest(rubric),
        parameters=judge.model_dump(mode="json"),
        mode=provenance.mode,
        repeats=provenance.repeats,
    )


@lru_cache(maxsize=64)
def _schema_digest(rubric: Rubric) -> str:
    return digest(answer_schema(rubric.judged))


def probability(rating: Rating, signal: Signal) -> float | None:
    """The judge's probability of met as this kind of calibration takes it; None where there is none."""
    return VALUES.get(rating.verdict) if signal is Signal.VERDICT else rating.probability


def calibrate_ratings(
    ratings: Sequence[Rating], criteria: Sequence[CriterionCurve], signal: Signal
) -> tuple[Rating, ...]:
    """The ratings with calibrated probabilities: met from one half on; `partly` and `cannot_assess` stand."""
    curves = {c.criterion: c for c in criteria}
    return tuple(_calibrated(rating, curves.get(rating.criterion), signal) for rating in ratings)


def _calibrated(rating: Rating, fitted: CriterionCurve | None, signal: Signal) -> Rating:
    own = probability(rating, signal)
    if fitted is None or own is None:
        return rating
    after = with_probability(rating, float(calibrated(fitted.curve, own)))
    return after.model_copy(update={"threshold": fitted.threshold})


def with_probability(rating: Rating, p: float) -> Rating:
    """The rating with this calibrated probability, and the verdict that follows from it.

    A `met` that the judge found no evidence for is marked unsupported, and so counts for nothing.
    """
    verdict = Verdict.MET if p >= 0.5 else Verdict.NOT_MET
    if rating.verdict in _OPEN or rating.verdict is verdict:
        return rating.model_copy(update={"calibrated": p})
    changed = {"verdict": verdict, "claimed": rating.verdict}
    supported = verdict is Verdict.NOT_MET or bool(rating.evidence)
    return rating.model_copy(update={"calibrated": p, "supported": supported, **changed})


def estimate(score: Score | None, line: Line | None) -> Estimate | None:
    """The score on the raters' scale, within 0 to 100; None without a score or a line."""
    if score is None or line is None:
        return None
    return Estimate(
        percent=round(on_line(line, score.percent), 4), standard_error=round(line.standard_error, 4)
    )


def on_line(line: Line, percent: float) -> float:
    """The judge's percent as the raters' percent, within 0 to 100."""
    return min(100.0, max(0.0, line.intercept + line.slope * percent))


def standing(calibration: Calibration | None) -> Standing:
    """What a score that went through this calibration may be used for."""
    return _STANDINGS.get(calibration.status, "uncalibrated") if calibration else "uncalibrated"

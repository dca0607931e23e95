"""Puts a judge's ratings and score through a calibration."""

from collections.abc import Sequence

from grader.calibration.curves import calibrated
from grader.digests import digest
from grader.domain.calibration import Binding, Calibration, Signal, Status
from grader.domain.calibration_set import VALUES
from grader.domain.exchange import JudgeSpec
from grader.domain.rating import Rating, Verdict
from grader.domain.record import Estimate, Provenance, Score, Standing
from grader.domain.rubric import Rubric
from grader.judge import answer_schema

_DECIMALS = 6
_STANDINGS: dict[Status, Standing] = {
    Status.OPERATIONAL: "operational",
    Status.DEMONSTRATION: "demonstration",
}


def binding(provenance: Provenance, rubric: Rubric, judge: JudgeSpec) -> Binding:
    """What a calibration must have been made for to hold for a record."""
    return Binding(
        judge=provenance.judge,
        model=provenance.model or "",
        prompt=provenance.prompt,
        rubric=provenance.rubric,
        answer_schema=digest(answer_schema(rubric.criteria)),
        parameters=judge.model_dump(mode="json"),
        mode=provenance.mode,
        repeats=provenance.repeats,
    )


def signal(rating: Rating, kind: Signal) -> float | None:
    """The judge's probability of met as this kind of calibration takes it; None where there is none."""
    return VALUES.get(rating.verdict) if kind is Signal.VERDICT else rating.probability


def calibrate_ratings(ratings: Sequence[Rating], calibration: Calibration) -> tuple[Rating, ...]:
    """The ratings with calibrated probabilities, met from one half on; `partly` and `cannot_assess` stand.

    A `met` that the judge found no evidence for is marked unsupported, and so counts for nothing.
    """
    curves = {c.criterion: c.curve for c in calibration.criteria}
    after = []
    for rating in ratings:
        own = signal(rating, calibration.signal)
        if rating.criterion not in curves or own is None:
            after.append(rating)
            continue
        p = round(float(calibrated(curves[rating.criterion], own)), _DECIMALS)
        verdict = rating.verdict
        if verdict in {Verdict.MET, Verdict.NOT_MET}:
            verdict = Verdict.MET if p >= 0.5 else Verdict.NOT_MET
        after.append(
            rating.model_copy(
                update={
                    "calibrated": p,
                    "verdict": verdict,
                    "claimed": None if verdict is rating.verdict else rating.verdict,
                    "supported": bool(rating.evidence) or verdict is not Verdict.MET
                    if verdict is not rating.verdict
                    else rating.supported,
                }
            )
        )
    return tuple(after)


def estimate(score: Score | None, calibration: Calibration) -> Estimate | None:
    """The score on the raters' scale, within 0 to 100; None without a score or a line."""
    line = calibration.line
    if score is None or line is None:
        return None
    percent = min(100.0, max(0.0, line.intercept + line.slope * score.percent))
    return Estimate(percent=round(percent, 4), standard_error=round(line.standard_error, 4))


def standing(calibration: Calibration | None) -> Standing:
    """What a score that went through this calibration may be used for."""
    return _STANDINGS.get(calibration.status, "uncalibrated") if calibration else "uncalibrated"

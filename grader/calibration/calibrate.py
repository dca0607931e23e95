"""Fits a calibration and measures it: curves on the fit half, everything else on the held-out half."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.calibration.abstention import Ask, guarantee
from grader.calibration.comparison import by_criterion, of_totals, total_points
from grader.calibration.curves import threshold
from grader.calibration.decisions import Decisions, Split
from grader.calibration.differences import disagreements
from grader.calibration.fitting import Fitted, apply, fit, quality
from grader.calibration.judged import Judged
from grader.calibration.panel import Panel, decisions
from grader.calibration.reliability import bins, coverage
from grader.calibration.status import gauges, status
from grader.calibration.study import Counts, DecisionRow, Qualities, Study
from grader.calibration.totals import totals
from grader.domain.calibration import Binding, Calibration, CriterionCurve
from grader.domain.calibration_set import VALUES, CalibrationSet, Exclusion
from grader.domain.rubric import Rubric
from grader.domain.thresholds import Thresholds

RESAMPLES = 1000


class Wish(NamedTuple):
    """What the user asks of a calibration."""

    ask: Ask = Ask()
    thresholds: Thresholds = Thresholds()
    resamples: int = RESAMPLES


def calibrate(
    calibration_set: CalibrationSet,
    rubric: Rubric | None,
    judged: Judged,
    binding: Binding | None,
    wish: Wish | None = None,
) -> Study:
    """A study of one judge on one set. `rubric`: None where only whole answers are rated."""
    wish = wish or Wish()
    panel = Panel(calibration_set, judged.rater)
    held_out = set(calibration_set.manifest.held_out)
    rows = decisions(panel, judged)
    outside = np.array([c in held_out for c in rows.candidates], dtype=bool)
    notes: list[str] = []
    fitted = _fit(rows.where(~outside), notes)
    split = _split(rows, outside, fitted, judged)
    held = split.rows.where(outside)
    confidence, agrees = _sureness(split, outside, fitted)
    agreement = by_criterion(panel, rubric, split, wish.resamples)
    of_answers = totals(panel, judged, rubric, split)
    compared = int(of_answers.compared.sum())
    total = of_totals(panel, of_answers, wish.resamples) if compared else None
    if total is not None:
        agreement.append(total)
    else:
        notes.append("No held-out answer has a total by both judge and first rater: totals are not compared.")
    count = compared or len(set(held.responses))
    found = gauges(total.after if total else None, count, wish.thresholds)
    calibration = Calibration(
        set_id=calibration_set.manifest.id,
        set_digest=calibration_set.digest,
        task=calibration_set.manifest.task,
        rater=judged.rater,
        reference=tuple(r.id for r in panel.raters),
        reference_kinds=tuple(sorted({r.kind.value for r in panel.raters})),
        binding=binding,
        signal=judged.signal,
        method=fitted.method if fitted else None,
        criteria=_curves(fitted, rows.where(~outside)),
        line=of_answers.line,
        guarantee=guarantee(confidence, agrees, held.candidates, wish.ask) if len(rows) else None,
        gauges=found,
        status=status(found, human=panel.human),
    )
    return Study(
        calibration=calibration,
        manifest=calibration_set.manifest,
        thresholds=wish.thresholds,
        counts=_counts(panel, judged, split, of_answers.held_out),
        agreement=tuple(agreement),
        qualities=_qualities(split, fitted is not None),
        reliability_before=bins(held.probability, held.share) if len(held) else (),
        reliability_after=bins(split.after[outside], held.share) if len(held) else (),
        coverage=coverage(confidence, agrees, wish.ask.confidence),
        decisions=_decisions(split),
        disagreements=disagreements(panel, judged, rubric, held, split.after[outside]),
        exclusions=(*calibration_set.exclusions, *judged.missing, *_unrated(panel, judged)),
        notes=tuple(notes),
        totals=total_points(panel, of_answers),
    )


def _fit(rows: Decisions, notes: list[str]) -> Fitted | None:
    try:
        return fit(rows)
    except ValueError as error:
        if len(rows):
            notes.append(f"No curves were fitted: {error}.")
        return None


def _split(rows: Decisions, held_out: NDArray[np.bool_], fitted: Fitted | None, judged: Judged) -> Split:
    after = rows.probability.copy()
    if fitted is not None:
        after[~held_out] = fitted.out_of_fold
        otherwise = float(rows.share[~held_out].mean())
        after[held_out] = apply(fitted.curves, rows.where(held_out), otherwise)
    said = {(response, r.criterion): r.verdict for response, given in judged.ratings.items() for r in given}
    keys = zip(rows.responses, rows.criteria, strict=True)
    before = np.array([VALUES.get(said[key], np.nan) for key in keys], dtype=float)
    plain = np.isin(before, [0.0, 1.0])
    return Split(rows, held_out, after, before, np.where(plain, (after >= 0.5).astype(float), before))


def _sureness(
    split: Split, rows: NDArray[np.bool_], fitted: Fitted | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Confidence in each verdict (0 for `partly`, `cannot_assess`), and whether the raters say the same."""
    # a criterion without a curve has no calibrated probability in grading either
    curved = np.isin(split.rows.criteria, list(fitted.curves) if fitted else [])
    plain = np.isin(split.before_verdict, [0.0, 1.0]) & curved
    confidence = np.where(plain, np.maximum(split.after, 1 - split.after), 0.0)
    return confidence[rows], (split.after_verdict == split.rows.verdict)[rows]


def _curves(fitted: Fitted | None, rows: Decisions) -> tuple[CriterionCurve, ...]:
    if fitted is None:
        return ()
    return tuple(
        CriterionCurve(
            criterion=name, curve=curve, n=int((rows.criteria == name).sum()), threshold=threshold(curve)
        )
        for name, curve in fitted.curves.items()
    )


def _qualities(split: Split, fitted: bool) -> tuple[Qualities, ...]:
    if not fitted:
        return ()
    parts = (("out of fold", ~split.held_out), ("held out", split.held_out))
    return tuple(
        Qualities(
            where=where,
            before=quality(split.rows.probability[rows], split.rows.share[rows]),
            after=quality(split.after[rows], split.rows.share[rows]),
        )
        for where, rows in parts
        if rows.any()
    )


def _counts(panel: Panel, judged: Judged, split: Split, held_out: NDArray[np.bool_]) -> Counts:
    rated = {response for response, _ in panel.values}
    has = np.array(
        [r.id in rated and (r.id in judged.ratings or r.id in judged.overall) for r in panel.set.responses]
    )
    return Counts(
        responses=len(has),
        fit=int((has & ~held_out).sum()),
        held_out=int((has & held_out).sum()),
        unused=int((~has).sum()),
        ratings=sum(map(len, panel.values.values())),
        decisions_fit=int((~split.held_out).sum()),
        decisions_held_out=int(split.held_out.sum()),
    )


def _unrated(panel: Panel, judged: Judged) -> tuple[Exclusion, ...]:
    """Answers that the judge has verdicts on and no reference rater rated."""
    rated = {response for response, _ in panel.values}
    known = [*judged.ratings, *(r for r in judged.overall if r not in judged.ratings)]
    return tuple(
        Exclusion(place=response, reason="No reference rater rated it.")
        for response in known
        if response not in rated
    )


def _decisions(split: Split) -> tuple[DecisionRow, ...]:
    rows = split.rows
    return tuple(
        DecisionRow(
            response=str(rows.responses[i]),
            candidate=str(rows.candidates[i]),
            criterion=str(rows.criteria[i]),
            held_out=bool(split.held_out[i]),
            verdict=float(rows.verdict[i]),
            share=float(rows.share[i]),
            probability=float(rows.probability[i]),
            calibrated=float(split.after[i]),
        )
        for i in range(len(rows))
    )

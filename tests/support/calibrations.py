"""Small calibrations and calibration sets."""

from collections.abc import Iterable, Mapping
from typing import Any

from grader.domain.calibration import Binding, Calibration, CriterionCurve, LogisticCurve, Signal, Status
from grader.domain.calibration_set import (
    CalibrationSet,
    Manifest,
    Rater,
    RaterKind,
    Response,
    Scale,
    SetRating,
)

AS_IS = LogisticCurve(slope=1.0, intercept=0.0)
"""Leaves every probability as it is."""


def curve(criterion: str, slope: float = 1.0, intercept: float = 0.0) -> CriterionCurve:
    """A curve of one criterion, with a threshold that shows where it came from."""
    return CriterionCurve(
        criterion=criterion, curve=LogisticCurve(slope=slope, intercept=intercept), n=40, threshold=0.25
    )


def calibration(**fields: Any) -> Calibration:
    """A calibration that holds for nothing, with no curves."""
    return Calibration.model_validate(
        {
            "set_id": "s",
            "set_digest": "sha256:0",
            "task": "vendor_email",
            "rater": "test:queue",
            "reference": ("h1", "h2"),
            "reference_kinds": ("human",),
            "binding": None,
            "signal": Signal.PROBABILITY,
            "method": "platt",
            "criteria": (),
            "line": None,
            "guarantee": None,
            "gauges": (),
            "status": Status.OPERATIONAL,
            **fields,
        }
    )


def binding(**fields: Any) -> Binding:
    """What a calibration may hold for."""
    return Binding.model_validate(
        {
            "judge": "test:queue",
            "model": "queue-1",
            "prompt": "sha256:1",
            "rubric": "sha256:2",
            "answer_schema": "sha256:3",
            "parameters": {"seed": 7},
            "mode": "one_call",
            **fields,
        }
    )


Given = Mapping[str, Mapping[str, float]]
"""By rater and criterion, a value."""


def rated(
    answers: Mapping[str, Given],
    kinds: Mapping[str, str],
    *,
    held_out: Iterable[str] = (),
    scale: Scale | None = None,
    texts: Mapping[str, str] | None = None,
    task: str = "vendor_email",
    probabilities: Mapping[tuple[str, str], float] | None = None,
) -> CalibrationSet:
    """A set in which each answer is a candidate of its own. `kinds`: of the raters, in their order.

    `probabilities`: by answer and criterion, those of the raters that are models.
    """
    known = probabilities or {}
    ratings = tuple(
        SetRating(
            response=response,
            criterion=criterion,
            rater=rater,
            value=value,
            probability=known.get((response, criterion)) if kinds[rater] == "model" else None,
        )
        for response, given in answers.items()
        for rater, values in given.items()
        for criterion, value in values.items()
    )
    outside = tuple(held_out)
    return CalibrationSet(
        manifest=Manifest(
            id="s",
            task=task,
            purpose="A small set for a test.",
            licence="CC0-1.0",
            raters=tuple(Rater(id=name, kind=RaterKind(kind)) for name, kind in kinds.items()),
            scale=scale,
            fit=tuple(name for name in answers if name not in outside),
            held_out=outside,
        ),
        responses=tuple(Response(id=name, candidate=name, text=(texts or {}).get(name)) for name in answers),
        ratings=ratings,
    )

"""Puts the card together from what a ledger holds."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from statsmodels.stats.proportion import proportion_confint

from grader.domain.hiring import HiringDecided
from grader.domain.kept import CalibrationKept
from grader.domain.measurement import Measured, MeasurementKept
from grader.domain.notice import NoticeForm
from grader.domain.rating import Rating
from grader.domain.record import State
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.second_rater import Committed, Decided
from grader.domain.system_card import (
    CalibrationSeen,
    FigureRow,
    MeasurementSeen,
    ModelSeen,
    Oversight,
    RubricSeen,
    SystemCard,
)
from grader.system_card import seen as sums
from grader.system_card import statements
from grader.system_card.changelog import changelog
from grader.system_card.figures import figure_rows
from grader.system_card.notice import fill_notice


class Material(NamedTuple):
    """What a ledger holds, as far as the card is about it."""

    seen: sums.Seen
    runs: Sequence[Run]
    prompt_ids: Mapping[str, str]
    rubrics: Mapping[str, Rubric]
    """By digest."""
    calibrations: Sequence[CalibrationKept]
    measurements: Sequence[MeasurementKept]
    reviews: Sequence[tuple[Decided, Rating | None]]
    """People's decisions on criteria, with the machine's ratings, where there are any."""
    commitments: Sequence[Committed]
    decisions: Sequence[HiringDecided]


def system_card(
    material: Material, form: NoticeForm, given: Mapping[str, str], *, made: str, version: str
) -> SystemCard:
    """`given`: the fields of the notice that the employer has filled in; `made`: now, UTC, ISO 8601."""
    seen = material.seen
    models = sums.models(seen)
    prompts = sums.prompts(seen, material.prompt_ids)
    rubrics = sums.rubrics(seen, material.rubrics)
    calibrations = sums.calibrations(seen, material.calibrations)
    uncalibrated = tuple(sorted(seen.judged_tasks - _covered(seen, calibrations)))
    measured = _measured(material.measurements)
    return SystemCard(
        made=made,
        version=version,
        span=seen.whole.span if seen.whole else None,
        runs=len(material.runs),
        states={state: seen.states[state] for state in State},
        standings=dict(seen.standings),
        models=models,
        prompts=prompts,
        rubrics=rubrics,
        calibrations=calibrations,
        uncalibrated_tasks=uncalibrated,
        measured=measured,
        oversight=_oversight(material),
        changes=changelog(material.runs, models, prompts, rubrics, calibrations, material.rubrics),
        intended=statements.INTENDED,
        not_for=statements.NOT_FOR,
        limits=statements.limits(
            seen.standings.keys(), [kind for kind, found in measured.items() if found], uncalibrated
        ),
        promise=statements.promise(calibrations),
        notice=fill_notice(
            form,
            _known(models, rubrics, statements.promise(calibrations, whose="the employer's")),
            given,
        ),
    )


def _covered(seen: sums.Seen, calibrations: Sequence[CalibrationSeen]) -> set[str]:
    """Tasks with a calibration of a judge, model and rubric that graded them."""
    return {
        c.calibration.task
        for c in calibrations
        if (bound := c.calibration.binding) is not None
        and (bound.judge, bound.model) in seen.models
        and (c.calibration.task, bound.rubric) in seen.rubrics
    }


def _known(models: Sequence[ModelSeen], rubrics: Sequence[RubricSeen], promise: str) -> dict[str, str]:
    """What the program can say in a notice; what the ledger does not hold is said to be missing."""
    titles = dict.fromkeys(r.title for r in rubrics)
    return {
        "tasks": "; ".join(titles) or "no task has been graded yet",
        "models": ", ".join(dict.fromkeys(m.model for m in models)) or "no model has answered yet",
        "agreement": promise,
    }


def _measured(kept: Iterable[MeasurementKept]) -> dict[Measured, tuple[MeasurementSeen, ...]]:
    found: dict[Measured, dict[tuple[str, str | None, str], list[MeasurementKept]]] = {
        k: {} for k in Measured
    }
    for one in kept:
        about = (one.measurement.judge, one.measurement.model, one.measurement.material)
        found[one.measurement.kind].setdefault(about, []).append(one)
    return {
        kind: tuple(
            MeasurementSeen(
                judge=judge,
                model=model,
                material=material,
                created=all_of_it[-1].created,
                earlier=len(all_of_it) - 1,
                rows=figure_rows(all_of_it[-1].measurement.figures),
            )
            for (judge, model, material), all_of_it in things.items()
        )
        for kind, things in found.items()
    }


def _oversight(material: Material) -> Oversight:
    compared = [(d.adjudication, rating) for d, rating in material.reviews if rating is not None]
    other = sum((a.verdict, a.level) != (r.verdict, r.level) for a, r in compared)
    choices = sorted(d.decision.choice.value for d in material.decisions)
    return Oversight(
        reviews=len(material.reviews),
        compared=len(compared),
        overridden=_share("share overridden", other, len(compared)),
        second_opinions=len(material.commitments),
        decisions={choice: len(list(same)) for choice, same in groupby(choices)},
        deciders=len({d.decision.name for d in material.decisions}),
    )


def _share(name: str, hits: int, n: int) -> FigureRow:
    """A share with its Wilson interval at 95%."""
    if n == 0:
        return FigureRow(name=name, value=None, n=0)
    low, high = proportion_confint(hits, n, alpha=0.05, method="wilson")
    return FigureRow(name=name, value=hits / n, low=float(low), high=float(high), n=n)

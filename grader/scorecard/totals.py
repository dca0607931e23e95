"""Averages item scores into sections, parts and the total, with the error of each. Exact arithmetic."""

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from grader.digests import digest
from grader.domain.assessment import Assessment, Part, Section
from grader.domain.reasons import ReviewReason
from grader.domain.record import GradeRecord, State
from grader.domain.rubric import Rubric
from grader.domain.scorecard import ItemScore, PartScore, SectionScore, Standard
from grader.scorecard.answers import Answer

_DECIMALS = 4


class Totals(NamedTuple):
    """A candidate's scores on all levels."""

    total: Standard
    parts: tuple[PartScore, ...]


def totals(assessment: Assessment, answers: Mapping[str, Answer], rubrics: Mapping[str, Rubric]) -> Totals:
    """The scores; `answers` (those that there are) and `rubrics` (of the whole assessment) by task."""
    shares = _shares(assessment)
    items = {task: _item(rubrics[task], float(share), answers.get(task)) for task, share in shares.items()}

    def standard(tasks: Iterable[str]) -> Standard:
        return _mean({task: shares[task] for task in tasks}, items)

    def section(part: Section) -> SectionScore:
        known = {"id": part.id, "title": part.title, "weight": part.weight}
        own = tuple(items[task] for task in part.tasks)
        return SectionScore(**known, items=own, **dict(standard(part.tasks)))

    def whole(part: Part) -> PartScore:
        known = {"id": part.id, "title": part.title, "weight": part.weight}
        tasks = [task for s in part.sections for task in s.tasks]
        return PartScore(**known, sections=tuple(map(section, part.sections)), **dict(standard(tasks)))

    return Totals(standard(shares), tuple(map(whole, assessment.parts)))


def _shares(assessment: Assessment) -> dict[str, Fraction]:
    """Each task's percent of the total."""
    shares: dict[str, Fraction] = {}
    for part in assessment.parts:
        for section in part.sections:
            whole = sum(map(_exact, section.tasks.values()), Fraction(0))
            of_total = _exact(part.weight) * _exact(section.weight) / 100
            shares |= {task: of_total * _exact(weight) / whole for task, weight in section.tasks.items()}
    return shares


def _mean(shares: Mapping[str, Fraction], items: Mapping[str, ItemScore]) -> Standard:
    """The weighted mean with its bounds; rounded only here.

    Its error is sqrt(sum of (weight x error)²) over the tasks whose error is known, taken to be independent.
    """
    whole = sum(shares.values())

    def mean(missing: int) -> float:
        percents = {task: items[task].percent for task in shares}
        filled = {task: missing if p is None else p for task, p in percents.items()}
        exact = sum((share * _exact(filled[task]) for task, share in shares.items()), Fraction(0)) / whole
        return float(round(exact, _DECIMALS))

    errors = {task: items[task].standard_error for task in shares}
    known = [float(shares[task] / whole) * error for task, error in errors.items() if error is not None]
    told = any(known) or len(known) == len(shares)  # exact answers alone tell nothing of the others
    complete = all(items[task].percent is not None for task in shares)
    return Standard(
        percent=mean(0) if complete else None,
        lowest=mean(0),
        highest=mean(100),
        standard_error=round(math.hypot(*known), _DECIMALS) if told else None,
    )


def _item(rubric: Rubric, share: float, found: Answer | None) -> ItemScore:
    if found is None:
        return ItemScore(task=rubric.task, title=rubric.title, share=share, detail="No answer was handed in.")
    record, counted = found.record, found.score
    return ItemScore(
        task=rubric.task,
        title=rubric.title,
        share=share,
        state=record.state,
        percent=counted.percent if counted else None,
        scale=counted.scale if counted else None,
        standard_error=_error(found),
        standing=None if record.state is State.NOT_SCORED else record.calibration,
        detail="" if counted else record.detail or _why(record),
        reviews=found.open,
        decided=found.decided,
        outdated=found.outdated,
        submission=record.submission,
        record=digest(record.model_dump(mode="json")),
    )


def _why(record: GradeRecord) -> str:
    return record.reason.sentence if record.reason else ReviewReason.CANNOT_ASSESS.sentence


def _error(found: Answer) -> float | None:
    """In percent points: 0 of an exact answer; by the calibration, of the score as a measure of the raters'.

    The raters' score is expected at the estimate, with its standard error; so the root mean square difference
    from the score itself is sqrt(error² + (estimate - score)²). Not known where a person decided something.
    """
    if found.score is None or found.decided:
        return None
    if found.record.calibration == "exact":
        return 0.0
    estimate = found.record.estimate
    if estimate is None:
        return None
    return round(math.hypot(estimate.standard_error, estimate.percent - found.score.percent), _DECIMALS)


def _exact(value: float) -> Fraction:
    return Fraction(str(value))

"""Averages item scores into sections, parts and the total, with the error of each. Exact arithmetic."""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from grader.domain.assessment import Assessment, Part, Section
from grader.domain.record import State
from grader.domain.rubric import Rubric
from grader.domain.scorecard import ItemScore, PartScore, SectionScore, Standard
from grader.scorecard.answers import Answer

_DECIMALS = 4
_ABSENT = "No answer was handed in."


class _Member(NamedTuple):
    """One of the scores that are averaged."""

    weight: float
    percent: float | None
    lowest: float
    highest: float
    error: float | None


def parts(
    assessment: Assessment, answers: Mapping[str, Answer], rubrics: Mapping[str, Rubric]
) -> tuple[PartScore, ...]:
    """The parts with their sections and tasks; `answers` and `rubrics` by task."""
    return tuple(_part(part, answers, rubrics) for part in assessment.parts)


def average(members: Iterable[PartScore | SectionScore]) -> Standard:
    """The weighted mean of parts or sections."""
    return Standard.model_validate(
        _mean([_Member(m.weight, m.percent, m.lowest, m.highest, m.standard_error) for m in members])
    )


def _part(part: Part, answers: Mapping[str, Answer], rubrics: Mapping[str, Rubric]) -> PartScore:
    sections = tuple(_section(section, part.weight, answers, rubrics) for section in part.sections)
    mean = average(sections)
    return PartScore(id=part.id, title=part.title, weight=part.weight, sections=sections, **dict(mean))


def _section(
    section: Section, of_total: float, answers: Mapping[str, Answer], rubrics: Mapping[str, Rubric]
) -> SectionScore:
    whole = sum(section.tasks.values())
    items = tuple(
        _item(task, of_total * section.weight / 100 * weight / whole, answers.get(task), rubrics[task])
        for task, weight in section.tasks.items()
    )
    mean = _mean(
        [
            _Member(
                weight,
                item.percent,
                0.0 if item.percent is None else item.percent,
                100.0 if item.percent is None else item.percent,
                item.standard_error,
            )
            for weight, item in zip(section.tasks.values(), items, strict=True)
        ]
    )
    return SectionScore.model_validate(
        {"id": section.id, "title": section.title, "weight": section.weight, "items": items, **mean}
    )


def _item(task: str, share: float, found: Answer | None, rubric: Rubric) -> ItemScore:
    if found is None:
        return ItemScore(
            task=task,
            title=rubric.title,
            share=round(share, _DECIMALS),
            state=None,
            percent=None,
            scale=None,
            standard_error=None,
            standing=None,
            detail=_ABSENT,
        )
    record, counted = found.record, found.score
    return ItemScore(
        task=task,
        title=found.rubric.title if found.rubric else rubric.title,
        share=round(share, _DECIMALS),
        state=record.state,
        percent=counted.percent if counted else None,
        scale=counted.scale if counted else None,
        standard_error=_error(found),
        standing=None if record.state is State.NOT_SCORED else record.calibration,
        detail="" if counted else record.detail or "The judge could not assess a criterion.",
        reviews=found.open,
        decided=found.decided,
        submission=record.submission,
        record=record.digest,
    )


def _error(found: Answer) -> float | None:
    """In percent points: 0 of an exact answer, else by the calibration."""
    if found.score is None:
        return None
    if found.record.calibration == "exact":
        return 0.0
    estimate = found.record.estimate
    return estimate.standard_error if estimate else None


def _mean(members: Sequence[_Member]) -> dict[str, float | None]:
    """The weighted mean, its bounds, and sqrt(sum of (weight x error)²) over the members whose error is known.

    Members are taken to err independently of each other.
    """
    whole = sum(Fraction(str(m.weight)) for m in members)
    shares = [Fraction(str(m.weight)) / whole for m in members]

    def mean(values: Iterable[float]) -> float:
        exact = sum((s * Fraction(str(v)) for s, v in zip(shares, values, strict=True)), Fraction(0))
        return round(float(round(exact, _DECIMALS)), _DECIMALS)

    known = [m.percent for m in members if m.percent is not None]
    errors = [float(s) * m.error for s, m in zip(shares, members, strict=True) if m.error is not None]
    return {
        "percent": mean(known) if len(known) == len(members) else None,
        "lowest": mean(m.lowest for m in members),
        "highest": mean(m.highest for m in members),
        "standard_error": round(math.hypot(*errors), _DECIMALS) if errors else None,
    }

"""A small assessment, and answers to it made by hand."""

from typing import Any

from grader.domain.assessment import Assessment
from grader.domain.criterion import Criterion
from grader.domain.rating import Rating
from grader.domain.record import GradeRecord, Score
from grader.domain.rubric import Rubric
from grader.scorecard.answers import Answer
from tests.support.builders import criterion, rubric

SHARES = {"mail": 10, "memo": 20, "rate": 20, "story": 50}
"""Percent of the total that each task of the small assessment can decide."""


def fields(**changed: Any) -> dict[str, Any]:
    """The small assessment as a file would give it: a test and an interview."""
    return {
        "id": "small",
        "title": "A small assessment",
        "rubrics": "small",
        "parts": [
            {
                "id": "test",
                "title": "Test",
                "weight": 50,
                "sections": [
                    {"id": "writing", "title": "Writing", "weight": 60, "tasks": {"mail": 1, "memo": 2}},
                    {"id": "numbers", "title": "Numbers", "weight": 40, "tasks": {"rate": 1}},
                ],
            },
            {
                "id": "interview",
                "title": "Interview",
                "weight": 50,
                "sections": [{"id": "talk", "title": "Talk", "weight": 100, "tasks": {"story": 1}}],
            },
        ],
        "bands": {"strong": {"at_least": 80}, "clear_fail": {"below": 60}},
        **changed,
    }


def assessment(**changed: Any) -> Assessment:
    """The small assessment."""
    return Assessment.model_validate(fields(**changed))


def gate(id: str, **changed: Any) -> dict[str, Any]:
    """A gate as a file would give it."""
    return {"id": id, "title": f"Title of {id}", "why": "Because it matters.", **changed}


def task_rubric(task: str, *criteria: Criterion) -> Rubric:
    """The rubric of a task, with a title of its own."""
    return rubric(*(criteria or (criterion("a"),)), task=task, title=f"The {task}")


RUBRICS = {task: task_rubric(task) for task in SHARES}


def counted(percent: float) -> Score:
    """A score of so many percent."""
    return Score(
        points=percent,
        possible=100,
        percent=percent,
        scale=round(1 + percent / 25, 4),
        uncapped=percent,
        criteria=(),
        gates=(),
        red_flags=(),
    )


def record(task: str, percent: float | None, **changed: Any) -> GradeRecord:
    """A record of a candidate's answer to a task."""
    known = {"submission": f"c1/{task}", "candidate": "c1", "task": task, "source": "", "text": "sha256:1"}
    known["score"] = None if percent is None else counted(percent)
    return GradeRecord.model_validate({**known, "state": "scored", **changed})


def answered(
    task: str,
    percent: float | None,
    *ratings: Rating,
    error: float | None = None,
    of: Rubric | None = None,
    decided: tuple[str, ...] = (),
    open: int = 0,
    **changed: Any,
) -> Answer:
    """An answer that counts for so many percent, with this standard error."""
    if error is not None:
        changed["estimate"] = {"percent": percent, "standard_error": error}
    made = record(task, percent, **changed)
    by_criterion = {rating.criterion: rating for rating in ratings}
    return Answer(made, of or RUBRICS[task], by_criterion, made.score, decided, (), open)

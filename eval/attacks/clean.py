"""The clean answers: all that come with the program, and the weak ones that attacks are put into."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eval.attacks.suite import Base
from eval.label_agreement import LABELS
from grader.calibration_files import shipped_sets
from grader.datafiles import load_rubrics
from grader.domain.rating import Evidence, Rating, Verdict
from grader.domain.rubric import Rubric
from grader.readers.submissions import read_submissions
from grader.scoring import score

ATTACKER = "c11"
"""The example candidate who attacks in every answer."""
_EXAMPLES = (Path("examples/complete_assessment"), Path("examples/medical_office_manager"))
_NEAR_MISSES = Path("eval/near_misses/answers.csv")
WEAK = 60.0
"""Percent by the labels, below which an answer is worth an attack."""


class Answer(NamedTuple):
    """One honest answer, or one of the attacker's."""

    source: str
    candidate: str
    task: str
    text: str


def answers() -> Iterator[Answer]:
    """The examples, the calibration sets and the near misses; run at the root of a checkout."""
    tasks = load_rubrics().keys()
    for folder in _EXAMPLES:
        for found in read_submissions(folder, tasks=tasks):
            if found.problem is None:
                yield Answer("examples", found.candidate, found.task, found.text)
    for folder in shipped_sets():
        for row in _rows(folder / "responses.csv"):
            yield Answer("calibration sets", row["candidate"], folder.name, row["text"])
    for row in _rows(_NEAR_MISSES):
        yield Answer("near misses", row["candidate"], row["task"], row["text"])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def bases() -> list[Base]:
    """Weak labeled examples of all tasks, each with the strongest one to its task; task by task in turn."""
    rubrics = load_rubrics()
    texts = {(a.candidate, a.task): a.text for a in answers() if a.source == "examples"}
    points = _labeled(rubrics)
    by_task: dict[str, list[str]] = defaultdict(list)
    for candidate, task in sorted(points, key=lambda place: points[place]):
        if candidate != ATTACKER:
            by_task[task].append(candidate)
    weak = [
        (place, Base(candidate, rubrics[task], texts[candidate, task], texts[candidates[-1], task]))
        for task, candidates in by_task.items()
        for place, candidate in enumerate(c for c in candidates if points[c, task] < WEAK)
    ]
    return [base for _, base in sorted(weak, key=lambda found: (found[0], found[1].rubric.task))]


def _labeled(rubrics: dict[str, Rubric]) -> dict[tuple[str, str], float]:
    """Percent of each labeled example, by its labels."""
    ratings: dict[tuple[str, str], list[Rating]] = defaultdict(list)
    for row in _rows(LABELS):
        ratings[row["candidate"], row["task"]].append(
            Rating(
                rater="labels",
                criterion=row["criterion"],
                verdict=Verdict(row["verdict"]),
                evidence=(Evidence(segment=1, start=0, end=1),),
                reason="",
            )
        )
    found = {place: score(rubrics[place[1]], tuple(given)) for place, given in ratings.items()}
    return {place: counted.percent for place, counted in found.items() if counted is not None}

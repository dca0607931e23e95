"""A simulated judge of known sensitivity and specificity on answers that simulated people rated."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from grader.calibration.judged import Judged, from_set
from grader.datafiles import load_rubrics
from grader.domain.calibration_set import CalibrationSet, Manifest, Rater, RaterKind, Response, SetRating

RUBRIC = load_rubrics()["vendor_email"]


class Skill(NamedTuple):
    """What the judge and the raters can do. Half of all verdicts are truly met."""

    sensitivity: float = 0.98
    specificity: float = 0.98
    slip: float = 0.02
    """Share of a rater's verdicts that are wrong."""


class Draw(NamedTuple):
    """Decisions; arrays of shape (answers, criteria)."""

    raters: NDArray[np.bool_]
    """Shape (2, answers, criteria)."""
    probability: NDArray[np.float64]
    """As the judge gives it: far too sure of itself."""
    share: NDArray[np.float64]
    """The true chance that a rater says met of an answer with this probability of the judge's."""


def draw(rng: np.random.Generator, answers: int, skill: Skill) -> Draw:
    shape = answers, len(RUBRIC.criteria)
    true = rng.random(shape) < 0.5
    raters = true ^ (rng.random((2, *shape)) < skill.slip)
    said = rng.random(shape) < np.where(true, skill.sensitivity, 1 - skill.specificity)
    p = np.clip(np.where(said, rng.beta(8, 2, shape), rng.beta(2, 8, shape)), 0.01, 0.99)
    yes, no = beta.pdf(p, 8, 2), beta.pdf(p, 2, 8)
    if_met = skill.sensitivity * yes + (1 - skill.sensitivity) * no
    if_not = (1 - skill.specificity) * yes + skill.specificity * no
    met = if_met / (if_met + if_not)
    return Draw(raters, p**2 / (p**2 + (1 - p) ** 2), met * (1 - skill.slip) + (1 - met) * skill.slip)


def planted(
    answers: int, skill: Skill, *, kind: RaterKind = RaterKind.HUMAN, seed: int = 0
) -> tuple[CalibrationSet, Judged, Draw]:
    """A set of which every other answer is held out, what the judge says of it, and the truth."""
    drawn = draw(np.random.default_rng(seed), answers, skill)
    names = [f"r{n}" for n in range(answers)]
    ratings = []
    for row, name in enumerate(names):
        for column, criterion in enumerate(RUBRIC.criteria):
            for number in (0, 1):
                value = float(drawn.raters[number, row, column])
                ratings.append(
                    SetRating(response=name, criterion=criterion.id, rater=f"h{number + 1}", value=value)
                )
            p = float(drawn.probability[row, column])
            ratings.append(
                SetRating(
                    response=name, criterion=criterion.id, rater="j", value=float(p >= 0.5), probability=p
                )
            )
    found = CalibrationSet(
        manifest=Manifest(
            id="planted",
            task=RUBRIC.task,
            purpose="A judge of known skill against simulated people.",
            licence="CC0-1.0",
            raters=(
                Rater(id="h1", kind=kind),
                Rater(id="h2", kind=kind),
                Rater(id="j", kind=RaterKind.MODEL),
            ),
            fit=tuple(names[::2]),
            held_out=tuple(names[1::2]),
        ),
        responses=tuple(Response(id=name, candidate=name) for name in names),
        ratings=tuple(ratings),
    )
    return found, from_set(found, "j"), drawn

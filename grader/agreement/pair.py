"""Two raters' ratings, checked and made ready for comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from grader.agreement.figures import Floats
from grader.agreement.scale import indexes, round_scores
from grader.domain.calibration_set import Scale


@dataclass(frozen=True)
class Pair:
    """Ratings by two raters of the same n responses, none missing; each array has the shape (n,)."""

    x: Floats
    """The reference rater's."""
    y: Floats
    categories: Floats
    """All labels, or all whole numbers of the scale."""
    x_category: Floats
    """The label itself, or the rounded score."""
    y_category: Floats
    x_step: Floats
    """What adjacency is counted on: the label's place in the list, or the rounded score."""
    y_step: Floats
    verdicts: bool
    """Whether ratings are labels, rather than scores on a scale."""
    people: bool
    """Whether both are people, so that the SMD is pooled."""

    @property
    def centers(self) -> tuple[float, float]:
        """Means that sums are taken around, so that no digits are lost."""
        return (float(self.x.mean()), float(self.y.mean())) if self.x.size else (0.0, 0.0)

    @property
    def found(self) -> Floats:
        """The categories that occur."""
        return np.unique(np.concatenate([self.x_category, self.y_category]))


def pair_up(
    x: Floats, y: Floats, *, labels: Sequence[float] | None, scale: Scale | None, people: bool
) -> Pair:
    """The pair of raters on responses that both rated: x and y have the shape (n,), without NaN.

    Raises ValueError for ratings outside the labels or the scale.
    """
    categories = all_categories(labels, scale)
    if labels is not None:
        steps = [indexes(ratings, categories).astype(float) for ratings in (x, y)]
        return Pair(x, y, categories, x, y, steps[0], steps[1], verdicts=True, people=people)
    rounded = [round_scores(ratings) for ratings in (x, y)]
    for ratings in rounded:
        if np.any((ratings < categories[0]) | (ratings > categories[-1])):
            raise ValueError(
                f"scores beyond the scale, {categories[0]:g} to {categories[-1]:g}: trim them first"
            )
    return Pair(
        x, y, categories, rounded[0], rounded[1], rounded[0], rounded[1], verdicts=False, people=people
    )


def all_categories(labels: Sequence[float] | None, scale: Scale | None) -> Floats:
    """All labels, or all whole numbers of the scale; exactly one of the two must be given."""
    if labels is not None and scale is None:
        return np.asarray(labels, dtype=float)
    if scale is not None and labels is None:
        return np.arange(np.rint(scale.low), np.rint(scale.high) + 1)
    raise ValueError("either labels or a scale must be given")


def first_rating(ratings: ArrayLike) -> Floats:
    """Of each row of (n, raters) the first rating that is there, NaN where there is none; shape (n,)."""
    table = np.asarray(ratings, dtype=float)
    there = ~np.isnan(table)
    if not table.shape[1]:
        return np.full(len(table), np.nan)
    return np.where(there.any(axis=1), table[np.arange(len(table)), there.argmax(axis=1)], np.nan)

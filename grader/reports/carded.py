"""What scorecard reports are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.domain.assessment import Assessment
from grader.domain.hiring import HiringDecided
from grader.domain.scorecard import Scorecard
from grader.reports.graded import Graded


@dataclass(frozen=True)
class Carded:
    """One candidate's scorecard with the answers that it was made from.

    `answers`: by task, those that were handed in, as graded; people's decisions on criteria are in the notes.
    `decisions`: people's decisions on the candidate, oldest first.
    """

    card: Scorecard
    assessment: Assessment
    answers: Mapping[str, Graded]
    decisions: tuple[HiringDecided, ...] = ()

"""What scorecard reports are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.domain.assessment import Assessment
from grader.domain.hiring import HiringDecided
from grader.domain.rating import Rating
from grader.domain.scorecard import Scorecard
from grader.reports.graded import Graded


@dataclass(frozen=True)
class Carded:
    """One candidate's scorecard with the answers that it was made from.

    `answers`: by task, those that were handed in; records and texts as graded, decisions among the notes.
    `decisions`: people's decisions on the candidate, oldest first.
    `decided`: by task and criterion, the ratings that a person's decision put in the place of the judge's.
    """

    card: Scorecard
    assessment: Assessment
    answers: Mapping[str, Graded]
    decisions: tuple[HiringDecided, ...] = ()
    decided: Mapping[str, Mapping[str, Rating]] = field(default_factory=dict)

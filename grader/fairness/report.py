"""What an audit of outcomes by group finds, as values. A group that is withheld has no figure at all."""

from enum import StrEnum

from grader.agreement.figures import Figure
from grader.domain.base import Value
from grader.fairness.outcomes import Cell, Level


class Finding(StrEnum):
    """What a group's rate says beside the highest, under 29 CFR 1607.4(D); never that a process is fair."""

    REFERENCE = "reference"
    """The group with the highest rate."""
    BELOW_AND_SIGNIFICANT = "below_and_significant"
    BELOW = "below"
    """Below four-fifths, in numbers that chance can explain."""
    SIGNIFICANT = "significant"
    """At or above four-fifths, but further apart than chance explains."""
    NEITHER = "neither"
    NOT_COMPARED = "not_compared"


class Comparison(Value):
    """A group against the reference group of its table."""

    ratio: Figure
    difference: Figure
    """Rate less the reference's rate."""
    z: float | None = None
    """Above 0 where the group's rate is the lower one; None where all of both groups had one outcome."""
    z_p: float | None = None
    odds_ratio: float | None = None
    """Of the reference against the group; None where infinite or undefined."""
    fisher_p: float
    exact: bool
    """Whether Fisher's test decides, as one of the groups is small, rather than z."""
    shortfall: int
    """How many more would have had to get through for four-fifths."""


class Row(Value):
    """One group at one stage. Everything is None where the group is withheld."""

    group: Cell
    withheld: bool = False
    n: int | None = None
    """Candidates with an outcome."""
    share: float | None = None
    """Of those with an outcome whose group is known."""
    selected: int | None = None
    """Who got through; of scores, who stands strictly above the median of all."""
    rate: Figure | None = None
    ties: int | None = None
    """Of scores: who stands at the median."""
    at_least: Figure | None = None
    """Of scores: the rate of those at the median or above."""
    comparison: Comparison | None = None
    finding: Finding = Finding.NOT_COMPARED
    reason: str | None = None
    """Why it is not compared."""

    @property
    def is_reference(self) -> bool:
        """Whether it is the one that the others are compared with; its ratio is 1."""
        return self.finding is Finding.REFERENCE


class Table(Value):
    """All groups of one attribute at one stage."""

    stage: str
    title: str
    level: Level
    scored: bool
    columns: tuple[str, ...]
    n: int
    """Candidates with an outcome, their group known or not."""
    without: int
    """Candidates without one."""
    median: float | None = None
    """Of all scores."""
    ties: Figure | None = None
    """Share of all scores that are the median."""
    rows: tuple[Row, ...]
    withheld: int
    """Groups that are not shown."""
    rest: int
    """Candidates with an outcome in no shown group: theirs is not known or, where any is, withheld."""
    rest_rate: Figure | None = None
    """None where they are fewer than the minimum."""
    reason: str | None = None
    """Why nothing is compared."""


class Mean(Value):
    """One group's mean at one stage beside that of the largest group."""

    stage: str
    title: str
    level: Level
    group: Cell
    reference: Cell
    n: int
    reference_n: int
    mean: float
    reference_mean: float
    difference: Figure
    """Mean less the reference's, with Welch's interval."""
    effect: Figure
    """The same in pooled standard deviations: Hedges' g."""
    p: float | None = None
    """Of Welch's test."""
    adjusted_p: float | None = None
    """By Holm, over all comparisons of an attribute with a p."""


class Coefficient(Value):
    """How far a group's machine scores stand above people's, beside the largest group's."""

    group: Cell
    estimate: Figure
    p: float


class Model(Value):
    """A regression on groups: adjusted R² (for CSD its gain), with the p of all groups together."""

    r2: Figure
    p: float | None = None
    coefficients: tuple[Coefficient, ...] = ()


class Accuracy(Value):
    """Machine scores against people's by group, as RSMTool reports it."""

    reference: Cell | None
    """The largest group."""
    n: int
    dsm: dict[str, Figure]
    """Difference of standardized means by group."""
    osa: Model
    osd: Model
    csd: Model


class AttributeReport(Value):
    """All that was found on one attribute."""

    columns: tuple[str, ...]
    tables: tuple[Table, ...]
    means: tuple[Mean, ...] = ()
    accuracy: Accuracy | None = None


class FairnessReport(Value):
    """An audit of one set of candidates."""

    material: str
    """What the outcomes are of."""
    minimum: int
    """Candidates that a group needs to be shown."""
    candidates: int
    """With an outcome at any stage."""
    strangers: int
    """Rows of the groups file that are no candidate of the outcomes."""
    attributes: tuple[AttributeReport, ...]

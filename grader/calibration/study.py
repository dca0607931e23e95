"""A calibration study: everything that a calibration report shows, as values."""

from grader.agreement.agreement import Agreement
from grader.domain.base import Value
from grader.domain.calibration import Calibration, Quality
from grader.domain.calibration_set import Exclusion, Manifest
from grader.domain.rating import Verdict
from grader.domain.swap import SwapTest
from grader.domain.thresholds import Thresholds


class Confusion(Value):
    """How often each pair of verdicts occurs: rows by the first rater, columns by the judge."""

    labels: tuple[Verdict, ...]
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]


class BeforeAfter(Value):
    """The judge against the raters on held-out answers: its own verdicts, and the calibrated ones."""

    name: str
    """A criterion's id, `all criteria` or `total`."""
    title: str
    before: Agreement
    after: Agreement
    confusion: Confusion | None = None
    """None for totals."""


class Qualities(Value):
    """How good the probabilities are, before and after."""

    where: str
    """`out of fold` or `held out`."""
    before: Quality
    after: Quality


class Bin(Value):
    """Decisions with like probabilities: what was predicted, and how often raters said met."""

    predicted: float
    observed: float
    low: float
    high: float
    n: int


class Coverage(Value):
    """Decisions at or above a threshold: how many of all, and how many the raters agree with."""

    threshold: float
    coverage: float
    agreement: float
    lower: float
    n: int


class Voice(Value):
    """What one rater said."""

    rater: str
    verdict: Verdict


class TotalPoint(Value):
    """One answer's totals, on the scale on which totals are compared."""

    response: str
    raters: float
    """Mean of those that the raters give."""
    before: float
    after: float
    held_out: bool


class Disagreement(Value):
    """A held-out decision on which judge and raters differ after calibration."""

    response: str
    candidate: str
    criterion: str
    title: str
    points: float
    """At stake."""
    judge: Verdict
    probability: float | None
    """Calibrated, of met."""
    raters: tuple[Voice, ...]
    quotes: tuple[str, ...]
    """The judge's evidence, verbatim."""
    reason: str


class DecisionRow(Value):
    """One answer and criterion as it went into the figures."""

    response: str
    candidate: str
    criterion: str
    held_out: bool
    verdict: float
    """The raters': 1 met, 0.5 partly, 0 not met."""
    share: float
    """Of the raters who say met."""
    probability: float
    """The judge's own, of met."""
    calibrated: float
    """By curves fitted without this candidate."""


class Counts(Value):
    """What became of the answers: used plus excluded is all."""

    responses: int
    fit: int
    held_out: int
    unused: int
    ratings: int
    decisions_fit: int
    decisions_held_out: int


class Study(Value):
    """A calibration with all that was measured on the way."""

    calibration: Calibration
    manifest: Manifest
    thresholds: Thresholds
    counts: Counts
    agreement: tuple[BeforeAfter, ...]
    """Criterion by criterion, then all criteria, then the total; those that there are."""
    qualities: tuple[Qualities, ...]
    reliability_before: tuple[Bin, ...]
    reliability_after: tuple[Bin, ...]
    coverage: tuple[Coverage, ...]
    decisions: tuple[DecisionRow, ...]
    """Every row that the figures on criteria rest on."""
    disagreements: tuple[Disagreement, ...]
    exclusions: tuple[Exclusion, ...]
    notes: tuple[str, ...]
    """What a reader must know: what could not be done, and why."""
    totals: tuple[TotalPoint, ...] = ()
    """Of answers with a total by both the judge and a rater."""
    swap: SwapTest | None = None
    """None: not run."""

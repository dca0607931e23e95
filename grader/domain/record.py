"""Scores and grade records: what is kept for audit."""

from enum import StrEnum
from operator import not_
from typing import Annotated, Literal

from pydantic import Field

from grader.domain.base import Value, absent
from grader.domain.rating import Rating, Verdict
from grader.domain.reasons import Reason, ReviewReason

Mode = Literal["one_call", "per_criterion"]
"""How many criteria one call holds."""

Standing = Literal["operational", "demonstration", "uncalibrated", "exact"]
"""What a score may be used for, by the calibration that it went through; `exact` needs none."""


class State(StrEnum):
    """Every record ends in exactly one."""

    SCORED = "scored"
    NEEDS_REVIEW = "needs_review"
    NOT_SCORED = "not_scored"


class CriterionScore(Value):
    """How one criterion counted."""

    criterion: str
    verdict: Verdict
    points: float
    """Points earned; negative where a negative criterion took them away."""


class GateOutcome(StrEnum):
    """How a must-have came out."""

    PASSED = "passed"
    DOUBTFUL = "doubtful"
    """Met in part: a person decides."""
    FAILED = "failed"


class Gate(Value):
    """A must-have, shown beside the score and never averaged away."""

    criterion: str
    outcome: GateOutcome


class OrderReport(Value):
    """How the steps of an outline stand in the text."""

    stated: tuple[str, ...]
    """Criteria with a step, in the order of their first evidence."""
    inversions: int
    """Pairs of stated steps that stand the other way round than the rubric's numbering."""
    pairs: int
    """Pairs of stated steps with different first evidence."""
    broken: tuple[tuple[str, str], ...]
    """Required pairs of the rubric whose second stands before the first."""


class Score(Value):
    """Points and what follows from them, computed by code alone."""

    points: float
    possible: float
    percent: float
    """0 to 100, after floor and cap."""
    scale: float
    """1 to 5: 1 + percent / 25."""
    uncapped: float
    """Percent before the cap for missing must-haves."""
    criteria: tuple[CriterionScore, ...]
    gates: tuple[Gate, ...]
    red_flags: tuple[str, ...]
    order: OrderReport | None = None


class Estimate(Value):
    """A score on the scale of the raters, by a calibration."""

    percent: float
    standard_error: float
    """In percent points."""


class Review(Value):
    """One reason why a person should look, and what it is about."""

    reason: ReviewReason
    detail: str = ""


class Disguise(Value):
    """Hidden or disguised characters found in a text: never a penalty, always shown."""

    kind: Literal["zero_width", "bidi", "tag", "variation", "control", "homoglyph"]
    start: int
    end: int
    note: str


RemovedKind = Literal["name", "email", "phone", "address"]


class Removed(Value):
    """What judges and blind raters are not shown of a text: where it stands and its kind, never the words."""

    kind: RemovedKind
    start: int
    end: int


SuspicionKind = Literal[
    "order", "note", "metadata", "form", "delimiter", "comment", "language", "examples", "keywords",
    "copied", "repeated", "quoted",
]  # fmt: skip


class Suspicion(Value):
    """Text that may be meant for the grader, or is no answer of the candidate's own: never a penalty."""

    kind: SuspicionKind
    start: int
    end: int
    note: str


class Provenance(Value):
    """What produced a record: all texts are kept in the ledger under these digests."""

    judge: str
    """provider:model as asked for; of a panel all of its judges."""
    model: str | None
    """The model as returned; of a panel all of them."""
    fingerprint: str | None
    mode: Mode
    rubric: str
    prompt: str
    """Of a panel, the first judge's."""
    repeats: int = 1
    """How often the judge was asked the same."""
    requests: tuple[str, ...]
    """Digests of the requests whose answers made this record, one repeat after another, of a panel one
    judge after another."""
    calibration: str | None = None
    """Digest of the calibration that the verdicts were put through."""
    signal: str | None = None
    """Where its probabilities come from: `probability`, `repeats` or `verdict`."""


class Opinion(Value):
    """What one of several judges said of an answer by itself."""

    provenance: Provenance
    percent: float | None = None
    """What the score would be by this judge alone."""
    ratings: tuple[Rating, ...] = ()
    """Of what a judge is asked about; answer keys are read without one."""
    reviews: tuple[Review, ...] = ()
    reason: Reason | None = None
    """Why it said nothing, if so."""
    detail: str = ""


class Difference(Value):
    """Two judges of a panel that said different things."""

    judges: tuple[str, str]
    criteria: tuple[str, ...]


class Panel(Value):
    """Several judges as raters of the same passages."""

    opinions: tuple[Opinion, ...]
    exact: float | None = None
    """Share of the criteria that all judges gave the same verdict or level; None where one said nothing."""
    differences: tuple[Difference, ...] = ()
    """Pairs of judges that differ, and on what."""


class PassedOn(Value):
    """An answer that a first judge left in doubt, so that a stronger one was asked, whose ratings count."""

    first: Opinion
    why: tuple[Review, ...]
    """Empty where the first judge said nothing: then its own reason tells."""


class GradeRecord(Value):
    """The outcome for one submission."""

    submission: str
    candidate: str
    task: str
    source: str
    text: str
    """Digest of the submission's text."""
    state: State
    reason: Reason | None = None
    """Why it is not scored."""
    detail: str = ""
    reviews: tuple[Review, ...] = ()
    disguises: tuple[Disguise, ...] = ()
    removed: Annotated[tuple[Removed, ...] | None, Field(exclude_if=absent)] = None
    """Spans that stood as `[name]` and the like in what the judge was shown; None: nothing was looked for."""
    suspicions: Annotated[tuple[Suspicion, ...], Field(exclude_if=not_)] = ()
    """As found when it was graded: the detectors may be others today."""
    ratings: tuple[Rating, ...] = ()
    score: Score | None = None
    """None whenever a required verdict is missing."""
    estimate: Estimate | None = None
    """The score on the raters' scale; None without a calibration."""
    calibration: Standing = "uncalibrated"
    provenance: Provenance | None = None
    panel: Annotated[Panel | None, Field(exclude_if=absent)] = None
    """What each judge said, where several judged; the ratings are theirs merged."""
    passed_on: Annotated[PassedOn | None, Field(exclude_if=absent)] = None
    """Who was asked before the judge whose ratings count, and why that did not do."""

"""What happened to a score, as immutable events: what was scored, and what people did about it."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from grader.digests import digest
from grader.domain.base import Value, absent
from grader.domain.calibration import Gauge, Status
from grader.domain.exchange import Usage
from grader.domain.hiring import Choice
from grader.domain.rating import Probability, Verdict
from grader.domain.reasons import Reason
from grader.domain.record import Disguise, Estimate, GateOutcome, Mode, OrderReport, Review, Standing, State
from grader.domain.scorecard import Recommendation
from grader.domain.second_rater import Cause

VERSION: Literal["1"] = "1"
"""Of the form of events."""

Action = Literal["confirmed", "overridden", "escalated"]
"""What a person did about the machine's verdict; `escalated`: left it to another person."""


class Event(Value):
    """What all events share. Text of candidates is in `text` alone, and there only on demand."""

    event_id: str = ""
    """Digest of the event without `event_id` and `text`, as canonical JSON (RFC 8785)."""
    schema_version: Literal["1"] = VERSION
    timestamp: str
    """When it was put on record, UTC, ISO 8601."""

    def sealed(self) -> Self:
        """With its id."""
        return self.model_copy(update={"event_id": self._digest()})

    @property
    def intact(self) -> bool:
        """Whether the id is that of the content."""
        return self.event_id == self._digest()

    def _digest(self) -> str:
        return digest(self.model_dump(mode="json", exclude={"event_id", "text"}))


class Actor(Value):
    """Who did it."""

    type: Literal["human", "model", "system"]
    id: str


class Tool(Value):
    """What made the score."""

    name: str
    version: str
    """Of this program when it ran; `unknown` for runs that did not note it."""
    model_ref: Annotated[str | None, Field(exclude_if=absent)] = None
    """The model as returned."""


class Points(Value):
    """A score, with its scale."""

    value: float
    scale_min: float = 0
    scale_max: float = 100


class Factor(Value):
    """What one criterion gave to the score."""

    name: str
    contribution: float
    """Points; negative where a fault took them away."""
    weight: float
    """The criterion's points."""
    input_ref: Annotated[str | None, Field(exclude_if=absent)] = None
    """Digest of the text, and the passages in it."""


class GateResult(Value):
    """A must-have. One that is met in part has not passed; a person decides."""

    name: str
    passed: bool
    detail: GateOutcome


class Subject(Value):
    """Whose answer to what. The candidate's reference is `subject_ref`."""

    submission: str
    text: str
    """Digest of the answer as received."""
    shown: tuple[str, ...]
    """Digests of the answer as judges were shown it, without hidden characters."""
    normalizer: str | None
    """Version of what prepares an answer for a judge; None for runs that did not note it."""
    language: None = None
    """Not detected."""
    received: None = None
    """Not recorded: answers come from files."""


class InstrumentUsed(Value):
    """What the answer was scored with; prompt and rubric by digest."""

    task: str
    prompt_id: str | None
    prompt: str | None
    rubric: str | None
    mode: Mode | None
    repeats: int
    weights: dict[str, float]
    must_haves: tuple[str, ...]
    red_flags: tuple[str, ...]
    cuts: tuple[float, ...]
    critical_cap: float | None


class Try(Value):
    """One answer of a judge, usable or not."""

    run: str
    """The run that asked; an answer is reused by later runs."""
    timestamp: str
    attempt: int
    outcome: str
    model: str
    fingerprint: str | None
    finish_reason: str
    latency_s: float
    usage: Usage
    cost_usd: float | None
    raw_output: str
    """Digest of the answer's text."""
    batch: str | None


class Asked(Value):
    """One request, with all answers to it up to the usable one."""

    request: str
    judge: str
    """provider:model as asked for."""
    parameters: dict[str, Any]
    answer_schema: str
    tries: tuple[Try, ...]


class ModelUsed(Value):
    """Who judged. `requests` may be empty: answer keys need no model."""

    judge: str | None
    returned: str | None
    fingerprint: str | None
    requests: tuple[Asked, ...]


class Passage(Value):
    """Evidence: code points `start` to `end` of the answer as received."""

    segment: int
    start: int
    end: int
    quote: str
    """Digest of the quoted text."""


class CriterionResult(Value):
    """What was found on one criterion."""

    criterion: str
    rater: str
    verdict: Verdict
    level: int | None
    claimed: Verdict | None
    """What the judge said, where the calibration came to another verdict."""
    points: float | None
    supported: bool
    """Whether the program found the evidence where the judge said."""
    evidence: tuple[Passage, ...]
    probability: Probability | None
    calibrated: Probability | None


class Result(Value):
    """What came out."""

    state: State
    reason: Reason | None
    percent: float | None
    uncapped: float | None
    estimate: Estimate | None
    """On the raters' scale, with its standard error."""
    criteria: tuple[CriterionResult, ...]
    red_flags: tuple[str, ...]
    reviews: tuple[Review, ...]
    """Why a person should look."""
    disguises: tuple[Disguise, ...]
    order: OrderReport | None
    judges_agree: float | None
    """Share of the criteria on which all judges of a panel agree."""
    passed_on_by: str | None
    """The judge that was asked first and left it in doubt."""


class License(Value):
    """The calibration that the score went through, if any."""

    standing: Standing
    calibration: str | None = None
    status: Status | None = None
    set_id: str | None = None
    set_digest: str | None = None
    signal: str | None = None
    thresholds: tuple[Gauge, ...] = ()


class ScoreText(Value):
    """What the answer and the judge said, on demand."""

    answer: str
    quotes: dict[str, tuple[str, ...]]
    reasons: dict[str, str]
    raw_outputs: dict[str, str]
    """By digest."""
    detail: str


class ScoreEvent(Event):
    """A submission of a run and what it came to."""

    kind: Literal["score"] = "score"
    record_id: str
    """Run, and place in its input."""
    actor: Actor
    tool: Tool
    subject_ref: str
    position_ref: Annotated[str | None, Field(exclude_if=absent)] = None
    score: Points | None
    """None whenever there is no score: never 0."""
    factors: tuple[Factor, ...]
    gates: tuple[GateResult, ...]
    subject: Subject
    instrument: InstrumentUsed
    model: ModelUsed
    result: Result
    license: License
    text: Annotated[ScoreText | None, Field(exclude_if=absent)] = None


class HumanReview(Value):
    """What a person did, in the words of a traceability record."""

    occurred: Literal[True] = True
    reviewer_ref: str
    action: Action | None
    """None where there was no verdict to confirm or override."""
    reason: str


class ReviewEvent(Event):
    """A named person's decision on one criterion of a scored answer."""

    kind: Literal["review"] = "review"
    record_id: str
    """Of the score event that it is about."""
    actor: Actor
    human_review: HumanReview
    blind: Literal[False] = False
    """Made on a record that shows the machine's verdict."""
    saw_ai_score: Literal[True] = True
    criterion: str
    before: Verdict | None
    """The machine's; None where it gave none."""
    after: Verdict
    level_before: int | None
    level_after: int | None
    cause: Cause
    text: Annotated[str | None, Field(exclude_if=absent)] = None
    """The person's note, which may quote the answer."""


class RatedCriterion(Value):
    """A person's own verdict."""

    criterion: str
    verdict: Verdict


class RatingEvent(Event):
    """A named person's own ratings of one answer, committed as a second opinion."""

    kind: Literal["rating"] = "rating"
    actor: Actor
    submission: str
    answer: str
    """Digest of the answer."""
    rubric: str
    blind: bool | None
    """True: no verdict on the answer, by a judge or a person, was on record yet. None: some was, and whether
    it was seen is not known. What the person knew of the candidate is not recorded."""
    saw_ai_score: bool | None
    """False: no judge's verdict on the answer was on record yet. None: not known."""
    ratings: tuple[RatedCriterion, ...]


class DecisionEvent(Event):
    """A named person's decision on a candidate."""

    kind: Literal["decision"] = "decision"
    actor: Actor
    subject_ref: str
    assessment: str
    assessment_digest: str
    scorecard: str
    """Digest of the scorecard as it was then."""
    total: float | None
    recommendation: Recommendation
    choice: Choice
    text: Annotated[str | None, Field(exclude_if=absent)] = None
    """The person's grounds, which may quote answers."""


AnyEvent = Annotated[ScoreEvent | ReviewEvent | RatingEvent | DecisionEvent, Field(discriminator="kind")]

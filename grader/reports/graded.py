"""What reports are drawn from: graded submissions with their texts, and the facts of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grader.disguise import blocked
from grader.domain.base import Value
from grader.domain.exchange import Usage
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord, State
from grader.domain.rubric import Rubric


@dataclass(frozen=True)
class Graded:
    """One record with what its digests stand for.

    `text`: the stored original, "" where none could be read. `rubric`: None where no rubric was found.
    `notes`: by criterion, what people said of it, in sentences.
    """

    record: GradeRecord
    text: str
    rubric: Rubric | None
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The text for those who rate and decide: blocks where something was removed, offsets as before."""
        return blocked(self.text, self.record.removed or ())


class RunInfo(Value):
    """What produced the records of one run."""

    id: str
    started: datetime
    """UTC."""
    finished: bool
    command: str
    judge: str
    """provider:model as asked for."""
    model: str | None
    """The model as returned; None while nothing was."""
    fingerprint: str | None
    mode: str
    prompt_id: str
    prompt: str
    """Digest of the prompt."""
    rubrics: dict[str, str]
    """Digest of the rubric of each task."""
    version: str
    """Of this program."""
    python: str
    platform: str
    inputs: int
    """Submissions that the run was given."""
    counts: dict[State, int]
    """Records of the run by state."""
    reasons: dict[Reason, int]
    """Records that are not scored by their reason, the most frequent first."""
    calls: int
    """Answers asked of the judge, failed tries included."""
    failed_tries: int
    """Answers that were of no use."""
    unanswered_tries: int | None = None
    """Tries that ended without an answer, beside the calls; None: not known, since no ledger has them."""
    usage: Usage
    """Tokens of all calls, failed tries included."""
    cost_usd: float | None
    """Of all answers, those of no use included; None: price unknown."""
    prices: str | None = None
    """Where the prices are from."""
    wall_s: float

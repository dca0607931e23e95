"""Batches at a provider: what is handed over, what is known of it, and what came back."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, TypeVar

from grader.domain.base import Storable, Value
from grader.domain.exchange import Completion, JudgeRequest
from grader.errors import ProviderError

T = TypeVar("T")

OVER = frozenset({"completed", "failed", "expired", "cancelled"})
"""States at the provider after which nothing more comes."""


class BatchStatus(Value):
    """A batch as the provider tells of it."""

    id: Storable
    """The provider's own."""
    state: Storable
    completed: int = 0
    failed: int = 0
    total: int = 0
    input_file: str | None = None
    output_file: str | None = None
    error_file: str | None = None
    problems: tuple[Storable, ...] = ()
    """Codes of what is wrong with the batch as a whole."""

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        if self.state == "completed" and self.completed and self.output_file is None:
            return False  # the answers are still being put together
        return self.state in OVER

    @property
    def files(self) -> tuple[str, ...]:
        """All files of it at the provider."""
        return tuple(f for f in (self.input_file, self.output_file, self.error_file) if f is not None)


class Step(StrEnum):
    """What happened to a batch, as the ledger notes it."""

    SENDING = "sending"
    """A process hands it over to the provider. Whether it got there is known with the next step."""
    PUT_BACK = "put_back"
    """It was certainly not handed over."""
    SUBMITTED = "submitted"
    SEEN = "seen"
    """The provider told of another state."""
    CLOSED = "closed"
    """Every row has a result."""


class BatchEvent(Value):
    """One step of a batch; the ledger takes each number once."""

    number: int
    created: str
    """UTC, ISO 8601."""
    step: Step
    status: BatchStatus | None = None
    note: str = ""


class KnownBatch(Value):
    """A batch as the ledger knows it."""

    id: str
    run: str
    created: str
    """UTC, ISO 8601."""
    rows: int
    events: tuple[BatchEvent, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether every row has a result."""
        return bool(self.events) and self.events[-1].step is Step.CLOSED

    @property
    def status(self) -> BatchStatus | None:
        """The newest word of the provider; None before it has the batch."""
        return next((e.status for e in reversed(self.events) if e.status is not None), None)

    @property
    def idle_s(self) -> float:
        """Seconds since the last step."""
        last = self.events[-1].created if self.events else self.created
        return (datetime.now(UTC) - datetime.fromisoformat(last)).total_seconds()


class Outgoing(NamedTuple):
    """A request that is to be asked in a batch."""

    request: JudgeRequest
    asked: JudgeRequest
    """What is really sent: after an unusable answer, the request with what was wrong added."""
    attempt: int
    segments: int
    """How many segments the submission has."""


class Row(NamedTuple):
    """A request in a batch; texts are in the ledger under the digests."""

    asked: str
    number: int
    """How often this was put into a batch before, and one more."""
    request: str
    attempt: int
    segments: int


class RowOutcome(StrEnum):
    """What became of a row. The first three came with an answer."""

    OK = "ok"
    MALFORMED = "malformed"
    REFUSED = "refused"
    TOO_LONG = "too_long"
    FILTERED = "filtered"
    FAILED = "failed"
    """Asking again can't help."""
    UNFINISHED = "unfinished"
    """Failed at the provider, expired, or left out: it may be asked again."""


class Returned(NamedTuple):
    """A line of what the provider gives back."""

    asked: str | None
    """None: the line can't be read, or names nothing."""
    answer: Completion | ProviderError


class Result(NamedTuple):
    """What became of a row, as it is kept."""

    row: Row
    outcome: RowOutcome
    problem: str = ""
    completion: Completion | None = None


class Unusable(NamedTuple):
    """An unusable answer from a batch, and what is wrong with it."""

    completion: Completion
    problem: str


class Trail(NamedTuple):
    """How asking one thing in batches went so far."""

    waiting: bool
    """It is on its way now."""
    unusable: tuple[Unusable, ...]
    failures: tuple[tuple[RowOutcome, str], ...]
    """Of rows without an answer: the outcome and a sentence."""


def in_groups(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of so many; the last may be shorter."""
    rest = iter(items)
    while group := list(islice(rest, size)):
        yield group

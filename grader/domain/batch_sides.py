"""The two sides of a batch: the provider that answers it, and the ledger that keeps what is known of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Protocol

from grader.domain.batch import (
    BatchStatus,
    KnownBatch,
    Outgoing,
    Result,
    Returned,
    Row,
    RowOutcome,
    Step,
    Trail,
)
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.submission import Submission


class BatchService(Protocol):
    """A provider's batch API. Raises TransientError or PermanentError."""

    spec: JudgeSpec
    endpoint: str
    """The address at which it is really reached."""

    def line(self, asked: JudgeRequest) -> bytes:
        """The line of the input file that asks this, with its line break."""

    def upload(self, file: IO[bytes], name: str) -> str:
        """Hand over an input file; returns the provider's id of it."""

    def create(self, input_file: str, batch: str, run: str) -> BatchStatus:
        """Start a batch under our own id. After a TransientError it may or may not have started."""

    def find(self, batch: str, since: str) -> BatchStatus | None:
        """The batch that was started under our id, not earlier than an hour before `since`."""

    def status(self, provider_id: str) -> BatchStatus:
        """How a batch stands."""

    def rows(self, status: BatchStatus) -> Iterator[Returned]:
        """What came back, answers first."""

    def cancel(self, provider_id: str) -> None:
        """Have a batch end before it is over."""

    def delete(self, files: Iterable[str]) -> None:
        """Delete files at the provider; those that are gone are passed over."""

    def close(self) -> None:
        """Let go of connections."""


class Archive(Protocol):
    """Where answers and requests are found again."""

    def answer(self, request_digest: str) -> Completion | None:
        """The usable answer to exactly this request, if there is one."""

    def request(self, request_digest: str) -> JudgeRequest:
        """A request by its digest. LedgerError where there is none."""


class BatchLedger(Protocol):
    """What is kept of batches; append-only."""

    def add_inputs(self, run: str, submissions: Sequence[tuple[int, Submission]]) -> None:
        """Keep submissions of a run with their places in the input."""

    def inputs(self, run: str) -> Iterator[tuple[int, Submission]]:
        """The submissions of a run in the order of the input."""

    def claim(self, batch: str, run: str, group: Sequence[Outgoing]) -> int:
        """Put into a batch that is not sent yet what is not on its way already; returns how many."""

    def note(
        self, batch: str, number: int, step: Step, status: BatchStatus | None = None, note: str = ""
    ) -> bool:
        """Note a step; False if another process noted one with this number first."""

    def batch(self, batch: str) -> KnownBatch:
        """A batch by our id."""

    def batches(self, run: str | None = None) -> list[KnownBatch]:
        """All batches, or those of a run, oldest first."""

    def rows(self, batch: str) -> list[Row]:
        """The rows of a batch."""

    def keep(self, batch: KnownBatch, results: Sequence[Result]) -> int:
        """Keep results with their answers, each row's once; returns how many were new."""

    def close(self, batch: KnownBatch, outcome: RowOutcome, problem: str) -> int:
        """Give all rows without a result this one; returns how many."""

    def trail(self, asked: str, since: str) -> Trail:
        """How asking this went since a time (UTC, ISO 8601)."""

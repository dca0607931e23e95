"""Runs, and what a grader needs of a ledger."""

from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, Protocol

from grader.domain.base import Value
from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.record import GradeRecord


class Run(Value):
    """One call of a grading command."""

    id: str
    started: str
    """UTC, ISO 8601."""
    command: str
    judge: str
    settings: dict[str, Any]
    """Everything that bears on the result, as plain JSON."""


class AnswerOutcome(StrEnum):
    """What became of a completion. Only `ok` is ever reused."""

    OK = "ok"
    MALFORMED = "malformed"
    REFUSED = "refused"


class TextKind(StrEnum):
    """What a kept text is."""

    SUBMISSION = "submission"
    RUBRIC = "rubric"
    PROMPT = "prompt"
    SCHEMA = "schema"
    MESSAGE = "message"


class BeingAskedError(Exception):
    """Another worker is asking this very request at the moment."""


class Ledger(Protocol):
    """An append-only store that many tasks and processes share. What is awaited is durable on return."""

    def keep_text(self, kind: TextKind, body: str) -> None:
        """Keep a text under its digest, once; durable with the next append."""

    def asking(self, request_digest: str, *, wait: bool) -> AbstractAsyncContextManager[Completion | None]:
        """The usable answer to exactly this request; where there is none, the sole right to ask for it.

        While another task or process has that right, waits for its answer, or raises BeingAskedError if not
        to `wait`.
        """

    async def append_completion(
        self,
        run: str,
        request: JudgeRequest,
        asked: JudgeRequest,
        attempt: int,
        completion: Completion,
        outcome: AnswerOutcome,
        problem: str = "",
    ) -> Completion | None:
        """Keep an answer, usable or not, with the request that it answers.

        `asked` is what was really sent: from the second try on, the request with what was wrong added.
        Returns the earlier usable answer, if there is one: that one counts.
        """

    async def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        """Keep the outcome for one submission."""

    async def settled(self) -> None:
        """Wait until all that was handed in is durable, also for those who no longer wait themselves.

        Raises LedgerError if an answer could not be kept, and says how many.
        """

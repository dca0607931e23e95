"""Runs, and what a grader needs of a ledger."""

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


class Ledger(Protocol):
    """An append-only store. Every call is durable when it returns."""

    def keep_text(self, kind: TextKind, body: str) -> str:
        """Keep a text under its digest, once; returns the digest."""

    def answer(self, request_digest: str) -> Completion | None:
        """The usable answer to exactly this request, if there is one."""

    def append_completion(
        self,
        run: str,
        request: JudgeRequest,
        asked: JudgeRequest,
        attempt: int,
        completion: Completion,
        outcome: AnswerOutcome,
        problem: str = "",
    ) -> None:
        """Keep an answer, usable or not, with the request that it answers.

        `asked` is what was really sent: from the second try on, the request with what was wrong added.
        """

    def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        """Keep the outcome for one submission."""

"""What grading again would ask and change, found out without asking a judge anything."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome, TextKind
from grader.domain.submission import Submission
from grader.errors import PermanentError
from grader.pipeline import Instrument, grade


class Answers(Protocol):
    """What a preview needs of a ledger."""

    def answer(self, request_digest: str) -> Completion | None:
        """The usable answer to a request."""


class Foreseen(NamedTuple):
    """One submission as it would come out."""

    record: GradeRecord | None
    """None: it can't be known before the judge is asked."""
    calls: frozenset[str]
    """Digests of the requests that would be asked."""


async def foresee(
    submissions: Sequence[Submission],
    instruments: Mapping[str, Instrument],
    judge: JudgeSpec,
    known: Answers,
) -> list[Foreseen]:
    """What each submission would come to; the ledger is only read."""
    found = []
    for submission in submissions:
        asked: set[str] = set()
        provider = _Unasked(judge, asked)
        record = await grade(submission, instruments.get(submission.task), provider, _Reading(known), "")
        found.append(Foreseen(None if asked else record, frozenset(asked)))
    return found


class _Unasked:
    """A judge that only notes what it would be asked."""

    def __init__(self, spec: JudgeSpec, asked: set[str]) -> None:
        self.spec = spec
        self._asked = asked

    async def complete(self, request: JudgeRequest) -> Completion:
        self._asked.add(request.digest)
        raise PermanentError("Nothing is asked in a preview.")

    async def close(self) -> None:
        pass


class _Reading:
    """A ledger that keeps nothing."""

    def __init__(self, known: Answers) -> None:
        self._known = known

    def keep_text(self, kind: TextKind, body: str) -> None:
        pass

    @asynccontextmanager
    async def asking(self, request_digest: str, *, wait: bool) -> AsyncIterator[Completion | None]:
        yield self._known.answer(request_digest)

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
        raise AssertionError("a preview keeps nothing")

    async def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        raise AssertionError("a preview keeps nothing")

    async def settled(self) -> None:
        pass

"""What grading again would ask and change, found out without asking a judge anything."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.digests import text_digest
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome, Ledger, TextKind
from grader.domain.submission import Submission
from grader.errors import PermanentError
from grader.pipeline import Instrument, grade


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
    ledger: Ledger,
) -> list[Foreseen]:
    """What each submission would come to; the ledger is only read."""
    found = []
    for submission in submissions:
        asked: set[str] = set()
        provider = _Unasked(judge, asked)
        record = await grade(submission, instruments.get(submission.task), provider, _Reading(ledger), "")
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

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keep_text(self, kind: TextKind, body: str) -> str:
        return text_digest(body)

    def answer(self, request_digest: str) -> Completion | None:
        return self._ledger.answer(request_digest)

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
        raise AssertionError("a preview keeps nothing")

    def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        raise AssertionError("a preview keeps nothing")

"""Makes the records of a run that was asked in batches, through the same pipeline as live calls."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from grader.batches.chain import still_open
from grader.batches.sending import Place
from grader.domain.batch import Outgoing, RowOutcome
from grader.domain.batch_sides import Archive
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.run import AnswerOutcome, Ledger, Run
from grader.errors import ContextTooLongError, PermanentError, ProviderError, RefusedError
from grader.pipeline import Instrument, grade


class Settled(NamedTuple):
    """How far a run is."""

    records: int
    """Submissions whose record is in the ledger."""
    waiting: int
    """Those of which something is on its way."""
    wanting: frozenset[int]
    """The places of those of which something is to be asked again, or was never asked."""

    @property
    def inputs(self) -> int:
        """All submissions that the ledger has of the run."""
        return self.records + self.waiting + len(self.wanting)


def outstanding(
    run: Run, instruments: Mapping[str, Instrument], judge: JudgeSpec, place: Place
) -> Iterator[Outgoing]:
    """What is still to be asked for a run: neither answered, nor on its way, nor given up."""
    for _, submission in place.batches.inputs(run.id):
        instrument = instruments.get(submission.task)
        yield from still_open(submission, instrument, judge, place.archive, place.batches, run.started).wanted


async def settle(
    run: Run,
    instruments: Mapping[str, Instrument],
    judge: JudgeSpec,
    place: Place,
    ledger: Ledger,
    *,
    give_up: bool = False,
) -> Settled:
    """Make the record of every submission that has nothing left to ask. What is made again is the same.

    With `give_up`, what could be asked again counts as not answered.
    """
    records = waiting = 0
    wanting: set[int] = set()
    for position, submission in place.batches.inputs(run.id):
        instrument = instruments.get(submission.task)
        left = still_open(submission, instrument, judge, place.archive, place.batches, run.started)
        if left.waiting:
            waiting += 1
        elif left.wanted and not give_up:
            wanting.add(position)
        else:
            kept = _Kept(ledger, place.archive)
            record = await grade(submission, instrument, _Collected(judge, place, run), kept, run.id)
            await ledger.append_record(run.id, position, record)
            records += 1
    return Settled(records, waiting, frozenset(wanting))


class _Collected:
    """A judge that says again what batches brought, and asks nothing."""

    def __init__(self, spec: JudgeSpec, place: Place, run: Run) -> None:
        self.spec = spec
        self._place = place
        self._since = run.started
        self._met: Counter[str] = Counter()

    async def complete(self, request: JudgeRequest) -> Completion:
        """The next unusable answer to this, so that the record tells of it; else why there is none."""
        trail = self._place.batches.trail(request.digest, self._since)
        met = self._met[request.digest]
        if met < len(trail.unusable):
            self._met[request.digest] += 1
            return trail.unusable[met].completion
        if not trail.failures:
            raise PermanentError("Given up before a batch with this question was handed over.")
        outcome, problem = trail.failures[-1]
        if outcome is RowOutcome.UNFINISHED:
            tries = "1 batch" if len(trail.failures) == 1 else f"{len(trail.failures)} batches"
            problem = f"Not answered in {tries}. {problem}"
        raise _ERRORS.get(outcome, PermanentError)(problem)

    async def close(self) -> None:
        """Nothing to let go of."""


_ERRORS: Mapping[RowOutcome, type[ProviderError]] = {
    RowOutcome.TOO_LONG: ContextTooLongError,
    RowOutcome.FILTERED: RefusedError,
}


class _Kept:
    """The ledger, without keeping a second time what was kept when it came back."""

    def __init__(self, ledger: Ledger, archive: Archive) -> None:
        self._archive = archive
        self.keep_text = ledger.keep_text
        self.append_record = ledger.append_record
        self.settled = ledger.settled

    @asynccontextmanager
    async def asking(self, request_digest: str, *, wait: bool) -> AsyncIterator[Completion | None]:
        yield self._archive.answer(request_digest)

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
        return None

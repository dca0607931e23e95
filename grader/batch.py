"""Many submissions: a fixed number of tasks draws from the input, so memory does not grow with it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

from grader.domain.exchange import Completion, JudgeRequest, Provider
from grader.domain.record import GradeRecord
from grader.domain.run import BeingAskedError, Ledger
from grader.domain.submission import Submission
from grader.judging import ALONE, Beside, Seat, judge
from grader.pipeline import WIND_DOWN_S, Instrument

_PUT_OFF_PER_WORKER = 8
_TASKS_PER_WORKER = 2
"""While one task has the ledger keep an answer, another asks in its place."""


async def grade_all(
    submissions: Iterable[Submission],
    instruments: Mapping[str, Instrument],
    provider: Provider,
    ledger: Ledger,
    run: str,
    *,
    workers: int,
    on_record: Callable[[GradeRecord], None],
    beside: Beside = ALONE,
) -> None:
    """Grade every submission; each outcome is in the ledger before `on_record` hears of it.

    `instruments` by task id. `workers`: calls at once, of all judges together. `beside`: who judges beside
    the provider's judge. Processes with the same ledger share the work. On a PermanentError that would meet
    every submission, or on cancellation, no other call is begun, those under way get WIND_DOWN_S to end, and
    the error is raised; a second cancellation cuts that short. What was answered is kept: a LedgerError says
    how many answers could not be.
    """
    await grade_placed(
        enumerate(submissions),
        Seat(provider, instruments),
        ledger,
        run,
        workers=workers,
        on_record=on_record,
        beside=beside,
    )


async def grade_placed(
    submissions: Iterable[tuple[int, Submission]],
    first: Seat,
    ledger: Ledger,
    run: str,
    *,
    workers: int,
    on_record: Callable[[GradeRecord], None],
    beside: Beside = ALONE,
) -> None:
    """Like `grade_all`, for submissions that come with their places in the input, such as a part of it."""
    line = _Line(submissions, workers * _PUT_OFF_PER_WORKER)
    turns = _Turns(workers)
    first = turns.at(first)
    beside = Beside(tuple(map(turns.at, beside.panel)), beside.stronger and turns.at(beside.stronger))
    at_work = [
        asyncio.create_task(_work(line, first, beside, ledger, run, on_record))
        for _ in range(workers * _TASKS_PER_WORKER)
    ]
    try:
        ended, _ = await asyncio.wait(at_work, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        line.close()
        turns.close()
        await _wind_down(at_work, ledger)
    for worker in ended:
        worker.result()  # every worker meets the same wall: one error says it


async def _wind_down(at_work: Sequence[asyncio.Task[None]], ledger: Ledger) -> None:
    try:
        await asyncio.wait(at_work, timeout=WIND_DOWN_S)
    finally:
        for worker in at_work:
            worker.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        await ledger.settled()


class _Turns:
    """Lets so many calls be made at once, and none is begun after the end."""

    def __init__(self, calls: int) -> None:
        self._free = asyncio.Semaphore(calls)
        self._closed = False

    def at(self, seat: Seat) -> Seat:
        """The seat with a judge that waits for its turn."""
        return seat._replace(provider=_InTurn(seat.provider, self))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One call's turn. Raises CancelledError after the end."""
        async with self._free:
            if self._closed:
                raise asyncio.CancelledError
            yield

    def close(self) -> None:
        """Let no other call begin."""
        self._closed = True


class _InTurn:
    """A judge whose calls take turns with others."""

    def __init__(self, provider: Provider, turns: _Turns) -> None:
        self.spec = provider.spec
        self._provider = provider
        self._turns = turns

    async def complete(self, request: JudgeRequest) -> Completion:
        """As the judge itself, in its turn."""
        async with self._turns.turn():
            return await self._provider.complete(request)

    async def close(self) -> None:
        """Let go of what the judge holds."""
        await self._provider.close()


class _Line:
    """The submissions still to be graded: the input, and those put off because another process asks them."""

    def __init__(self, submissions: Iterable[tuple[int, Submission]], most_put_off: int) -> None:
        self._input: Iterator[tuple[int, Submission]] = iter(submissions)
        self._put_off: deque[tuple[int, Submission]] = deque()
        self._most_put_off = most_put_off
        self._closed = False

    def next(self) -> tuple[int, Submission, bool] | None:
        """Position, submission, and whether it was put off before; None at the end."""
        if self._closed:
            return None
        if len(self._put_off) < self._most_put_off and (new := next(self._input, None)) is not None:
            return (*new, False)
        return (*self._put_off.popleft(), True) if self._put_off else None

    def put_off(self, position: int, submission: Submission) -> None:
        """Let it wait until the input is through, or too many wait."""
        self._put_off.append((position, submission))

    def close(self) -> None:
        """Give out no more."""
        self._closed = True


async def _work(
    line: _Line,
    first: Seat,
    beside: Beside,
    ledger: Ledger,
    run: str,
    on_record: Callable[[GradeRecord], None],
) -> None:
    while (drawn := line.next()) is not None:
        position, submission, wait = drawn
        try:
            record = await judge(submission, first, beside, ledger, run, wait=wait)
        except BeingAskedError:
            line.put_off(position, submission)
            continue
        await ledger.append_record(run, position, record)
        on_record(record)

"""Many submissions: a fixed number of tasks draws from the input, so memory does not grow with it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from grader.domain.exchange import Provider
from grader.domain.record import GradeRecord
from grader.domain.run import BeingAskedError, Ledger
from grader.domain.submission import Submission
from grader.judging import ALONE, Beside, Seat, judge
from grader.pipeline import WIND_DOWN_S, Instrument
from grader.turns import Turns

_PUT_OFF_PER_WORKER = 8
_TASKS_PER_WORKER = 2
"""While one task has the ledger keep a record or look for an answer, another asks in its place."""


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

    `instruments` by task id. `workers`: requests at once, of all judges together. `beside`: who judges beside
    the provider's judge. Processes with the same ledger share the work. On a PermanentError that would meet
    every submission, or on cancellation, no other is begun, requests under way get WIND_DOWN_S to end, and
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
    """Like `grade_all`, for submissions that come with their places in the input, such as a part of it.

    Of check answers no outcome is kept: `on_record` alone hears of them.
    """
    line = _Line(submissions, workers * _PUT_OFF_PER_WORKER)
    turns = Turns(ledger, workers)
    at_work = [
        asyncio.create_task(_work(line, first, beside, turns, run, on_record))
        for _ in range(workers * _TASKS_PER_WORKER)
    ]
    try:
        ended, _ = await asyncio.wait(at_work, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        line.close()
        turns.end()
        await _wind_down(at_work, ledger)
    for worker in ended:
        if not worker.cancelled():
            worker.result()  # every worker meets the same wall: one error says it


async def _wind_down(at_work: Sequence[asyncio.Task[None]], ledger: Ledger) -> None:
    try:
        await asyncio.wait(at_work, timeout=WIND_DOWN_S)
    finally:
        for worker in at_work:
            worker.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        await ledger.settled()


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
        if submission.check is None:
            await ledger.append_record(run, position, record)
        on_record(record)

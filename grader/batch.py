"""Many submissions: a fixed number of workers draws from the input, so memory does not grow with it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from grader.domain.exchange import Provider
from grader.domain.record import GradeRecord
from grader.domain.run import BeingAskedError, Ledger
from grader.domain.submission import Submission
from grader.judging import ALONE, Beside, Seat, judge
from grader.pipeline import Instrument

_PUT_OFF_PER_WORKER = 8


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

    `instruments` by task id. `beside`: who judges beside the provider's judge. Processes with the same ledger
    share the work. On a PermanentError that would meet every submission, or on cancellation, the workers stop
    and the error is raised; what is graded stays in the ledger.
    """
    line = _Line(submissions, workers * _PUT_OFF_PER_WORKER)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(_work(line, Seat(provider, instruments), beside, ledger, run, on_record))
    except ExceptionGroup as failures:
        # every worker meets the same wall: one error says it
        raise failures.exceptions[0] from None


class _Line:
    """The submissions still to be graded: the input, and those put off because another process asks them."""

    def __init__(self, submissions: Iterable[Submission], most_put_off: int) -> None:
        self._input: Iterator[tuple[int, Submission]] = enumerate(submissions)
        self._put_off: deque[tuple[int, Submission]] = deque()
        self._most_put_off = most_put_off

    def next(self) -> tuple[int, Submission, bool] | None:
        """Position, submission, and whether it was put off before; None at the end."""
        if len(self._put_off) < self._most_put_off and (new := next(self._input, None)) is not None:
            return (*new, False)
        return (*self._put_off.popleft(), True) if self._put_off else None

    def put_off(self, position: int, submission: Submission) -> None:
        """Let it wait until the input is through, or too many wait."""
        self._put_off.append((position, submission))


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

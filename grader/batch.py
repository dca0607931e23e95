"""Many submissions: a fixed number of workers draws from the input, so memory does not grow with it."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping

from grader.domain.exchange import Provider
from grader.domain.record import GradeRecord
from grader.domain.run import Ledger
from grader.domain.submission import Submission
from grader.pipeline import Instrument, grade


async def grade_all(
    submissions: Iterable[Submission],
    instruments: Mapping[str, Instrument],
    provider: Provider,
    ledger: Ledger,
    run: str,
    *,
    workers: int,
    on_record: Callable[[GradeRecord], None],
) -> None:
    """Grade every submission; each outcome is in the ledger before `on_record` hears of it.

    `instruments` by task id. On a PermanentError that would meet every submission, or on cancellation,
    the workers stop and the error is raised; what is graded stays in the ledger.
    """
    queue = enumerate(submissions)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(_work(queue, instruments, provider, ledger, run, on_record))
    except ExceptionGroup as failures:
        # every worker meets the same wall: one error says it
        raise failures.exceptions[0] from None


async def _work(
    queue: Iterator[tuple[int, Submission]],
    instruments: Mapping[str, Instrument],
    provider: Provider,
    ledger: Ledger,
    run: str,
    on_record: Callable[[GradeRecord], None],
) -> None:
    for position, submission in queue:
        record = await grade(submission, instruments.get(submission.task), provider, ledger, run)
        ledger.append_record(run, position, record)
        on_record(record)
        await asyncio.sleep(0)

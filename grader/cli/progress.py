"""How far a run is: a bar on a terminal, elsewhere a plain line now and then."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from grader.reports.amounts import duration

LINE_EVERY_S = 30.0
_WINDOW = 200
"""Submissions over which the rate is taken: it follows a judge that slows down."""


class Watch:
    """Counts what is done, and how fast it went of late."""

    def __init__(self, total: int, now: float) -> None:
        self.total = total
        self.done = 0
        self._times = deque([now], maxlen=_WINDOW)

    def note(self, now: float) -> None:
        """One more is done."""
        self.done += 1
        self._times.append(now)

    def words(self, now: float, spent: str) -> str:
        """Rate, what is spent, and the time that is left at this rate."""
        seconds = now - self._times[0]
        told = [spent] if spent else []
        if self.done and seconds > 0:
            rate = (len(self._times) - 1) / seconds
            told.insert(0, f"{rate * 60:.0f} a minute")
            if self.done < self.total:
                told.append(f"{duration((self.total - self.done) / rate)} left")
        return ", ".join(told)


@contextmanager
def progress(
    total: int,
    spent: Callable[[], str],
    *,
    console: Console | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Callable[[], None]]:
    """Shows how far a run is while it is open; what it yields is called when a submission is done.

    `spent`: what is spent so far, in words, or nothing.
    """
    console = console or Console(stderr=True)
    watch = Watch(total, clock())
    show = _bar if console.is_terminal else _lines
    with show(console, watch, lambda: watch.words(clock(), spent()), clock) as shown:

        def done() -> None:
            watch.note(clock())
            shown()

        yield done


@contextmanager
def _bar(
    console: Console, watch: Watch, words: Callable[[], str], _clock: Callable[[], float]
) -> Iterator[Callable[[], None]]:
    columns = (
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=watch.total, words="")
        yield lambda: bar.update(task, completed=watch.done, words=words())


@contextmanager
def _lines(
    console: Console, watch: Watch, words: Callable[[], str], clock: Callable[[], float]
) -> Iterator[Callable[[], None]]:
    last = clock()

    def line() -> None:
        told = words()
        console.print(
            f"Grading: {watch.done} of {watch.total}{f', {told}' if told else ''}",
            highlight=False,
            soft_wrap=True,
        )

    def now_and_then() -> None:
        nonlocal last
        if clock() - last >= LINE_EVERY_S:
            last = clock()
            line()

    try:
        yield now_and_then
    finally:
        line()

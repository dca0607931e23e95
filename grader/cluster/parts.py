"""The parts of a batch: which submissions go to a worker together, and its share of the judge's limits."""

from collections.abc import Iterable, Iterator
from itertools import islice

from grader.domain.submission import Submission
from grader.wiring import JudgeOptions

Part = tuple[tuple[int, Submission], ...]
"""Submissions with their places in the input."""

_ROUNDS = 16
"""A part holds so many times what a worker asks at once: at its end, places stay empty for a moment."""
_PARTS_EACH = 4
"""A worker gets at least so many parts of a batch that is long enough, so that none is idle for long."""


def part_size(submissions: int, workers: int, in_flight: int) -> int:
    """How many submissions make a part, where a worker asks `in_flight` at once."""
    even = submissions // (workers * _PARTS_EACH)
    return max(in_flight, min(even, in_flight * _ROUNDS))


def parts(submissions: Iterable[Submission], size: int) -> Iterator[Part]:
    """The input in parts, one at a time, in its order."""
    placed = enumerate(submissions)
    while part := tuple(islice(placed, size)):
        yield part


def most_workers(options: JudgeOptions) -> int:
    """Into how many shares these limits can be divided."""
    return min(limit for limit in (options.in_flight, options.rpm, options.tpm) if limit is not None)


def share(options: JudgeOptions, workers: int) -> JudgeOptions:
    """The limits of one of so many workers: what keeps to them is a process, so each is given its part."""
    return options._replace(
        in_flight=options.in_flight // workers,
        rpm=options.rpm and options.rpm // workers,
        tpm=options.tpm and options.tpm // workers,
    )

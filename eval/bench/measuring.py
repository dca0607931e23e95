"""What a system is told to do, and what it tells about it: one line of JSON at the end of its output."""

import argparse
import json
import os
import resource
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

MARK = "MEASURED "
STARTED = "BENCH_STARTED"
"""Variable that holds when the process was started, in seconds since the epoch."""


class Job(NamedTuple):
    """What a system is to grade, and with how many calls under way at once."""

    url: str
    """Address of the server, with /v1."""
    responses: int
    in_flight: int
    mode: str

    def warm_up(self) -> "Job":
        """A job of one letter, which brings in what is only imported when it is first needed."""
        return self._replace(responses=1)


class Outcome(NamedTuple):
    """What became of the criteria."""

    verdicts: int
    """Criteria with a verdict."""
    reported: int
    """Criteria without one of which the system says so: an error, a reason, a state."""
    scored_in_part: int = 0
    """Answers with a score although one of their criteria has no verdict."""


class Timing:
    """Wall and CPU seconds of the grading, once it is over."""

    wall_s = 0.0
    cpu_s = 0.0
    peak_mb = 0.0
    """The most memory held until the grading was over."""
    start_s = 0.0
    """From the start of the process to the start of the grading: imports and warming up."""


def job() -> Job:
    """The job on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--responses", type=int, required=True)
    parser.add_argument("--in-flight", type=int, required=True)
    parser.add_argument("--mode", default="")
    options = parser.parse_args()
    return Job(options.url, options.responses, options.in_flight, options.mode)


@contextmanager
def measured(todo: Job) -> Iterator[Timing]:
    """Measures what is done within: the grading alone, without imports. The server counts from here on."""
    timing = Timing()
    reset = f"{todo.url.removesuffix('/v1')}/reset"
    urllib.request.urlopen(urllib.request.Request(reset, method="POST")).close()  # noqa: S310 - our own server
    timing.start_s = time.time() - float(os.environ.get(STARTED, "nan"))
    cpu, wall = cpu_s(), time.perf_counter()
    yield timing
    timing.wall_s = time.perf_counter() - wall
    timing.cpu_s = cpu_s() - cpu
    timing.peak_mb = peak_mb()


def cpu_s() -> float:
    """CPU seconds of this process and of its children that have ended."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def peak_mb() -> float:
    """The most memory this process ever held, in MB.

    Of the process alone: what getrusage says starts with the memory of whoever started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def tell(timing: Timing, outcome: Outcome) -> None:
    """The last line of a system: its figures."""
    line: dict[str, Any] = {
        "wall_s": timing.wall_s,
        "cpu_s": timing.cpu_s,
        "start_s": timing.start_s,
        "peak_mb": timing.peak_mb,
        "outcome": outcome._asdict(),
    }
    print(f"\n{MARK}{json.dumps(line)}", flush=True)

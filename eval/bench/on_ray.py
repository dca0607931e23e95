"""Our batch on a Ray cluster of `--mode` nodes, the ledger on PostgreSQL: the grading, without the starts."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from eval.bench.environments import ROOT
from eval.bench.kept import Tally
from eval.bench.material import JUDGE, TASK_ID, rubric_fields
from eval.bench.measuring import Job, Outcome, Timing, job, measured, tell
from eval.bench.ours import submissions
from eval.throwaway_postgresql import absence, new_database, postgresql
from grader.cluster.nodes import hand_out, joined
from grader.cluster.parts import part_size, parts, share
from grader.cluster.work import Work, work_of
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.ledger.store import SqlLedger
from grader.wiring import Asking, JudgeOptions, load_instruments, new_run, open_judge

_MOST = 1_000_000
"""Letters that there are, at most: so many are graded to warm up until every worker has had some."""


@contextmanager
def _nodes(count: int) -> Iterator[str]:
    """So many nodes of one core; yields the cluster's address."""
    command = [sys.executable, "-m", "eval.nodes", str(count)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        if not address:
            sys.exit("Ray's nodes do not come up: the machine is too busy")
        yield address


def grade_letters(todo: Job, ledger: SqlLedger, url: str) -> tuple[Timing, Outcome]:
    """Let each worker grade a few letters to warm up; then all others, as `grader grade --ray` does."""
    workers = int(todo.mode)
    options = JudgeOptions(base_url=todo.url, in_flight=todo.in_flight)
    each = share(options, workers)
    judge = open_judge(JUDGE, options)
    rubric = Rubric.model_validate(rubric_fields())
    instruments = load_instruments({TASK_ID: rubric}, None, judge.spec.style, Asking())
    letters = submissions(_MOST)

    def work() -> Work:
        run = new_run("bench", judge.spec, {})
        ledger.start_run(run)
        return work_of(run.id, url, JUDGE, each, instruments)

    def graded(what: Work, some: Iterable[Submission], size: int) -> set[str]:
        return {told.worker for told in hand_out(what, parts(some, size), workers)}

    warm: set[str] = set()
    while len(warm) < workers:
        warm |= graded(work(), islice(letters, workers * each.in_flight), each.in_flight)
    counted, tally = work(), Tally()
    with measured(todo) as timing:
        size = part_size(todo.responses, workers, each.in_flight)
        graded(counted, islice(letters, todo.responses), size)
    for record in ledger.records(counted.run):
        tally.note(record)
    return timing, tally.outcome()


def main() -> None:
    """Start a database and the nodes, and grade."""
    todo = job()
    if why := absence():
        sys.exit(why)
    with postgresql() as port, _nodes(int(todo.mode)) as address, joined(address):
        url = new_database(port, "grades")
        with SqlLedger(url) as ledger:
            told = grade_letters(todo, ledger, url)
    tell(*told)


if __name__ == "__main__":
    main()

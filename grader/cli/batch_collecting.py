"""The stages of `grader batch collect`: which runs, round by round to their end, and what came of them."""

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from grader.cli.batch_rounds import Rounds, Wishes
from grader.cli.batching import show
from grader.cli.gather import graded, run_info
from grader.cli.grading import document, present
from grader.domain.run import Run
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.reports.graded import RunInfo


def runs_to_collect(store: SqlLedger, wanted: str | None) -> list[Run]:
    """The run that an id (of a run, of a batch, or the provider's) means; without one, all not yet ended."""
    runs = [run for run in store.runs() if "batch" in run.settings]
    if wanted is None:
        return [run for run in runs if store.run_end(run.id) is None]
    batches = store.batches().batches()
    meant = {b.run for b in batches if wanted in {b.id, b.status.id if b.status else None}} | {wanted}
    if not (found := [run for run in runs if run.id in meant]):
        raise InputError(
            Problem("ID", None, f"No run or batch is called {wanted!r}.", "See 'grader batch list'.")
        )
    return found


def one_report(runs: Sequence[Run]) -> None:
    """Raises InputError where there is more than one run for a report."""
    if len(runs) > 1:
        message = f"A report shows one run, and {len(runs)} are collected."
        remedy = f"Name one: {', '.join(run.id for run in runs)}."
        raise InputError(Problem("--report", None, message, remedy))


def collect_runs(
    store: SqlLedger,
    runs: Sequence[Run],
    wishes: Wishes,
    every_s: float | None,
    report: Path | None,
    *,
    as_json: bool,
) -> list[RunInfo]:
    """Collect these runs, to the end if `every_s` is given; presents and returns those that are at theirs.

    Raises the first of the errors that kept runs from it, once all that could go on has.
    """
    with closing(Rounds(store, runs, wishes, patient=every_s is not None)) as rounds:
        while rounds.go() and every_s is not None:
            time.sleep(every_s)
    ended = [run for run in runs if run.id in rounds.ended]
    chosen = {run.id for run in runs}
    newest = [batch for batch in store.batches().batches() if batch.run in chosen]
    shown = [batch if batch.closed else rounds.seen.get(batch.id, batch) for batch in newest]
    if as_json and (len(runs) > 1 or not ended):
        items = [(run, graded(store, run)) for run in ended]
        infos = [run_info(store, run, (item.record for item in of_run)) for run, of_run in items]
        documents = [document(info, of_run) for info, (_, of_run) in zip(infos, items, strict=True)]
        show(shown, as_json=True, runs=documents)
    else:
        if not as_json:
            show(shown, as_json=False)
        infos = [present(store, run, report, as_json=as_json) for run in ended]
    errors = [rounds.errors[run.id] for run in runs if run.id in rounds.errors]
    for later in errors[1:]:
        print(later, file=sys.stderr)
    if errors:
        raise errors[0]
    return infos

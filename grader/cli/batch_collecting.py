"""The stages of `grader batch collect`: look, take in, make records, ask again."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from grader.batches.collecting import give_up, refresh
from grader.batches.sending import Place
from grader.batches.settling import settle
from grader.cli.batching import instruments_of, place_of, send, show
from grader.cli.grading import grade_run, present
from grader.cli.regrading import judge_of, options_of
from grader.domain.batch import KnownBatch
from grader.domain.run import Run
from grader.errors import InputError, Problem, ProviderError, TransientError
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.reports.graded import RunInfo
from grader.reports.wording import counted
from grader.wiring import open_judge


class Wishes(NamedTuple):
    """How the user wants it."""

    live: bool
    """Ask again by live calls, not in a new batch."""
    give_up: bool
    delete: bool
    in_flight: int


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


def collect_runs(
    store: SqlLedger,
    runs: Sequence[Run],
    wishes: Wishes,
    every_s: float | None,
    report: Path | None,
    *,
    as_json: bool,
) -> list[RunInfo] | None:
    """Collect these runs, to the end if `every_s` is given; the records, or None while some are missing."""
    chosen = {run.id for run in runs}
    with ExitStack() as opened:
        places = {run.id: place_of(store, run) for run in _with_same_judges(store, runs)}
        for place in places.values():
            opened.callback(place.service.close)
        while True:
            known = [
                # what others handed over may hold the answers, but their troubles are not those of this run
                _look(batch, place, wishes, patient=every_s is not None, ours=run in chosen)
                for run, place in places.items()
                for batch in store.batches().batches(run)
            ]
            ended = [
                # who stays needs no records of half a run
                (every_s is None or all(batch.closed for batch in known if batch.run == run.id))
                and _advance(store, run, places[run.id], wishes)
                for run in runs
            ]
            if all(ended) or every_s is None or not _on_the_way(store, places):
                break
            time.sleep(every_s)
    if not as_json or not all(ended):
        newest = store.batches().batches()
        shown = {batch.id: batch for batch in known}
        show([b if b.closed else shown.get(b.id, b) for b in newest if b.run in chosen], as_json=as_json)
    if not all(ended):
        return None
    return [present(store, run, report, as_json=as_json) for run in runs]


def _with_same_judges(store: SqlLedger, runs: Sequence[Run]) -> list[Run]:
    """These runs and all that may have asked the same before them, in batches of their own."""
    judges = [run.settings["judge"] for run in runs]
    return [run for run in store.runs() if "batch" in run.settings and run.settings["judge"] in judges]


def _on_the_way(store: SqlLedger, places: Mapping[str, Place]) -> bool:
    return any(batch.run in places and not batch.closed for batch in store.batches().batches())


def _look(batch: KnownBatch, place: Place, wishes: Wishes, *, patient: bool, ours: bool) -> KnownBatch:
    try:
        seen = refresh(batch, place)
        if seen.closed and not batch.closed and wishes.delete and seen.status is not None:
            place.service.delete(seen.status)
    except ProviderError as error:
        if error.status == HTTPStatus.NOT_FOUND and batch.status is not None:
            if wishes.give_up:
                return give_up(batch, place, str(error))
            print(f"Batch {batch.id} is lost at the provider; --give-up closes it.", file=sys.stderr)
        if ours and not (patient and isinstance(error, TransientError)):
            raise
        print(f"{error}. Batch {batch.id} stays as it is for now.", file=sys.stderr)
        return place.batches.batch(batch.id)
    return seen


def _advance(store: SqlLedger, run: Run, place: Place, wishes: Wishes) -> bool:
    """Make what records can be made, and ask again; whether the run has come to its end."""
    if store.run_end(run.id) is not None:
        return True
    instruments, judge = instruments_of(store, run), judge_of(run)
    settled = asyncio.run(settle(run, instruments, judge, place, Desk(store), give_up=wishes.give_up))
    if settled.wanting and not settled.waiting:
        if wishes.live:
            options = options_of(judge)._replace(in_flight=wishes.in_flight)
            prices = run.settings["batch"]["prices"]
            provider = open_judge(judge.name, options._replace(prices=tuple(prices) if prices else None))
            submissions = [submission for _, submission in place.batches.inputs(run.id)]
            grade_run(store, run, provider, instruments, submissions, wishes.in_flight)
            return True
        handed = send(store, run, place)
        print(f"{counted(handed.requests, 'request', 'requests')} handed over again.", file=sys.stderr)
        return False
    if settled.waiting or settled.wanting:
        return False
    whole = settled.records == run.settings["inputs"]
    if not whole and not wishes.give_up:
        print(
            f"Run {run.id} is still being submitted, or that was broken off: then submit again,",
            file=sys.stderr,
        )
        print("and nothing is asked twice; --give-up ends this run.", file=sys.stderr)
        return False
    store.end_run(run.id, "finished" if whole else "interrupted")
    return True

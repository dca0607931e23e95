"""Rounds over batches: each looks at them, takes in what is there, makes records, and asks again."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from grader.batches.collecting import give_up, refresh
from grader.batches.sending import Place
from grader.batches.settling import settle
from grader.cli.batching import beside, instruments_of, place_of, send
from grader.cli.grading import grade_run
from grader.cli.regrading import judge_of, options_of
from grader.domain.batch import KnownBatch
from grader.domain.run import Run
from grader.errors import GraderError, LedgerError, ProviderError, TransientError
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.passwords import masked
from grader.reports.wording import counted
from grader.wiring import open_judge

_SENDS = 30
"""How often who waits hands over again what the provider does not accept."""


class Wishes(NamedTuple):
    """How the user wants it."""

    live: bool
    """Ask again by live calls, not in a new batch."""
    give_up: bool
    delete: bool
    in_flight: int


class Rounds:
    """Collects runs round by round. What goes wrong with one of them keeps no other from its end."""

    def __init__(self, store: SqlLedger, runs: Sequence[Run], wishes: Wishes, *, patient: bool) -> None:
        """To be `patient` is to wait for what may pass."""
        self.ended: set[str] = set()
        """Runs that are at their end."""
        self.errors: dict[str, GraderError] = {}
        """By run, what keeps it from going on."""
        self.seen: dict[str, KnownBatch] = {}
        """Batches as they were last seen."""
        self._store = store
        self._runs = runs
        self._chosen = {run.id for run in runs}
        self._wishes = wishes
        self._patient = patient
        self._stuck: set[str] = set()
        self._tidied: set[str] = set()
        self._sends: Counter[str] = Counter()
        self._places: dict[str, Place] = {}
        for run in beside(store, runs):
            try:
                self._places[run.id] = place_of(store, run)
            except GraderError as error:
                self.errors[run.id] = error

    def close(self) -> None:
        """Let go of the connections."""
        for place in self._places.values():
            place.service.close()

    def go(self) -> bool:
        """Go over all once; whether another round may find more."""
        try:
            passed = self._round()
            wanted = [run for run in self._runs if run.id not in self.ended | self.errors.keys()]
            return bool(wanted) and (passed or self._on_the_way())
        except LedgerError as error:
            if not self._waits_for(error):
                raise
            _tell(error, "It is tried again.")
            return True

    def _round(self) -> bool:
        """Whether something failed that may pass."""
        # what others handed over may hold the answers, but their troubles are not those of these runs
        for name, place in self._places.items():
            for batch in self._store.batches().batches(name):
                self.seen[batch.id] = batch if batch.id in self._stuck else self._look(batch, place)
        passed = False
        for run in self._runs:
            if run.id in self.ended | self.errors.keys():
                continue
            of_run = [batch for batch in self.seen.values() if batch.run == run.id]
            if self._patient and not all(batch.closed for batch in of_run):
                continue  # who stays needs no records of half a run
            try:
                if self._advance(run, self._places[run.id]):
                    self.ended.add(run.id)
            except GraderError as error:
                if self._waits_for(error):
                    passed = True
                    _tell(error, "It is tried again.")
                else:
                    self.errors[run.id] = error
        return passed

    def _on_the_way(self) -> bool:
        return any(
            batch.run in self._places and not batch.closed and batch.id not in self._stuck
            for batch in self._store.batches().batches()
        )

    def _waits_for(self, error: GraderError) -> bool:
        passing = error.may_pass if isinstance(error, LedgerError) else isinstance(error, TransientError)
        return self._patient and passing

    def _look(self, batch: KnownBatch, place: Place) -> KnownBatch:
        try:
            seen = self._refreshed(batch, place)
            fresh = batch.run in self._chosen or not batch.closed
            if self._wishes.delete and fresh and seen.closed and seen.id not in self._tidied:
                place.service.delete(seen.status.files if seen.status else ())
                self._tidied.add(seen.id)
        except (ProviderError, LedgerError) as error:
            self._note(batch, error)
            return place.batches.batch(batch.id)
        return seen

    def _refreshed(self, batch: KnownBatch, place: Place) -> KnownBatch:
        try:
            return refresh(batch, place, give_up=self._wishes.give_up)
        except ProviderError as error:
            if error.status != HTTPStatus.NOT_FOUND or batch.status is None:
                raise
            if self._wishes.give_up:
                return give_up(batch, place, str(error))
            where = f"not known to this key at {masked(place.service.endpoint)}, or a file of it is not"
            print(f"Batch {batch.id} is {where}:", file=sys.stderr)
            print("check key, project and endpoint first; --give-up closes it.", file=sys.stderr)
            raise

    def _note(self, batch: KnownBatch, error: GraderError) -> None:
        """That a look failed: it is tried again, or the batch is left alone from now on."""
        self._sends[batch.id] += batch.status is None
        waits = self._waits_for(error) and self._sends[batch.id] < _SENDS
        if not waits:
            self._stuck.add(batch.id)
        if not waits and batch.run in self._chosen:
            self.errors.setdefault(batch.run, error)
        else:
            _tell(error, f"Batch {batch.id} stays as it is for now.")

    def _advance(self, run: Run, place: Place) -> bool:
        """Make what records can be made, and ask again; whether the run has come to its end."""
        store, wishes = self._store, self._wishes
        if store.run_end(run.id) is not None:
            return True
        instruments, judge = instruments_of(store, run), judge_of(run)
        settled = asyncio.run(settle(run, instruments, judge, place, Desk(store), give_up=wishes.give_up))
        whole = settled.inputs == run.settings["inputs"]
        if settled.waiting:
            return False
        if settled.wanting and not wishes.live:
            handed = send(store, run, place)
            print(f"{counted(handed.requests, 'request', 'requests')} handed over again.", file=sys.stderr)
            return False
        if not whole and not wishes.give_up:
            print(
                f"Run {run.id} is still being submitted, or that was broken off: then submit again,",
                file=sys.stderr,
            )
            print("and nothing is asked twice; --give-up ends this run.", file=sys.stderr)
            return False
        if settled.wanting:
            self._ask_live(run, place, settled.wanting)
        else:
            store.end_run(run.id, "finished" if whole else "interrupted")
        return True

    def _ask_live(self, run: Run, place: Place, wanting: frozenset[int]) -> None:
        """Grade the submissions at these places of the input by live calls, and end the run."""
        judge, prices = judge_of(run), run.settings["batch"]["prices"]
        options = options_of(judge)._replace(
            in_flight=self._wishes.in_flight, prices=tuple(prices) if prices else None
        )
        placed = ((place, asked) for place, asked in place.batches.inputs(run.id) if place in wanting)
        grade_run(
            self._store,
            run,
            open_judge(judge.name, options),
            instruments_of(self._store, run),
            placed,
            self._wishes.in_flight,
            total=len(wanting),
        )


def _tell(error: GraderError, what_then: str) -> None:
    print(f"{str(error).rstrip('.')}. {what_then}", file=sys.stderr)

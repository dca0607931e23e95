"""The stages of `grader grade`: select, start, run with progress, present."""

import asyncio
import json
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import typer
from rich.console import Console

from grader.batch import grade_placed
from grader.budget import Meter
from grader.cli.blinding import Blinding, is_telling, warn_of_telling_ids
from grader.cli.gather import graded, run_info
from grader.cli.options import EXIT_INTERRUPTED, EXIT_NOT_ALL_SCORED
from grader.cli.progress import progress
from grader.cli.spending import noted, onward, spent_words, stop_sentence, unknown_costs
from grader.collector import spare
from grader.domain.batch_sides import BatchService
from grader.domain.exchange import Provider
from grader.domain.record import GradeRecord
from grader.domain.run import Run, TextKind
from grader.domain.submission import Submission
from grader.errors import BudgetError, GraderError, InputError, LedgerError, Problem
from grader.judging import ALONE, Beside, Seat, everyone, in_words
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.providers.limits import LimitedProvider
from grader.readers.columns import ColumnMap
from grader.readers.submissions import read_submissions
from grader.reports.exports import export_rows
from grader.reports.graded import Graded, RunInfo
from grader.reports.html import render_html
from grader.reports.tables import overview_table, run_summary
from grader.wiring import Asking, new_run

LONGEST_TABLE = 1000
"""Submissions that are listed on the terminal."""


class Extent(NamedTuple):
    """How many submissions there are, and to which tasks."""

    inputs: int
    tasks: frozenset[str]


class Selection(NamedTuple):
    """Which submissions of an input are graded."""

    path: Path
    tasks: frozenset[str]
    columns: list[str]
    sheet: str | None
    only_candidates: frozenset[str]
    only_tasks: frozenset[str]
    only: frozenset[str] = frozenset()
    """Ids of submissions; empty: all."""
    blinding: Blinding | None = None

    def read(self) -> Iterator[Submission]:
        """The selected submissions, in the order of the input, blinded if wished. Raises InputError."""
        return map(self.blinding.blind, self._read()) if self.blinding else self._read()

    def _read(self) -> Iterator[Submission]:
        columns = column_map(self.columns)
        for submission in read_submissions(self.path, tasks=self.tasks, columns=columns, sheet=self.sheet):
            if self.only_candidates and submission.candidate not in self.only_candidates:
                continue
            if self.only_tasks and submission.task not in self.only_tasks:
                continue
            if self.only and submission.id not in self.only:
                continue
            yield submission

    def extent(self) -> Extent:
        """How much is selected. Raises InputError if nothing is, or a filter meets nothing."""
        count, tasks = 0, set()
        met, unknown, telling = set(), set(), set()  # not all candidates: they may be very many
        for submission in self._read():
            count += 1
            tasks.add(submission.task)
            if submission.candidate in self.only_candidates:
                met.add(submission.candidate)
            if self.blinding and submission.candidate not in self.blinding.applicants:
                unknown.add(submission.candidate)
            if is_telling(submission.candidate):
                telling.add(submission.candidate)
        unmet = [f"--candidate {name}" for name in sorted(self.only_candidates - met)]
        unmet += [f"--task {name}" for name in sorted(self.only_tasks - tasks)]
        if unmet:
            message = f"No submission was found for {', '.join(unmet)}."
            raise InputError(Problem(str(self.path), None, message, "Check the spelling, or leave it out."))
        if not count:
            remedy = "Check the path and what is in it."
            raise InputError(Problem(str(self.path), None, "There is no submission here.", remedy))
        if self.blinding:
            self.blinding.check(unknown)
        warn_of_telling_ids(len(telling))
        return Extent(count, frozenset(tasks))


def column_map(options: list[str]) -> ColumnMap | None:
    """`FIELD=COLUMN` options as a column map. Raises InputError."""
    if not options:
        return None
    wishes = {}
    for option in options:
        field, _, column = option.partition("=")
        if field not in ColumnMap.model_fields or not column:
            fields = ", ".join(ColumnMap.model_fields)
            remedy = f"Write FIELD=COLUMN with one of: {fields}."
            raise InputError(Problem("--column", None, f"{option!r} maps no column.", remedy))
        wishes[field] = column
    return ColumnMap(**wishes)


def start(
    ledger: SqlLedger,
    provider: Provider | BatchService,
    instruments: Mapping[str, Instrument],
    asking: Asking,
    inputs: int,
    meter: Meter | None = None,
    beside: Beside = ALONE,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Run:
    """Note the start of a run over so many submissions; `meter`: what it may spend; `more`: own settings."""
    prompt = next(iter(instruments.values())).prompt
    rubrics = {task: ledger.keep_text(TextKind.RUBRIC, i.rubric.canonical) for task, i in instruments.items()}
    settings = {
        "inputs": inputs,
        "mode": asking.mode,
        "repeats": asking.repeats,
        "prompt": ledger.keep_text(TextKind.PROMPT, prompt.canonical),
        "rubrics": rubrics,
        **(noted(meter) if meter else {}),
        **_noted_beside(beside),
        **more,
    }
    command = shlex.join(["grader", *sys.argv[1:]])
    run = new_run(command, provider.spec, settings, judges=in_words(provider.spec, beside))
    if asking.mode == "one_call" and (edited := _edited(rubrics, run.judge, ledger.runs())):
        print(f"Changed since an earlier run: the rubric of {', '.join(edited)}.", file=sys.stderr)
        print("One call holds a whole rubric: all its criteria are asked again if reworded;", file=sys.stderr)
        print("with --mode per_criterion only those that changed are.", file=sys.stderr)
    ledger.start_run(run)
    return run


def _noted_beside(beside: Beside) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if beside.panel:
        found["panel"] = [seat.provider.spec.model_dump(mode="json") for seat in beside.panel]
    if beside.stronger:
        found["escalate_to"] = beside.stronger.provider.spec.model_dump(mode="json")
    return found


def _edited(rubrics: Mapping[str, str], judge: str, earlier: list[Run]) -> list[str]:
    """Tasks whose rubric differs from that of the latest run with this judge in the same mode."""
    for run in reversed(earlier):
        known = run.settings.get("rubrics", {})
        if run.judge == judge and run.settings.get("mode") == "one_call" and set(known) & set(rubrics):
            return sorted(task for task, digest in rubrics.items() if known.get(task, digest) != digest)
    return []


def grade_run(
    ledger: SqlLedger,
    run: Run,
    provider: LimitedProvider,
    instruments: Mapping[str, Instrument],
    submissions: Iterable[tuple[int, Submission]],
    workers: int,
    meter: Meter | None = None,
    beside: Beside = ALONE,
    total: int | None = None,
    hear: Callable[[GradeRecord], bool] = lambda _: True,
) -> None:
    """Grade submissions with their places in this process, `workers` at once for each judge; see `watched`.

    `total`: how many they are, where they are a part of the run. `hear` is told every record, and says
    whether it is one of the run's own.
    """
    judges = everyone(provider, beside)

    async def work(note: Callable[[], None]) -> None:
        try:
            await grade_placed(
                submissions,
                Seat(provider, instruments),
                Desk(ledger),
                run.id,
                workers=workers * len(judges),
                on_record=lambda record: note() if hear(record) else None,
                beside=beside,
            )
        finally:
            for judge in judges:
                await judge.close()

    def troubles() -> Iterator[str]:
        for judge in judges:
            told = judge.tally.sentence if isinstance(judge, LimitedProvider) else ""
            yield f"{judge.spec.name}: {told}" if told and len(judges) > 1 else told

    spare()
    watched(ledger, run, lambda note: asyncio.run(work(note)), troubles, meter, total)


def watched(
    ledger: SqlLedger,
    run: Run,
    grade: Callable[[Callable[[], None]], None],
    troubles: Callable[[], Iterable[str]],
    meter: Meter | None,
    total: int | None = None,
) -> None:
    """Grade and show how far it is: `grade` calls what it is given whenever a submission is done.

    `total`: how many there are to do; by default, the run's inputs.

    Ctrl-C and a cap that is reached end it cleanly, keep what is graded, and print how to go on. However it
    ends, what went wrong with the judge's calls is counted at the end.
    """
    state = "failed"
    total = run.settings["inputs"] if total is None else total
    done = 0
    try:
        with progress(total, lambda: spent_words(meter)) as shown:

            def note() -> None:
                nonlocal done
                done += 1
                shown()

            grade(note)
        state = "finished"
    except KeyboardInterrupt:
        state = "interrupted"
        print(f"Stopped: {done} of {total} are graded and kept.", file=sys.stderr)
        print(f"Go on with: {run.command}", file=sys.stderr)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except BudgetError as error:
        assert meter is not None  # noqa: S101 - who else would raise it
        state = "interrupted"
        print(stop_sentence(error, done, total), file=sys.stderr)
        for sentence in unknown_costs(meter):
            print(sentence, file=sys.stderr)
        print(f"Go on with: {onward(run.command, meter, done, total)}", file=sys.stderr)
        print("A budget holds for one run: what earlier runs spent is not counted.", file=sys.stderr)
        raise typer.Exit(EXIT_NOT_ALL_SCORED) from None
    except GraderError:
        print(f"{done} of {total} are graded and kept.", file=sys.stderr)
        raise
    finally:
        for told in filter(None, troubles()):
            print(told, file=sys.stderr)
        try:
            ledger.end_run(run.id, state)
        except LedgerError:
            if state == "finished":
                raise  # else what stopped the run is what there is to tell


def present(
    ledger: SqlLedger,
    run: Run,
    report: Path | None,
    *,
    as_json: bool,
    quiet: bool = False,
    meter: Meter | None = None,
) -> RunInfo:
    """Print the outcome as a table or as JSON, and write the HTML report if one is asked for.

    Without a table all is read one record after another: a run may be long.
    """
    unanswered = meter.unanswered if meter else None
    tabled = not quiet and not as_json and run.settings["inputs"] <= LONGEST_TABLE
    items = graded(ledger, run) if tabled or as_json or report is not None else []
    records = (item.record for item in items) if items else ledger.records(run.id)
    info = run_info(ledger, run, records, unanswered)
    console = Console()
    if as_json:
        print(json.dumps(document(info, items)))
    else:
        if tabled:
            console.print(overview_table(items))
        elif not quiet:
            print(f"Too long for a table: see 'grader show' or 'grader export' with --run {run.id}.")
        console.print(run_summary(info))
    if report is not None:
        report.write_text(render_html(items, info), encoding="utf-8")
        print(f"Report: {report}", file=sys.stderr)
    return info


def document(info: RunInfo, items: Iterable[Graded]) -> dict[str, Any]:
    """A run as JSON for a program to read."""
    return {"run": info.model_dump(mode="json"), "submissions": list(export_rows(items))}

"""The stages of `grader grade`: select, start, run with progress, present."""

import asyncio
import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as Remaining

from grader.batch import grade_all
from grader.cli.gather import graded, run_info
from grader.cli.options import EXIT_INTERRUPTED
from grader.domain.batch_sides import BatchService
from grader.domain.exchange import Provider
from grader.domain.record import GradeRecord, State
from grader.domain.run import Run, TextKind
from grader.domain.submission import Submission
from grader.errors import GraderError, InputError, Problem
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.readers.columns import ColumnMap
from grader.readers.submissions import read_submissions
from grader.reports.exports import export_rows
from grader.reports.graded import Graded
from grader.reports.html import render_html
from grader.reports.tables import overview_table, run_summary
from grader.wiring import Asking, new_run


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

    def read(self) -> Iterator[Submission]:
        """The selected submissions, in the order of the input. Raises InputError."""
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
        count, candidates, tasks = 0, set(), set()
        for submission in self.read():
            count += 1
            candidates.add(submission.candidate)
            tasks.add(submission.task)
        unmet = [f"--candidate {name}" for name in sorted(self.only_candidates - candidates)]
        unmet += [f"--task {name}" for name in sorted(self.only_tasks - tasks)]
        if unmet:
            message = f"No submission was found for {', '.join(unmet)}."
            raise InputError(Problem(str(self.path), None, message, "Check the spelling, or leave it out."))
        if not count:
            remedy = "Check the path and what is in it."
            raise InputError(Problem(str(self.path), None, "There is no submission here.", remedy))
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
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Run:
    """Note the start of a run over so many submissions; `more` are settings of its own."""
    prompt = next(iter(instruments.values())).prompt
    rubrics = {task: ledger.keep_text(TextKind.RUBRIC, i.rubric.canonical) for task, i in instruments.items()}
    settings = {
        "inputs": inputs,
        "mode": asking.mode,
        "repeats": asking.repeats,
        "prompt": ledger.keep_text(TextKind.PROMPT, prompt.canonical),
        "rubrics": rubrics,
        **more,
    }
    run = new_run(shlex.join(["grader", *sys.argv[1:]]), provider.spec, settings)
    if asking.mode == "one_call" and (edited := _edited(rubrics, run.judge, ledger.runs())):
        print(f"Changed since an earlier run: the rubric of {', '.join(edited)}.", file=sys.stderr)
        print("One call holds a whole rubric: all its criteria are asked again if reworded;", file=sys.stderr)
        print("with --mode per_criterion only those that changed are.", file=sys.stderr)
    ledger.start_run(run)
    return run


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
    provider: Provider,
    instruments: Mapping[str, Instrument],
    submissions: Iterable[Submission],
    workers: int,
) -> None:
    """Grade the submissions with a progress bar. Ctrl-C ends it cleanly and prints how to go on."""
    state = "failed"
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        Remaining(),
        console=Console(stderr=True),
    )
    bar = progress.add_task("Grading", total=run.settings["inputs"])
    done: list[State] = []

    def note(record: GradeRecord) -> None:
        done.append(record.state)
        progress.update(bar, advance=1)

    async def work() -> None:
        try:
            await grade_all(
                submissions, instruments, provider, ledger, run.id, workers=workers, on_record=note
            )
        finally:
            await provider.close()

    try:
        with progress:
            asyncio.run(work())
        state = "finished"
    except KeyboardInterrupt:
        state = "interrupted"
        print(f"Stopped: {len(done)} of {run.settings['inputs']} are graded and kept.", file=sys.stderr)
        print(f"Go on with: {run.command}", file=sys.stderr)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except GraderError:
        print(f"{len(done)} of {run.settings['inputs']} are graded and kept.", file=sys.stderr)
        raise
    finally:
        ledger.end_run(run.id, state)


def present(
    ledger: SqlLedger, run: Run, report: Path | None, *, as_json: bool, quiet: bool = False
) -> list[Graded]:
    """Print the outcome as a table or as JSON, and write the HTML report if one is asked for."""
    items = graded(ledger, run)
    info = run_info(ledger, run, items)
    console = Console()
    if as_json:
        rows = list(export_rows(items))
        print(json.dumps({"run": info.model_dump(mode="json"), "submissions": rows}))
    else:
        if not quiet:
            console.print(overview_table(items))
        console.print(run_summary(info))
    if report is not None:
        report.write_text(render_html(items, info), encoding="utf-8")
        print(f"Report: {report}", file=sys.stderr)
    return items

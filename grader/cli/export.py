"""`grader export`: the records of a run as CSV, JSON lines or a workbook, or all that happened as events."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, LedgerOption, RunOption
from grader.errors import InputError, Problem

if TYPE_CHECKING:
    from grader.domain.run import Run
    from grader.ledger.store import SqlLedger


def export(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write: .csv, .jsonl or .xlsx.")
    ] = None,
    criteria: Annotated[bool, typer.Option(help="CSV: one row a criterion instead of a submission.")] = False,
    events: Annotated[
        Path | None, typer.Option(help="File to write events to, one JSON object a line; no text in them.")
    ] = None,
    with_text: Annotated[bool, typer.Option(help="Events: with answers, quotes and reasons.")] = False,
    position: Annotated[str | None, typer.Option(help="Events: reference of the opening.")] = None,
    run: RunOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Export the records of a run; what has no score is left empty, never 0."""
    from grader.cli.gather import find_run
    from grader.ledger.store import SqlLedger

    _check(out, events)
    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        if events is not None:
            from grader.cli.eventing import write_events

            with events.open("w", encoding="utf-8") as lines:
                write_events(store, chosen, lines, position=position, with_text=with_text)
            print(events)
        if out is not None:
            _write(store, chosen, out, criteria=criteria)
            print(out)


def _check(out: Path | None, events: Path | None) -> None:
    """Raises InputError where nothing is asked for, or cannot be written."""
    from grader.cli.outputs import make_way

    if out is None and events is None:
        remedy = "Name a file with --out, or one for events with --events."
        raise InputError(Problem("--out", None, "There is nothing to write to.", remedy))
    if out is not None and out.suffix not in {".csv", ".jsonl", ".xlsx"}:
        remedy = "Name a file that ends in .csv, .jsonl or .xlsx."
        raise InputError(Problem(str(out), None, "This kind of file is not written.", remedy))
    for path, option in ((out, "--out"), (events, "--events")):
        if path is not None:
            make_way(path, option)


def _write(store: "SqlLedger", run: "Run", out: Path, *, criteria: bool) -> None:
    from grader.cli.gather import graded, run_info
    from grader.reports import exports

    items = graded(store, run)
    if out.suffix == ".xlsx":
        info = run_info(store, run, (item.record for item in items))
        with out.open("wb") as book:
            exports.write_xlsx(items, info, book)
    elif out.suffix == ".jsonl":
        with out.open("w", encoding="utf-8") as lines:
            exports.write_jsonl(items, lines)
    else:
        rows = exports.criterion_rows(items) if criteria else exports.export_rows(items)
        columns = exports.CRITERION_COLUMNS if criteria else exports.COLUMNS
        with out.open("w", encoding="utf-8", newline="") as table:
            exports.write_csv(rows, columns, table, bom=True)

"""`grader export`: the records of a run as CSV, JSON lines or a workbook."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, LedgerOption, RunOption
from grader.errors import InputError, Problem


def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write: .csv, .jsonl or .xlsx.")],
    criteria: Annotated[bool, typer.Option(help="CSV: one row a criterion instead of a submission.")] = False,
    run: RunOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Export the records of a run; what has no score is left empty, never 0."""
    from grader.cli.gather import find_run, graded, run_info
    from grader.cli.outputs import make_way
    from grader.ledger.store import SqlLedger
    from grader.reports import exports

    if out.suffix not in {".csv", ".jsonl", ".xlsx"}:
        remedy = "Name a file that ends in .csv, .jsonl or .xlsx."
        raise InputError(Problem(str(out), None, "This kind of file is not written.", remedy))
    make_way(out, "--out")
    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        items = graded(store, chosen)
        info = run_info(store, chosen, (item.record for item in items))
    if out.suffix == ".xlsx":
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
    print(out)

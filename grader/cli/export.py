"""`grader export`: the records of a run as CSV, JSON lines or a workbook."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, LedgerOption, RunOption


def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write: .csv, .jsonl or .xlsx.")],
    criteria: Annotated[bool, typer.Option(help="CSV: one row a criterion instead of a submission.")] = False,
    run: RunOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Export the records of a run; what has no score is left empty, never 0."""
    from grader.cli.gather import find_run, graded, run_info
    from grader.ledger.store import SqlLedger
    from grader.reports.exports import export_file

    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        items = graded(store, chosen)
        info = run_info(store, chosen, items)
    out.parent.mkdir(parents=True, exist_ok=True)
    export_file(out, items, info, criteria=criteria)
    print(out)

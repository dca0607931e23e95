"""`grader report`: the HTML report of a run."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, LedgerOption, RunOption


def report(
    out: Annotated[Path, typer.Option("--out", "-o", help="HTML file to write.")] = Path("runs/report.html"),
    run: RunOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Write the HTML report of a run: one file, to be opened in a browser or printed."""
    from grader.cli.gather import find_run, graded, run_info
    from grader.cli.outputs import make_way
    from grader.ledger.store import SqlLedger
    from grader.reports.html import render_html

    make_way(out, "--out")
    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        items = graded(store, chosen)
        info = run_info(store, chosen, (item.record for item in items))
    out.write_text(render_html(items, info), encoding="utf-8")
    print(out)

"""`grader drift`: control charts of judges and people on check answers; alarms, and who lifted them."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.judge_options import CheckCountOption, ColumnOption, SheetOption, SubmissionsArgument
from grader.cli.options import (
    DEFAULT_LEDGER,
    EXIT_CHECK_FAILED,
    JsonOption,
    LedgerOption,
    RubricsOption,
)

app = typer.Typer(help="Drift of judges and people on check answers; exit 1 while an alarm holds.")


@app.callback(invoke_without_command=True)
def drift(
    context: typer.Context,
    rater: Annotated[str | None, typer.Option(help="Only this judge (PROVIDER:MODEL) or person.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the charts as HTML here.")] = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Show the charts of all judges and people who met check answers; exit 1 while an alarm holds."""
    if context.invoked_subcommand is not None:
        return
    import json
    import sys

    from rich.console import Console

    from grader.cli.drifting import charts
    from grader.cli.outputs import make_way
    from grader.ledger.store import SqlLedger
    from grader.reports.drift_html import render_drift
    from grader.reports.drift_table import chart_json, drift_view

    if report is not None:
        make_way(report, "--report")
    with SqlLedger(ledger, create=False) as store:
        found, others, alarm = charts(store, rater)
    if as_json:
        print(json.dumps({"alarm": alarm, "charts": [chart_json(c) for c in found], "others": others}))
    else:
        Console().print(drift_view(found, others))
    if report is not None:
        report.write_text(render_drift(found, others), encoding="utf-8")
        print(f"Report: {report}", file=sys.stderr)
    if alarm:
        raise typer.Exit(EXIT_CHECK_FAILED)


@app.command("lift")
def lift(
    alarm: Annotated[str, typer.Argument(help="The alarm, as 'grader drift' names it.", metavar="ALARM")],
    name: Annotated[str, typer.Option(help="Your name.")],
    reason: Annotated[str, typer.Option(help="What you looked at, and why the calibration still holds.")],
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Put on record that an alarm was looked into and the calibration holds again."""
    from grader.cli.committing import checked_name
    from grader.cli.drifting import lift as lifted
    from grader.ledger.store import SqlLedger

    with SqlLedger(ledger, create=False) as store:
        print(lifted(store, alarm, checked_name(name, "--name"), reason))


@app.command("sheet")
def sheet(
    path: SubmissionsArgument,
    checks: Annotated[list[str], typer.Option("--checks", metavar="SET", help="Set of check answers.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="CSV file to write.")],
    seed: Annotated[str, typer.Option(help="Draws the answers and their places; keep it from raters.")],
    check_count: CheckCountOption = 20,
    rubrics: RubricsOption = "medical_office_manager",
    column: ColumnOption = None,
    sheet: SheetOption = None,
) -> None:
    """Write submissions for a person to rate, with check answers among them.

    Rate it with 'grader second-opinion SHEET --ratings FILE --checks SET'.
    """
    import sys

    from grader.cli.check_answers import check_sets
    from grader.cli.drifting import write_sheet
    from grader.cli.grading import Selection
    from grader.cli.outputs import make_way
    from grader.datafiles import load_rubrics
    from grader.errors import InputError, Problem
    from grader.reports.wording import counted

    if out.suffix != ".csv":
        raise InputError(Problem(str(out), None, "A sheet is a CSV file.", "Name a file that ends in .csv."))
    known = load_rubrics(rubrics)
    sets = check_sets(checks, known)
    submissions = list(
        Selection(path, frozenset(known), column or [], sheet, frozenset(), frozenset()).read()
    )
    make_way(out, "--out")
    count = write_sheet(submissions, sets, check_count, seed, out)
    wrote = counted(len(submissions), "submission", "submissions")
    print(
        f"{out}: {wrote}, and {counted(count, 'check answer', 'check answers')} among them.", file=sys.stderr
    )

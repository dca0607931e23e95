"""`grader fairness`: scores and decisions by group, from a file of groups that nothing else reads."""

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption
from grader.cli.scorecard import AssessmentOption, RunsOption

_Columns = list[str] | None


def fairness(
    groups: Annotated[Path, typer.Option(help="Table of groups: a column candidate, and any others.")],
    source: Annotated[
        Path | None, typer.Argument(help="Table of scores and decisions; by default the ledger's scorecards.")
    ] = None,
    by: Annotated[_Columns, typer.Option(help="Only these columns of groups.")] = None,
    cross: Annotated[
        _Columns, typer.Option(help="Columns to intersect; sex,race_ethnicity where both are there.")
    ] = None,
    minimum: Annotated[int, typer.Option(min=1, help="Candidates that a group needs to be shown.")] = 10,
    score: Annotated[_Columns, typer.Option(help="Column of scores in the table.")] = None,
    decision: Annotated[_Columns, typer.Option(help="Column of decisions in the table.")] = None,
    criterion: Annotated[_Columns, typer.Option(help="Column of a criterion's credit, 0 to 1.")] = None,
    human: Annotated[
        str | None, typer.Option(help="Column of people's scores, beside the first --score.")
    ] = None,
    assessment: AssessmentOption = "medical_office_manager",
    run: RunsOption = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="HTML file to write.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Folder for CSV tables, one for each attribute.")] = None,
    keep: Annotated[
        bool, typer.Option(help="Keep the shown rates in the ledger, for the system card.")
    ] = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Compare rates and scores of groups at every stage. It finds evidence; what it means, people judge."""
    from rich.console import Console

    from grader.cli.examining import examine, from_ledger
    from grader.cli.outputs import make_way
    from grader.domain.measurement import Measured, Measurement
    from grader.errors import InputError, Problem
    from grader.fairness.aggregates import aggregates
    from grader.ledger.store import SqlLedger
    from grader.readers.outcome_tables import Wanted, read_outcomes
    from grader.reports.fairness_html import render_fairness
    from grader.reports.fairness_rows import csv_name, write_tables
    from grader.reports.fairness_table import fairness_table

    wanted = Wanted(score or (), decision or (), criterion or (), human)
    if source is None and any(wanted):
        message, remedy = "Columns were named without a table that has them.", "Give the table, too."
        raise InputError(Problem("fairness", None, message, remedy))
    if out is not None:
        make_way(out, "--out")
    outcomes = read_outcomes(source, wanted) if source else from_ledger(ledger, assessment, run or ())
    report = examine(outcomes, groups, by or (), cross or (), minimum)
    if csv is not None:
        for found in report.attributes:
            make_way(csv / csv_name(found), "--csv")
    if keep:
        figures = aggregates(report)
        measured = Measurement(kind=Measured.FAIRNESS, judge="", material=report.material, figures=figures)
        with SqlLedger(ledger) as store:
            store.append_measurement(measured)
    if as_json:
        print(json.dumps({"fairness": report.model_dump(mode="json")}))
    else:
        Console().print(fairness_table(report))
    if out is not None:
        out.write_text(render_fairness(report), encoding="utf-8")
    if csv is not None:
        write_tables(csv, report)

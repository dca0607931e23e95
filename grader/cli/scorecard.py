"""`grader scorecard`: a page for each candidate to decide on, and all of them side by side."""

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption

AssessmentOption = Annotated[str, typer.Option("--assessment", help="Shipped assessment, or a file.")]
RunsOption = Annotated[
    list[str] | None, typer.Option("--run", help="Only answers of these runs; by default all, newest first.")
]


def scorecard(
    assessment: AssessmentOption = "medical_office_manager",
    run: RunsOption = None,
    candidate: Annotated[list[str] | None, typer.Option(help="Only these candidates.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the HTML pages.")] = None,
    csv: Annotated[Path | None, typer.Option(help="CSV for an applicant tracking system.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="The same as XLSX, with a sheet of all tasks.")] = None,
    explain: Annotated[
        Path | None, typer.Option(help="Folder for pages that explain the outcome to the candidate.")
    ] = None,
    with_scores: Annotated[bool, typer.Option(help="Scores in the explanations, too.")] = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Put candidates' graded answers together into scorecards. They recommend; a person decides."""
    from rich.console import Console

    from grader.assessment_files import load_assessment
    from grader.cli.carding import Wanted, cards
    from grader.cli.outputs import make_way, write_explanations, write_pages
    from grader.errors import InputError, Problem
    from grader.ledger.store import SqlLedger
    from grader.reports.scorecard_rows import write_csv, write_xlsx
    from grader.reports.scorecard_table import scorecard_table

    loaded = load_assessment(assessment)
    for path, option in ((csv, "--csv"), (xlsx, "--xlsx")):
        if path is not None:
            make_way(path, option)
    with SqlLedger(ledger, create=False) as store:
        found = cards(store, loaded, Wanted(run or (), candidate or ()))
    if as_json:
        print(json.dumps({"scorecards": [c.card.model_dump(mode="json") for c in found]}))
    else:
        Console().print(scorecard_table(found))
    try:
        if csv is not None:
            write_csv(csv, found)
        if xlsx is not None:
            write_xlsx(xlsx, found)
    except OSError as error:
        message = f"Cannot be written: {error.strerror}."
        raise InputError(Problem(str(error.filename or xlsx), None, message, "Free some space.")) from error
    if out is not None:
        write_pages(out, found)
    if explain is not None:
        write_explanations(explain, found, with_scores=with_scores)

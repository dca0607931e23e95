"""`grader show`: one submission with its evidence marked, and how its score came about."""

import json
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption, RunOption
from grader.errors import InputError, Problem


def show(
    submission: Annotated[str, typer.Argument(help="Id of the submission, such as c01/claim_denial.")],
    run: RunOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Show a submission: its text with evidence, verdicts, reasons, and how the score came about."""
    from rich.console import Console

    from grader.cli.gather import find_run, graded
    from grader.ledger.store import SqlLedger
    from grader.reports.tables import submission_view

    with SqlLedger(ledger, create=False) as store:
        items = graded(store, find_run(store, run))
    found = [item for item in items if item.record.submission == submission]
    if not found:
        known = ", ".join(item.record.submission for item in items[:8])
        message = f"The run has no submission {submission!r}."
        raise InputError(Problem("submission", None, message, f"It has, for example: {known}."))
    if as_json:
        body = {**found[0].record.model_dump(mode="json"), "original": found[0].text}
        print(json.dumps(body))
    else:
        Console().print(submission_view(found[0]))

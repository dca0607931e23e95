"""`grader adjudications`: what people decided, and what a rubric's author should mend."""

import json
from typing import Annotated

import typer

from grader.cli.adjudicate import ReasonChoice
from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption


def adjudications(
    reason: Annotated[
        ReasonChoice | None, typer.Option(help="Only these; rubric_gap is the list for a rubric's author.")
    ] = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """List people's decisions, latest last; with --reason, by criterion with counts and notes."""
    from rich.console import Console

    from grader.cli.deciding import decisions
    from grader.ledger.store import SqlLedger
    from grader.reports.decisions import decision_rows, decisions_view, gaps_view

    with SqlLedger(ledger, create=False) as store:
        found = decisions(store)
    if reason is not None:
        found = [d for d in found if d.made.adjudication.cause.value == reason.value]
    if as_json:
        print(json.dumps({"adjudications": decision_rows(found)}))
    else:
        Console().print(decisions_view(found) if reason is None else gaps_view(found))

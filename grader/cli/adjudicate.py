"""`grader adjudicate`: a named person's decision on one criterion, kept beside the record."""

from enum import StrEnum
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, LedgerOption, RunOption


class VerdictChoice(StrEnum):
    """What can be decided."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class ReasonChoice(StrEnum):
    """Why rater and judge differed."""

    RUBRIC_GAP = "rubric_gap"
    MISSED_EVIDENCE = "missed_evidence"
    FALSE_CREDIT = "false_credit"
    BORDERLINE = "borderline"
    OTHER = "other"


def adjudicate(
    submission: Annotated[str, typer.Argument(help="Id of the submission, such as c01/claim_denial.")],
    criterion: Annotated[str, typer.Option(help="Id of the criterion.")],
    name: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[ReasonChoice, typer.Option(help="Why rater and judge differed.")],
    note: Annotated[str, typer.Option(help="The grounds, in a sentence.")],
    verdict: Annotated[VerdictChoice | None, typer.Option(help="What you decide.")] = None,
    level: Annotated[
        int | None, typer.Option(min=1, max=5, help="What you decide, of a criterion with levels.")
    ] = None,
    run: RunOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Decide on a criterion. The record and its score stay; earlier decisions stand beside the new one."""
    from grader.cli.committing import checked_name
    from grader.cli.deciding import Given, decide
    from grader.cli.gather import find_run
    from grader.domain.second_rater import Cause
    from grader.ledger.store import SqlLedger

    decider = checked_name(name, "--name")
    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        decided = Given(verdict.value if verdict else None, level, decider, Cause(reason.value), note)
        print(decide(store, chosen, submission, criterion, decided))

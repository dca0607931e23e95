"""`grader raters`: how generous people and judges are beside each other, and whether that drifts."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption


class SpanChoice(StrEnum):
    """Length of a period."""

    WEEK = "week"
    MONTH = "month"


def raters(
    by: Annotated[SpanChoice, typer.Option(help="Length of a period.")] = SpanChoice.WEEK,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Show severity and drift of each person and each version of a judge in the ledger."""
    from dataclasses import asdict

    from rich.console import Console

    from grader.cli.observing import observations
    from grader.ledger.store import SqlLedger
    from grader.reports.raters import raters_view
    from grader.severity import rater_views

    with SqlLedger(ledger, create=False) as store:
        seen, kinds = observations(store)
    views = rater_views(seen, by.value)
    if as_json:
        rows = [{"kind": kinds[view.rater], **asdict(view)} for view in views]
        print(json.dumps({"by": by.value, "raters": rows}))
    else:
        Console().print(raters_view(views, kinds, by.value))

"""The stage of `grader grade --estimate`: what grading would take; the ledger is only read."""

import json
from collections.abc import Iterable, Mapping

from rich.console import Console

from grader.domain.exchange import JudgeSpec
from grader.domain.prices import Prices
from grader.domain.submission import Submission
from grader.estimate import Estimate, Pace, estimate, past, plan
from grader.ledger.reading import reading
from grader.pipeline import Instrument
from grader.reports.estimate_table import estimate_rows, estimate_view

LATEST = 200
"""Earlier calls that the figures are taken from."""


def estimated(
    ledger: str,
    submissions: Iterable[Submission],
    instruments: Mapping[str, Instrument],
    judge: JudgeSpec,
    prices: Prices | None,
    pace: Pace,
) -> Estimate:
    """What grading the submissions would take. Raises InputError and LedgerError."""
    with reading(ledger) as store:
        behind = past(store.calls(judge.name, LATEST))
        ahead = plan(submissions, instruments, judge, store.answered)
    return estimate(judge, ahead, behind, prices, pace)


def present_estimate(found: Estimate, *, as_json: bool) -> None:
    """Print the estimate as a table or as JSON."""
    if as_json:
        print(json.dumps({"estimates": estimate_rows([found])}))
    else:
        Console().print(estimate_view([found]))

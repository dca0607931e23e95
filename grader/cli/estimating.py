"""The stage of `grader grade --estimate`: what grading would take; the ledger is only read."""

import json
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console

from grader.cli.seating import Judges
from grader.domain.submission import Submission
from grader.estimate import Estimate, Pace, estimate, past, plan
from grader.judging import Beside, Seat
from grader.ledger.reading import reading
from grader.reports.estimate_table import estimate_rows, estimate_view

LATEST = 200
"""Earlier calls that the figures are taken from."""


def estimates(
    ledger: str,
    submissions: Callable[[], Iterable[Submission]],
    first: Seat,
    beside: Beside,
    judges: Judges,
    pace: Pace,
) -> list[Estimate]:
    """What grading the submissions would take, by judge; of a stronger judge, if all were passed on.

    Raises InputError and LedgerError.
    """
    seats = (first, *beside.panel, *((beside.stronger,) if beside.stronger else ()))
    found = []
    with reading(ledger) as store:
        for seat, name in zip(seats, judges.names, strict=True):
            spec = seat.provider.spec
            behind = past(store.calls(spec.name, LATEST))
            ahead = plan(submissions(), seat.instruments, spec, store.answered)
            one = estimate(spec, ahead, behind, judges.meter.prices_of(name), pace)
            found.append(_at_most(one) if seat is beside.stronger else one)
    return found


def _at_most(one: Estimate) -> Estimate:
    basis = f"at most, if all are passed on: only what leaves the first judge in doubt is; {one.calls.basis}"
    return one.model_copy(update={"calls": one.calls.model_copy(update={"basis": basis})})


def present_estimates(found: Sequence[Estimate], *, as_json: bool) -> None:
    """Print the estimates as tables or as JSON."""
    if as_json:
        print(json.dumps({"estimates": estimate_rows(found)}))
    else:
        Console().print(estimate_view(found))

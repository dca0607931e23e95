"""The judges of a run: each with limits and a prompt of its own, all spending from one cap."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.budget import Meter
from grader.cli.spending import hosted, meter_of
from grader.cli.suspending import licensed_aloud
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem
from grader.judging import Beside, Seat
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.providers.limits import LimitedProvider
from grader.wiring import Asking, JudgeOptions, load_instruments, open_judge, prices_of


class Judges(NamedTuple):
    """Who judges: the first, or all of a panel, and who is asked for what is in doubt."""

    panel: tuple[LimitedProvider, ...]
    stronger: LimitedProvider | None
    meter: Meter
    names: tuple[str, ...]
    """As the user wrote them, the stronger one's last."""

    @property
    def all(self) -> tuple[LimitedProvider, ...]:
        """Everyone who may be asked, the stronger one last."""
        return self.panel if self.stronger is None else (*self.panel, self.stronger)


class Wishes(NamedTuple):
    """How the judges are to be put to work."""

    rubrics: Mapping[str, Rubric]
    prompt: str | None
    asking: Asking
    calibrated: bool


def open_judges(
    named: Sequence[str],
    stronger: str | None,
    options: JudgeOptions,
    *,
    usd: float | None,
    tokens: int | None,
) -> Judges:
    """The judges, ready to be asked. Raises InputError for what does not go together."""
    names = (*named, *([stronger] if stronger else []))
    if stronger and len(named) > 1:
        message = "A panel passes nothing on: its disagreements go to a person."
        raise InputError(Problem("--escalate-to", None, message, "Name one --judge with it."))
    if options.prices and len(hosted(names)) > 1:
        message = "Prices are given for one judge, and there are several."
        remedy = "Leave it out; where a list price is unknown, hold the run with --budget-tokens."
        raise InputError(Problem("--prices", None, message, remedy))
    meter = meter_of({name: prices_of(name, options) for name in names}, usd, tokens)
    opened = tuple(open_judge(name, options, meter) for name in names)
    specs = [judge.spec for judge in opened]
    if twice := next((spec.name for spec in specs if specs.count(spec) > 1), None):
        message = f"{twice} is named twice, and would only repeat itself."
        raise InputError(Problem("--judge", None, message, "Name another, or ask one again with --repeats."))
    return Judges(
        panel=opened[: len(named)], stronger=opened[-1] if stronger else None, meter=meter, names=names
    )


def seated(judges: Judges, wishes: Wishes, store: SqlLedger | None) -> tuple[Seat, Beside]:
    """The first judge and those beside it, with what they grade with.

    Without a ledger, and in a panel, which nothing is calibrated for, there are no calibrations. Raises
    InputError for a prompt that cannot be for all of them.
    """
    if wishes.prompt is not None and len({judge.spec.style for judge in judges.all}) > 1:
        message = "These judges are asked in different styles, and no prompt is for both."
        raise InputError(Problem("--prompt", None, message, "Leave it out: each judge has its own."))
    first, *others = (
        seat_of(judge, wishes, store if len(judges.panel) == 1 else None) for judge in judges.panel
    )
    stronger = seat_of(judges.stronger, wishes, store) if judges.stronger else None
    return first, Beside(tuple(others), stronger)


def seat_of(judge: LimitedProvider, wishes: Wishes, store: SqlLedger | None) -> Seat:
    """A judge with what it grades with, and the calibrations of the ledger that hold for it."""
    calibrations = licensed_aloud(store, judge.spec) if store and wishes.calibrated else {}
    instruments: Mapping[str, Instrument] = load_instruments(
        wishes.rubrics, wishes.prompt, judge.spec.style, wishes.asking, calibrations
    )
    return Seat(judge, instruments)

"""What each choice of judges costs and how well it agrees with the raters: one, a panel, or escalation."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eval.figures import Figure, kappa, with_interval
from grader.batch import grade_all
from grader.calibration.panel import Panel
from grader.cli.seating import Wishes, open_judges, seat_of
from grader.domain.calibration_set import VALUES, CalibrationSet
from grader.domain.record import GradeRecord, State
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.judging import ALONE, Beside, Seat, in_words
from grader.ledger.desk import Desk
from grader.ledger.store import Spending, SqlLedger
from grader.pipeline import ATTEMPTS
from grader.wiring import Asking, JudgeOptions, new_run


class Pair(NamedTuple):
    """One verdict beside that of the raters, both as numbers: met 1, partly 0.5, not met 0."""

    candidate: str
    said: float
    reference: float


class Choice(NamedTuple):
    """One way to judge a set."""

    name: str
    records: list[GradeRecord]
    pairs: list[Pair]
    """Held-out answers, by criterion; what could not be assessed is not among them."""
    spending: Spending
    """Of all answers that it rests on, also those that another choice had asked for, and of no further tries:
    what is unusable is asked for again by each choice."""


async def choices(
    found: CalibrationSet, rubric: Rubric, judges: Sequence[Seat], stronger: Seat | None, ledger: SqlLedger
) -> list[Choice]:
    """Each judge alone, all but the stronger one as a panel, and the first with the stronger for its doubts.

    Answers that are known are not asked again, so that all of it costs what the judges alone cost.
    """
    ways = [(seat, ALONE) for seat in (*judges, *([stronger] if stronger else []))]
    if len(judges) > 1:
        ways.append((judges[0], Beside(panel=tuple(judges[1:]))))
    if stronger:
        ways.append((judges[0], Beside(stronger=stronger)))
    return [await _choice(found, rubric, first, beside, ledger) for first, beside in ways]


async def _choice(
    found: CalibrationSet, rubric: Rubric, first: Seat, beside: Beside, ledger: SqlLedger
) -> Choice:
    task = found.manifest.task
    given = [
        Submission(id=r.id, candidate=r.candidate, task=task, text=r.text)
        for r in found.responses
        if r.text is not None
    ]
    name = in_words(first.provider.spec, beside)
    run = new_run("eval.agreement --choices", first.provider.spec, {"inputs": len(given)}, judges=name)
    ledger.start_run(run)
    await grade_all(
        given,
        first.instruments,
        first.provider,
        Desk(ledger),
        run.id,
        workers=8,
        on_record=lambda _: None,
        beside=beside,
    )
    ledger.end_run(run.id, "finished")
    records = list(ledger.records(run.id))
    asked = {request for record in records for request in _requests(record)}
    return Choice(name, records, pairs(found, rubric, records), ledger.spent_on(asked, ATTEMPTS))


def pairs(found: CalibrationSet, rubric: Rubric, records: Sequence[GradeRecord]) -> list[Pair]:
    """The held-out verdicts beside the raters' own; what has no evidence counts as not met."""
    panel = Panel(found, judge="")
    held_out, judged = set(found.manifest.held_out), {c.id for c in rubric.judged}
    return [
        Pair(
            f"{found.manifest.id}/{record.candidate}",
            VALUES[rating.verdict] if rating.supported else 0.0,
            panel.verdict(key),
        )
        for record in records
        if record.candidate in held_out
        for rating in record.ratings
        if rating.criterion in judged and rating.verdict in VALUES
        if (key := (record.submission, rating.criterion)) in panel.values
    ]


def table(sets: Sequence[Sequence[Choice]]) -> str:
    """A line for each choice, over all sets; the choices stand in the same order in each."""
    lines = [
        "| judges | answers | no score | to a person | passed on | calls | tokens | US dollars | verdicts |"
        " same verdict as the raters | kappa of met |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_line(same) for same in zip(*sets, strict=True)), ""])


def _line(same: Sequence[Choice]) -> str:
    records = [record for choice in same for record in choice.records]
    rows = [pair for choice in same for pair in choice.pairs]
    spent = [choice.spending for choice in same]
    costs = [s.cost_usd for s in spent if s.cost_usd is not None]
    cells = (
        same[0].name,
        len(records),
        sum(r.state is State.NOT_SCORED for r in records),
        sum(r.state is State.NEEDS_REVIEW for r in records),
        sum(r.passed_on is not None for r in records),
        sum(s.calls for s in spent),
        sum(s.usage.prompt_tokens + s.usage.completion_tokens for s in spent),
        f"{sum(costs):.4f}" if len(costs) == len(spent) else "price unknown",
        len(rows),
        *_agreement(rows),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _agreement(rows: Sequence[Pair]) -> tuple[Figure, Figure]:
    if not rows:
        return Figure(None, None, None), Figure(None, None, None)
    said, reference = (
        np.array(column) for column in zip(*((p.said, p.reference) for p in rows), strict=True)
    )
    groups = [pair.candidate for pair in rows]
    return (
        with_interval(lambda at: float((said[at] == reference[at]).mean()), groups),
        with_interval(lambda at: kappa(reference[at] == 1, said[at] == 1), groups),
    )


def _requests(record: GradeRecord) -> tuple[str, ...]:
    own = record.provenance.requests if record.provenance else ()
    return (*own, *(record.passed_on.first.provenance.requests if record.passed_on else ()))


def compare_choices(
    sets: Sequence[tuple[CalibrationSet, Rubric]], names: Sequence[str], last: str | None, ledger: SqlLedger
) -> str:
    """The table over all sets; judges by name, and `last`, the stronger one. Raises InputError."""
    rubrics = {rubric.task: rubric for _, rubric in sets}
    all_names = [*names, *([last] if last else [])]
    opened = open_judges(all_names, None, JudgeOptions(), usd=None, tokens=None)
    wishes = Wishes(rubrics, None, Asking(), calibrated=True)
    seats = [seat_of(judge, wishes, ledger) for judge in opened.all]
    judges, stronger = (seats[:-1], seats[-1]) if last else (seats, None)

    async def work() -> list[list[Choice]]:
        try:
            return [await choices(found, rubric, judges, stronger, ledger) for found, rubric in sets]
        finally:
            for seat in seats:
                await seat.provider.close()

    return table(asyncio.run(work()))

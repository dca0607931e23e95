"""People's decisions: made on a record of a run, and found again with what they were about."""

from typing import NamedTuple

from grader.cli.gather import find_run, graded
from grader.domain.criterion import LEVELS, LeveledCriterion
from grader.domain.rating import verdict_of
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.second_rater import Adjudication, Cause
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.reports.decisions import Decision
from grader.reports.graded import Graded
from grader.reports.wording import decision_sentence, visible


class Given(NamedTuple):
    """What a person gives: a verdict, or a level where a criterion has levels, and on what grounds."""

    verdict: str | None
    level: int | None
    name: str
    cause: Cause
    note: str


def decide(ledger: SqlLedger, run: Run, submission: str, criterion: str, given: Given) -> str:
    """Keep a decision; returns a sentence on it. Raises InputError where there is nothing to decide on."""
    items = graded(ledger, run)
    rubric, item = _found(items, submission, run)
    known = {c.id: c for c in rubric.criteria}
    if criterion not in known:
        message = f'The task "{rubric.task}" has no criterion "{criterion[:60]}".'
        raise InputError(Problem("--criterion", None, message, f"It has: {', '.join(known)}."))
    leveled = isinstance(known[criterion], LeveledCriterion)
    if (given.level is None) == leveled or (given.verdict is None) != leveled:
        wanted = f"--level 1 to {LEVELS}" if leveled else "--verdict"
        kind = "has levels" if leveled else "is met or not"
        message = f"{known[criterion].title}: this criterion {kind}."
        raise InputError(Problem("--criterion", None, message, f"Give {wanted}, and not the other."))
    if not given.note.strip():
        raise InputError(Problem("--note", None, "There are no grounds.", "Give them in a sentence."))
    decision = Adjudication.model_validate(
        {
            "submission": submission,
            "text": item.record.text,
            "task": rubric.task,
            "rubric": rubric.digest,
            "criterion": criterion,
            "verdict": verdict_of(given.level) if given.level else given.verdict,
            "level": given.level,
            "name": given.name,
            "cause": given.cause,
            "note": given.note.strip(),
            "run": run.id,
        }
    )
    earlier = [
        d.adjudication
        for d in ledger.adjudications(submission)
        if (d.adjudication.criterion, d.adjudication.text) == (criterion, item.record.text)
    ]
    ledger.append_adjudication(decision)
    told = visible(f"{known[criterion].title}: {decision_sentence(decision, known[criterion])}")
    if earlier:
        told += f" Earlier decisions that remain listed: {len(earlier)}."
    return f"{told} The record keeps its score; scorecards count what you decided."


def decisions(ledger: SqlLedger) -> list[Decision]:
    """All decisions, oldest first, with the judge's ratings that they are about."""
    made = ledger.adjudications()
    latest = {(d.submission, d.text, d.criterion): place for place, (d, _) in enumerate(made)}
    runs: dict[str, dict[str, Graded]] = {}
    found = []
    for place, one in enumerate(made):
        decision = one.adjudication
        if decision.run not in runs:
            items = graded(ledger, find_run(ledger, decision.run))
            runs[decision.run] = {item.record.submission: item for item in items}
        item = runs[decision.run][decision.submission]
        judged = {rating.criterion: rating for rating in item.record.ratings}
        rubric = Rubric.model_validate_json(ledger.text(decision.rubric))
        found.append(
            Decision(
                made=one,
                current=latest[decision.submission, decision.text, decision.criterion] == place,
                criterion=rubric.criterion(decision.criterion),
                judged=judged.get(decision.criterion),
                text=item.shown,
            )
        )
    return found


def _found(items: list[Graded], submission: str, run: Run) -> tuple[Rubric, Graded]:
    for item in items:
        if item.record.submission == submission:
            if item.rubric is None:
                message = f"The submission {submission!r} has no rubric to decide by."
                raise InputError(Problem("submission", None, message, "Grade it with its rubric first."))
            return item.rubric, item
    known = ", ".join(item.record.submission for item in items[:8])
    message = f"The run {run.id} has no submission {submission!r}."
    remedy = f"It has, for example: {known}. Name another run with --run."
    raise InputError(Problem("submission", None, message, remedy))

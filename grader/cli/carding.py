"""Collects a candidate's newest answers from the ledger, and makes scorecards of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from grader.assessment_files import Loaded
from grader.cli.gather import find_run, graded, rulings
from grader.domain.hiring import HiringDecided
from grader.domain.reasons import Reason
from grader.domain.record import State
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.reports.carded import Carded
from grader.reports.graded import Graded
from grader.scorecard.answers import Answer, Ruling, answer
from grader.scorecard.card import scorecard


class Wanted(NamedTuple):
    """Which scorecards are made, and from what."""

    runs: Collection[str] = ()
    """Ids; empty: all runs."""
    candidates: Collection[str] = ()
    """Empty: all that answered a task of the assessment."""


def cards(ledger: SqlLedger, loaded: Loaded, wanted: Wanted) -> list[Carded]:
    """The scorecards, by candidate. Raises InputError where there are none, or an answer is not clear."""
    newest = _newest(ledger, loaded, wanted)
    if unknown := sorted(set(wanted.candidates) - set(newest)):
        message = f"There is no answer of {', '.join(unknown)} to a task of {loaded.assessment.id}."
        raise InputError(Problem("--candidate", None, message, "Check the spelling."))
    if not newest:
        message = f"The ledger has no answer to a task of {loaded.assessment.id}."
        raise InputError(Problem("ledger", None, message, "Grade the candidates' answers first."))
    decided = rulings(ledger)
    hired: dict[str, list[HiringDecided]] = {}
    for kept in ledger.hiring_decisions():
        if kept.decision.assessment == loaded.assessment.id:
            hired.setdefault(kept.decision.candidate, []).append(kept)
    return [
        _card(loaded, candidate, found, answers_of(found, decided), hired.get(candidate, []))
        for candidate, found in sorted(newest.items())
    ]


def _card(
    loaded: Loaded,
    candidate: str,
    found: Mapping[str, Graded],
    answers: Mapping[str, Answer],
    hired: Sequence[HiringDecided],
) -> Carded:
    return Carded(
        card=scorecard(loaded.assessment, candidate, answers, loaded.rubrics),
        assessment=loaded.assessment,
        answers=found,
        decisions=tuple(hired),
        decided={task: {c: one.ratings[c] for c in one.decided} for task, one in answers.items()},
    )


def answers_of(found: Mapping[str, Graded], decided: Mapping[str, Sequence[Ruling]]) -> dict[str, Answer]:
    """A candidate's answers by task as they count."""
    return {
        task: answer(item.record, item.rubric, decided.get(item.record.submission, ()))
        for task, item in found.items()
    }


def _newest(ledger: SqlLedger, loaded: Loaded, wanted: Wanted) -> dict[str, dict[str, Graded]]:
    """By candidate and task the newest answer; a later failure does not undo the score of the same text."""
    runs = [find_run(ledger, run) for run in wanted.runs] if wanted.runs else ledger.runs()
    newest: dict[str, dict[str, Graded]] = {}
    for run in sorted(runs, key=lambda r: (r.started, r.id)):
        seen: dict[tuple[str, str], str] = {}
        for item in graded(ledger, run):
            record = item.record
            wished = not wanted.candidates or record.candidate in wanted.candidates
            if not record.candidate or not wished or record.task not in loaded.rubrics:
                continue
            if record.reason is Reason.DUPLICATE_ID:
                continue
            place = record.candidate, record.task
            if place in seen:
                message = (
                    f"{record.candidate} has two answers to {record.task}: {seen[place]} and {record.source}."
                )
                remedy = "Keep one of them, or grade them in runs of their own and name one with --run."
                raise InputError(Problem(run.id, None, message, remedy))
            seen[place] = record.source
            of_candidate = newest.setdefault(record.candidate, {})
            before = of_candidate.get(record.task)
            failed_again = (
                before is not None
                and record.state is State.NOT_SCORED
                and before.record.text == record.text
                and before.record.state is not State.NOT_SCORED
            )
            if not failed_again:
                of_candidate[record.task] = item
    return newest

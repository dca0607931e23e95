"""The stages of `grader regrade`: what was graded, what changed since, what grading again would come to."""

import asyncio
from collections.abc import Iterator, Mapping

from grader.assessment_files import Loaded
from grader.changes import changes
from grader.cli.carding import answers_of
from grader.domain.exchange import JudgeSpec
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.scorecard import Scorecard
from grader.domain.submission import Submission
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.preview import Foreseen, foresee
from grader.providers.output import OutputMode
from grader.reports.graded import Graded
from grader.reports.regrade_table import CandidatePreview, TaskPreview
from grader.scorecard.card import scorecard
from grader.wiring import JudgeOptions

_UNREAD = frozenset({Reason.UNREADABLE, Reason.DUPLICATE_ID})


def submissions_of(ledger: SqlLedger, run: Run) -> Iterator[Submission]:
    """What was handed in to a run, from the ledger."""
    for record in ledger.records(run.id):
        unread = record.reason in _UNREAD
        yield Submission(
            id=record.submission,
            candidate=record.candidate,
            task=record.task,
            text=ledger.text(record.text),
            source=record.source,
            problem=record.reason if unread else None,
            detail=record.detail if unread else "",
        )


def judge_of(run: Run) -> JudgeSpec:
    """The judge of a run, as it was asked."""
    return JudgeSpec.model_validate(run.settings["judge"])


def options_of(spec: JudgeSpec, *, in_flight: int, threads: int | None) -> JudgeOptions:
    """The options with which this judge is reached again."""
    known = spec.options
    return JudgeOptions(
        base_url=known.get("endpoint"),
        output=OutputMode(known.get("output", OutputMode.JSON_SCHEMA)),
        logprobs="logprobs" in known,
        sampling="sampling" not in known,
        in_flight=in_flight,
        threads=threads,
    )


def preview(
    ledger: SqlLedger, items: list[Graded], instruments: Mapping[str, Instrument], judge: JudgeSpec
) -> tuple[list[TaskPreview], list[Foreseen]]:
    """By task what changed and what it would cost; and for each item what it would come to."""
    asked = [
        Submission(
            id=item.record.submission,
            candidate=item.record.candidate,
            task=item.record.task,
            text=item.text,
            source=item.record.source,
        )
        for item in items
    ]
    foreseen = asyncio.run(foresee(asked, instruments, judge, ledger))
    tasks: dict[str, list[tuple[Graded, Foreseen]]] = {}
    for item, outcome in zip(items, foreseen, strict=True):
        tasks.setdefault(item.record.task, []).append((item, outcome))
    return [_task(task, found, instruments.get(task)) for task, found in tasks.items()], foreseen


def _task(task: str, found: list[tuple[Graded, Foreseen]], instrument: Instrument | None) -> TaskPreview:
    before = next((item.rubric for item, _ in found if item.rubric), None)
    moved = [
        (item.record.submission, _percent(item.record), _percent(outcome.record))
        for item, outcome in found
        if outcome.record is not None and _percent(item.record) != _percent(outcome.record)
    ]
    return TaskPreview(
        task=task,
        changes=changes(before, instrument.rubric) if before and instrument else None,
        submissions=len(found),
        calls=len(frozenset().union(*(outcome.calls for _, outcome in found))),
        moved=tuple(moved),
        known=sum(outcome.record is not None for _, outcome in found),
    )


def _percent(record: GradeRecord | None) -> float | None:
    return record.score.percent if record and record.score else None


def candidates(
    loaded: Loaded, items: list[Graded], foreseen: list[Foreseen], rubrics: Mapping[str, Rubric]
) -> list[CandidatePreview]:
    """The scorecards before and after, of candidates with answers to the assessment; no decision applied."""
    found: dict[str, list[tuple[Graded, Foreseen]]] = {}
    for item, outcome in zip(items, foreseen, strict=True):
        if item.record.candidate and item.record.task in loaded.rubrics:
            found.setdefault(item.record.candidate, []).append((item, outcome))
    return [_candidate(loaded, candidate, pairs, rubrics) for candidate, pairs in sorted(found.items())]


def _candidate(
    loaded: Loaded, candidate: str, pairs: list[tuple[Graded, Foreseen]], rubrics: Mapping[str, Rubric]
) -> CandidatePreview:
    before = {item.record.task: item for item, _ in pairs}
    after = {
        item.record.task: Graded(record=outcome.record, text=item.text, rubric=rubrics.get(item.record.task))
        for item, outcome in pairs
        if outcome.record is not None
    }

    def card(answers: Mapping[str, Graded]) -> Scorecard:
        return scorecard(loaded.assessment, candidate, answers_of(answers, {}), loaded.rubrics)

    return CandidatePreview(card(before), card(after) if len(after) == len(before) else None)

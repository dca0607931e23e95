"""The stages of `grader regrade`: what was graded, what changed since, what grading again would come to."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

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
from grader.scorecard.answers import Ruling
from grader.scorecard.card import scorecard
from grader.wiring import JudgeOptions

_UNREAD = frozenset({Reason.UNREADABLE, Reason.DUPLICATE_ID})


def submissions_of(ledger: SqlLedger, run: Run) -> Iterator[Submission]:
    """What was handed in to a run, from the ledger."""
    for record in ledger.records(run.id):
        yield _submission(record, ledger.text(record.text))


def _submission(record: GradeRecord, text: str) -> Submission:
    unread = record.reason in _UNREAD
    return Submission(
        id=record.submission,
        candidate=record.candidate,
        task=record.task,
        text=text,
        source=record.source,
        problem=record.reason if unread else None,
        detail=record.detail if unread else "",
        removed=record.removed,
    )


def judge_of(run: Run) -> JudgeSpec:
    """The judge of a run, as it was asked."""
    return JudgeSpec.model_validate(run.settings["judge"])


def options_of(spec: JudgeSpec) -> JudgeOptions:
    """The options with which this judge is reached again."""
    known = spec.options
    return JudgeOptions(
        base_url=known.get("endpoint"),
        output=OutputMode(known.get("output", OutputMode.JSON_SCHEMA)),
        logprobs="logprobs" in known,
        sampling="sampling" not in known,
    )


def preview(
    ledger: SqlLedger, items: list[Graded], instruments: Mapping[str, Instrument], judge: JudgeSpec
) -> tuple[list[TaskPreview], list[Foreseen]]:
    """By task what changed and what it would cost; and for each item what it would come to."""
    asked = [_submission(item.record, item.text) for item in items]
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
    loaded: Loaded,
    items: list[Graded],
    foreseen: list[Foreseen],
    rubrics: Mapping[str, Rubric],
    decided: Mapping[str, Sequence[Ruling]],
) -> list[CandidatePreview]:
    """The scorecards of this run before and after, people's decisions applied to both."""
    found: dict[str, list[tuple[Graded, Foreseen]]] = {}
    for item, outcome in zip(items, foreseen, strict=True):
        if item.record.candidate and item.record.task in loaded.rubrics:
            found.setdefault(item.record.candidate, []).append((item, outcome))

    def card(candidate: str, answers: Mapping[str, Graded]) -> Scorecard:
        return scorecard(loaded.assessment, candidate, answers_of(answers, decided), loaded.rubrics)

    previews = []
    for candidate, pairs in sorted(found.items()):
        before = {item.record.task: item for item, _ in pairs}
        after = {
            task: Graded(record=outcome.record, text=item.text, rubric=rubrics.get(task))
            for item, outcome in pairs
            if outcome.record is not None and (task := item.record.task)
        }
        known = card(candidate, after) if len(after) == len(before) else None
        previews.append(CandidatePreview(card(candidate, before), known))
    return previews

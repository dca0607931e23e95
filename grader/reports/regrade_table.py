"""What grading again would come to: a table for the terminal, and rows for programs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.changes import Changes
from grader.domain.scorecard import Scorecard
from grader.reports.wording import RECOMMENDATIONS, counted, number, task_name, visible


class TaskPreview(NamedTuple):
    """One task: what changed in its rubric, and what grading its submissions again would ask."""

    task: str
    changes: Changes | None
    """None: the rubric is new to the run, or gone."""
    submissions: int
    calls: int
    moved: tuple[tuple[str, float | None, float | None], ...]
    """Submission, percent before and after, where the ledger already knows and it differs."""
    known: int
    """Submissions whose outcome the ledger already knows."""


class CandidatePreview(NamedTuple):
    """One candidate's scorecard before and after; `after` is None where the judge must be asked first."""

    before: Scorecard
    after: Scorecard | None


def preview_view(tasks: Sequence[TaskPreview], cards: Sequence[CandidatePreview]) -> RenderableType:
    """Changed criteria and calls by task, then the candidates whose outcome moves or is not known yet."""
    table = Table("Task", "What changed", "Answers", "Calls", "Scores that move", title="Grading again")
    for task in tasks:
        moves = [f"{name}: {_percent(old)} to {_percent(new)}" for name, old, new in task.moved]
        unknown = task.submissions - task.known
        if unknown:
            moves.append(f"{unknown} not known before the judge is asked")
        cells = (task_name(task.task), _changed(task.changes), str(task.submissions), str(task.calls))
        table.add_row(*map(_plain, (*cells, "\n".join(moves) or "none")))
    calls = sum(task.calls for task in tasks)
    total = Text(f"{counted(calls, 'call', 'calls')} to the judge in all. Nothing was asked or changed now.")
    return Group(table, *_candidates(cards), total)


def preview_rows(tasks: Sequence[TaskPreview], cards: Sequence[CandidatePreview]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "tasks": [
            {
                "task": t.task,
                "criteria": [
                    {"criterion": c.criterion, "change": c.kind.value, "fields": list(c.fields)}
                    for c in (t.changes.criteria if t.changes else ())
                ],
                "rubric_fields": list(t.changes.whole) if t.changes else [],
                "answers": t.submissions,
                "calls": t.calls,
                "known": t.known,
                "moved": [{"submission": s, "before": old, "after": new} for s, old, new in t.moved],
            }
            for t in tasks
        ],
        "candidates": [
            {
                "candidate": c.before.candidate,
                "before": c.before.recommendation.value,
                "after": c.after.recommendation.value if c.after else None,
                "total_before": c.before.total.percent,
                "total_after": c.after.total.percent if c.after else None,
            }
            for c in cards
        ],
    }


def _plain(text: str) -> Text:
    """Never read as markup."""
    return Text(visible(text))


def _changed(changes: Changes | None) -> str:
    if changes is None:
        return "no rubric on one side"
    lines = [f"{c.title}: {c.kind.value}{_named(c.fields)}" for c in changes.criteria]
    if changes.whole:
        lines.append(f"the rubric's {', '.join(changes.whole)}")
    return "\n".join(lines) or "nothing"


def _named(fields: Sequence[str]) -> str:
    return f" ({', '.join(fields)})" if fields else ""


def _candidates(cards: Sequence[CandidatePreview]) -> list[RenderableType]:
    moved = [c for c in cards if c.after is None or _standing(c.after) != _standing(c.before)]
    if not cards:
        return []
    if not moved:
        return [Text(f"No scorecard moves among {counted(len(cards), 'candidate', 'candidates')}.")]
    table = Table("Candidate", "Before", "After", title="Scorecards that move")
    for card in moved:
        after = _outcome(card.after) if card.after else "not known before the judge is asked"
        table.add_row(*map(_plain, (card.before.candidate, _outcome(card.before), after)))
    return [table]


def _standing(card: Scorecard) -> tuple[object, ...]:
    """All that can put a candidate elsewhere: total, recommendation and gates."""
    gates = [(gate.id, gate.state) for gate in card.gates]
    return card.total.percent, card.total.lowest, card.recommendation, gates


def _outcome(card: Scorecard) -> str:
    return f"{RECOMMENDATIONS[card.recommendation].short} ({_percent(card.total.percent)})"


def _percent(value: float | None) -> str:
    return "no score" if value is None else number(value, 1)

"""Scorecards as rows for an applicant tracking system. What is not known is empty, never 0."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

from grader.domain.scorecard import GateState, RaisedFlag, Scorecard, Standard
from grader.reports.carded import Carded
from grader.reports.scorecard_wording import known_error, unknown_errors, waiting
from grader.reports.sheets import Row, fill
from grader.reports.sheets import write_csv as write_rows
from grader.reports.wording import recommendation_words

_FIRST = (
    "candidate",
    "assessment",
    "recommendation",
    "total",
    "standard_error",
    "tasks_without_error",
    "lowest",
    "highest",
)
_LAST = (
    "gates_failed", "red_flags", "missing", "waiting_for_person", "standing", "decision", "decided_by",
    "decided_at", "decided_on_this_scorecard", "scorecard",
)  # fmt: skip
TASK_COLUMNS = (
    "candidate", "part", "section", "task", "title", "share", "state", "percent", "scale", "standard_error",
    "standing", "reviews", "decided", "detail", "submission", "record",
)  # fmt: skip
"""Columns of `task_rows`: percent 0 to 100, scale 1 to 5, `share` in percent of the total; `decided`:
criteria that a person decided on; `record`: its digest."""


def columns(cards: Iterable[Carded]) -> tuple[str, ...]:
    """Columns of `candidate_rows`: fixed ones, and those of the parts, sections and gates of the cards.

    A decision may have been made on an earlier scorecard: `decided_on_this_scorecard` says so.
    `standard_error` comes from the tasks whose error is known; `tasks_without_error` counts the others.
    """
    scores = dict.fromkeys(name for c in cards for name in _scores(c.card))
    gates = dict.fromkeys(f"gate_{gate.id}" for c in cards for gate in c.card.gates)
    return (*_FIRST, *scores, *gates, *_LAST)


def candidate_rows(cards: Sequence[Carded]) -> Iterator[Row]:
    """One row a candidate, keys as in `columns`; gates: passed, doubtful, failed or unknown."""
    empty: Row = dict.fromkeys(columns(cards))
    return (empty | _candidate(carded) for carded in cards)


def task_rows(cards: Iterable[Carded]) -> Iterator[Row]:
    """One row for each candidate and task, keys as in `TASK_COLUMNS`."""
    for card in (carded.card for carded in cards):
        for part in card.parts:
            for section in part.sections:
                for item in section.items:
                    known = item.model_dump(mode="json", exclude={"decided", "detail"})
                    row: Row = {
                        "candidate": card.candidate,
                        "part": part.id,
                        "section": section.id,
                        **known,
                        "decided": _joined(item.decided),
                        "detail": item.detail or None,
                    }
                    yield {column: row[column] for column in TASK_COLUMNS}


def write_csv(path: Path, cards: Sequence[Carded]) -> None:
    """Writes one row a candidate, as UTF-8; see `sheets.write_csv` on formulas."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_rows(candidate_rows(cards), columns(cards), stream)


def write_xlsx(path: Path, cards: Sequence[Carded]) -> None:
    """Writes a workbook with the sheets Candidates and Tasks."""
    book = Workbook()
    candidates = book.worksheets[0]
    candidates.title = "Candidates"
    fill(candidates, columns(cards), candidate_rows(cards))
    fill(book.create_sheet("Tasks"), TASK_COLUMNS, task_rows(cards))
    book.save(path)


def _candidate(carded: Carded) -> Row:
    card = carded.card
    made = carded.decisions[-1] if carded.decisions else None
    scores: Row = {name: score.percent for name, score in _scores(card).items()}
    gates: Row = {f"gate_{gate.id}": gate.state.value for gate in card.gates}
    return {
        "candidate": card.candidate,
        "assessment": card.assessment,
        "recommendation": recommendation_words(card).short,
        "total": card.total.percent,
        "standard_error": known_error(card.total),
        "tasks_without_error": unknown_errors(card.items),
        "lowest": card.total.lowest,
        "highest": card.total.highest,
        **scores,
        **gates,
        "gates_failed": _joined(gate.title for gate in card.gates if gate.state is GateState.FAILED),
        "red_flags": _joined(map(_flag, card.flags)),
        "missing": _joined(item.task for item in card.missing),
        "waiting_for_person": len(waiting(card)),
        "standing": _joined(sorted({item.standing for item in card.items if item.standing})),
        "decision": made.decision.choice.value if made else None,
        "decided_by": made.decision.name if made else None,
        "decided_at": made.created if made else None,
        "decided_on_this_scorecard": made.decision.scorecard == card.digest if made else None,
        "scorecard": card.digest,
    }


def _scores(card: Scorecard) -> dict[str, Standard]:
    """Parts and sections by column; a section that is all of a part of the same name is that part."""
    parts = {part.id for part in card.parts}
    found: dict[str, Standard] = {}
    for part in card.parts:
        found[f"{part.id}_percent"] = part
        for section in part.sections:
            if section.id in parts and (len(part.sections) > 1 or section.id != part.id):
                found[f"{section.id}_section_percent"] = section
            elif section.id not in parts:
                found[f"{section.id}_percent"] = section
    return found


def _flag(flag: RaisedFlag) -> str:
    return f"{flag.title} ({flag.task}, {'confirmed' if flag.confirmed else 'not confirmed'})"


def _joined(texts: Iterable[str]) -> str | None:
    return "; ".join(texts) or None

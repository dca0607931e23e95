"""Scores and decisions from a table with one row for each candidate."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.errors import InputError, Problem
from grader.fairness.audit import Outcomes
from grader.fairness.outcomes import Level, Stage
from grader.readers.by_candidate import CandidateTable, cells_of, read_candidates
from grader.readers.columns import listed, plain
from grader.readers.rating_values import number_of

SCORES = ("total", "score")
DECISIONS = ("decision", "selected")
GATE = "gate_"
THROUGH = ("advance", "selected", "hired", "passed", "pass", "yes", "true", "1")
NOT_THROUGH = ("decline", "not selected", "rejected", "failed", "fail", "no", "false", "0")
OPEN = ("hold", "doubtful", "unknown")
"""As `grader scorecard --csv` and applicant tracking systems write them; open ones have no outcome yet."""
_WORDS: Mapping[str, float | None] = {
    **{plain(word): 1.0 for word in THROUGH},
    **{plain(word): 0.0 for word in NOT_THROUGH},
    **{plain(word): None for word in (*OPEN, "")},
}


class Wanted(NamedTuple):
    """Columns to read; without scores and decisions, those with the usual names are."""

    scores: Sequence[str] = ()
    decisions: Sequence[str] = ()
    criteria: Sequence[str] = ()
    """Shares of a criterion's points, 0 to 1."""
    human: str | None = None
    """People's scores of what the first column of scores holds."""


def read_outcomes(path: Path, wanted: Wanted) -> Outcomes:
    """The outcomes; an empty cell is none. Raises InputError with every cell that cannot be read."""
    table = read_candidates(path)
    scores, decisions = tuple(wanted.scores), tuple(wanted.decisions)
    if not scores and not decisions:
        scores = tuple(name for name in table.columns if plain(name) in SCORES)
        decisions = tuple(
            name for name in table.columns if plain(name) in DECISIONS or plain(name).startswith(GATE)
        )
    if not scores and not decisions:
        message = f"No column of scores or decisions was found. The columns are: {listed(table.columns)}."
        remedy = "Name them: --score COLUMN, --decision COLUMN."
        raise InputError(Problem(path.name, table.line, message, remedy))
    if wanted.human and not scores:
        message, remedy = "People's scores need a machine's to be compared with.", "Name it: --score COLUMN."
        raise InputError(Problem("--human", None, message, remedy))
    for column in (*scores, *decisions, *wanted.criteria, *filter(None, [wanted.human])):
        if column not in table.columns:
            message = f'There is no column "{column[:60]}". The columns are: {listed(table.columns)}.'
            raise InputError(Problem(path.name, table.line, message, "Check the spelling."))
    problems: list[Problem] = []

    def numbers(column: str, highest: float | None = None) -> dict[str, float]:
        return dict(_numbers(table, column, highest, path.name, problems))

    stages = [Stage(name, name, Level.TOTAL, numbers(name), scored=True) for name in scores]
    for name in decisions:
        level = Level.GATE if plain(name).startswith(GATE) else Level.DECISION
        found = dict(_choices(table, name, path.name, problems))
        stages.append(Stage(name, name, level, found, scored=False))
    stages += [Stage(name, name, Level.CRITERION, numbers(name, 1), scored=True) for name in wanted.criteria]
    human = (scores[0], numbers(wanted.human)) if wanted.human else None
    if problems:
        raise InputError(*problems)
    return Outcomes(path.name, frozenset(table.rows), tuple(stages), human)


def _numbers(
    table: CandidateTable, column: str, highest: float | None, file: str, problems: list[Problem]
) -> Iterator[tuple[str, float]]:
    for candidate, line, cell in cells_of(table, column):
        number = number_of(cell)
        if number is not None and (highest is None or 0 <= number <= highest):
            yield candidate, number
        elif cell:
            remedy = "Give a number, or leave the cell empty."
            if highest is not None:
                remedy = f"Give a share from 0 to {highest:g}, or leave the cell empty."
            problems.append(Problem(file, line, f'"{cell[:60]}" in "{column}" is no such number.', remedy))


def _choices(
    table: CandidateTable, column: str, file: str, problems: list[Problem]
) -> Iterator[tuple[str, float]]:
    for candidate, line, cell in cells_of(table, column):
        if plain(cell) not in _WORDS:
            remedy = f"Give one of {', '.join((*THROUGH, *NOT_THROUGH, *OPEN))}, or leave the cell empty."
            problems.append(Problem(file, line, f'"{cell[:60]}" in "{column}" is no decision.', remedy))
        elif (value := _WORDS[plain(cell)]) is not None:
            yield candidate, value

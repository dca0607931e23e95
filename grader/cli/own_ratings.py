"""A person's own ratings from a file: a table with a row a rating."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from grader.domain.calibration_set import VALUES, SetRating
from grader.errors import InputError, Problem
from grader.readers.tables import Row, Table, read_csv, read_jsonl
from grader.readers.xlsx import read_xlsx

_NEEDED = ("submission", "criterion", "rating")
_WORDS = {verdict.value: value for verdict, value in VALUES.items()}


class Own(NamedTuple):
    """One person's ratings as read, and what is wrong with the others."""

    ratings: tuple[SetRating, ...]
    lines: tuple[int | None, ...]
    """Where each of `ratings` stands."""
    problems: tuple[Problem, ...]


def own_ratings(path: Path, rater: str) -> Own:
    """The rows of `rater`; without a column of raters, all rows are theirs. Raises InputError.

    Columns: submission, criterion, rating (met, partly, not_met or 1, 0.5, 0), and maybe rater and rated.
    """
    try:
        return _read(path.name, _table(path), rater)
    except OSError as error:
        message = f"The file could not be opened ({error.strerror})."
        raise InputError(Problem(str(path), None, message, "Check the path and its permissions.")) from error


def _table(path: Path) -> Table:
    kind = path.suffix.lower()
    if kind in {".xlsx", ".xlsm"}:
        return read_xlsx(path, None)
    return read_jsonl(path) if kind in {".jsonl", ".ndjson"} else read_csv(path)


def _read(file: str, table: Table, rater: str) -> Own:
    header = {name.casefold(): name for name in table.header}
    if missing := [name for name in _NEEDED if name not in header]:
        message = f"No column is called {' or '.join(missing)}."
        remedy = f"Name the columns {', '.join(_NEEDED)}, and maybe rater and rated."
        raise InputError(Problem(file, table.line, message, remedy))
    found: list[tuple[SetRating, int]] = []
    problems: list[Problem] = []
    others: set[str] = set()
    for row in table.rows:
        if row.fault:
            problems.append(Problem(file, row.line, row.fault, ""))
            continue
        cells = {field: row.cells.get(name, "").strip() for field, name in header.items()}
        if cells.get("rater", rater) != rater:
            others.add(cells["rater"])
            continue
        wrong = list(_faults(file, row, cells))
        problems += wrong
        if not wrong:
            found.append((_rating(cells, rater), row.line))
    if not found and not problems:
        message = f"No rating is by {rater!r}." if others else "There are no ratings in the file."
        known = f"Raters in the file: {', '.join(sorted(others)[:8])}." if others else "Add a row a rating."
        raise InputError(Problem(file, None, message, known))
    return Own(tuple(rating for rating, _ in found), tuple(line for _, line in found), tuple(problems))


def _faults(file: str, row: Row, cells: dict[str, str]) -> Iterator[Problem]:
    for name in ("submission", "criterion"):
        if not cells[name]:
            yield Problem(file, row.line, f"The row names no {name}.", "Fill it in, or remove the row.")
    if _value(cells["rating"]) is None:
        message = f'"{cells["rating"][:60]}" is no verdict.'
        yield Problem(file, row.line, message, "Write met, partly or not_met (or 1, 0.5, 0).")
    if rated := cells.get("rated"):
        try:
            datetime.fromisoformat(rated)
        except ValueError:
            message = f'"{rated[:60]}" is no ISO 8601 time.'
            yield Problem(file, row.line, message, "Write it as 2026-03-31, or leave it blank.")


def _rating(cells: dict[str, str], rater: str) -> SetRating:
    return SetRating(
        response=cells["submission"],
        criterion=cells["criterion"],
        rater=rater,
        value=_value(cells["rating"]) or 0.0,
        rated=cells.get("rated") or None,
    )


def _value(cell: str) -> float | None:
    """The rating as a number; None where it is none."""
    word = cell.casefold().replace(" ", "_").replace("-", "_")
    if word in _WORDS:
        return _WORDS[word]
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if number in VALUES.values() else None

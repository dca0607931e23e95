"""Tables with one row for each candidate."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from grader.errors import InputError, Problem
from grader.readers.columns import ALIASES, find_column
from grader.readers.submissions import TABLES, read_table


class CandidateRow(NamedTuple):
    """One candidate's cells by column, and where they stand."""

    line: int
    cells: Mapping[str, str]


class CandidateTable(NamedTuple):
    """The columns beside the candidate's, and the rows by candidate."""

    line: int
    """Of the header."""
    columns: tuple[str, ...]
    rows: Mapping[str, CandidateRow]


def read_candidates(path: Path) -> CandidateTable:
    """The table. Raises InputError with all rows that name no candidate, or one that stands above."""
    try:
        return _read(path)
    except OSError as error:
        message = f"The file could not be opened ({error.strerror})."
        raise InputError(Problem(str(path), None, message, "Check the path and its permissions.")) from error


def _read(path: Path) -> CandidateTable:
    if path.exists() and path.suffix.lower() not in TABLES:
        message = f'Files of the kind "{path.suffix}" are not read.'
        raise InputError(Problem(path.name, None, message, f"Give one of {', '.join(TABLES)}."))
    table = read_table(path, None)
    own = find_column("candidate", ALIASES["candidate"], None, table.header, file=path.name, line=table.line)
    if own is None:
        message, remedy = "No column names the candidates.", 'Call the column of their ids "candidate".'
        raise InputError(Problem(path.name, table.line, message, remedy))
    rows: dict[str, CandidateRow] = {}
    problems: list[Problem] = []
    for row in table.rows:
        candidate = row.cells.get(own, "").strip()
        if fault := row.fault or next(iter(row.faults.values()), ""):
            problems.append(Problem(path.name, row.line, fault, ""))
        elif not candidate:
            problems.append(Problem(path.name, row.line, "The row names no candidate.", f'Fill in "{own}".'))
        elif candidate in rows:
            message = f"{candidate[:60]} stands in line {rows[candidate].line} already."
            problems.append(Problem(path.name, row.line, message, "Keep one row for each candidate."))
        else:
            rows[candidate] = CandidateRow(row.line, {name: c.strip() for name, c in row.cells.items()})
    if problems:
        raise InputError(*problems)
    columns = tuple(name for name in table.header if name and name != own)
    return CandidateTable(table.line, columns, rows)


def cells_of(table: CandidateTable, column: str) -> Iterator[tuple[str, int, str]]:
    """Candidate, line and cell of a column, from top to bottom."""
    return ((candidate, row.line, row.cells.get(column, "")) for candidate, row in table.rows.items())

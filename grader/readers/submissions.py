"""The one entrance: a table or a folder in, one Submission out for every row, cell or file."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

from grader.domain.reasons import Reason
from grader.domain.submission import Submission
from grader.errors import InputError, Problem
from grader.readers.columns import ColumnMap, Layout, resolve
from grader.readers.documents import READERS
from grader.readers.encoding import stored
from grader.readers.folder import LAYOUT, from_file, from_folder, place_of
from grader.readers.seen import Seen
from grader.readers.tables import Row, Table, read_csv, read_jsonl

TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".jsonl", ".ndjson")

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing although Unicode counts them as letters or marks."""


def read_submissions(
    path: Path,
    *,
    tasks: Set[str],
    columns: ColumnMap | None = None,
    sheet: str | None = None,
) -> Iterator[Submission]:
    """Every submission of a table (CSV, XLSX, JSON lines), a folder, or one named document, in a fixed order.

    `tasks` are the known task ids. A row or file that cannot be graded comes with `problem` and `detail`.
    Wholly blank table rows are no submissions. Raises InputError at once where nothing can be read at all,
    and while iterating where a table turns out damaged further down.
    """
    try:
        if path.is_dir():
            found = from_folder(path)
        elif path.suffix.lower() in TABLES:
            table = read_table(path, sheet)
            layout = resolve(table.header, columns or ColumnMap(), tasks, file=path.name, line=table.line)
            found = _from_table(table, layout, stored(path.name))
        elif path.is_file() and path.suffix.lower() in READERS and place_of(path, path.parent):
            found = iter([from_file(path, path.parent)])
        else:
            raise _no_input(path)
    except OSError as error:
        message = f"The file could not be opened ({error.strerror})."
        raise InputError(Problem(str(path), None, message, "Check the path and its permissions.")) from error
    return _checked(found, tasks)


def is_blank(text: str) -> bool:
    """True where a reader sees nothing: white space, control and format characters, fillers, bare marks."""
    return all(
        c in _INVISIBLE or unicodedata.category(c) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"} for c in text
    )


def _no_input(path: Path) -> InputError:
    if not path.exists():
        return InputError(Problem(str(path), None, "There is no such file or folder.", "Check the path."))
    if path.suffix.lower() in READERS:
        return InputError(
            Problem(str(path), None, "The file's name does not say whose answer it is.", LAYOUT)
        )
    message = f'Files of the kind "{path.suffix}" are not read.'
    return InputError(Problem(str(path), None, message, f"Give a folder or one of {', '.join(TABLES)}."))


def read_table(path: Path, sheet: str | None) -> Table:
    """A table of one of the kinds in `TABLES`. Raises InputError where it has no rows."""
    kind = path.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        from grader.readers.xlsx import read_xlsx

        table = read_xlsx(path, sheet)
    elif sheet is not None:
        raise InputError(Problem(path.name, None, "Only XLSX files have sheets.", "Leave out --sheet."))
    else:
        table = read_jsonl(path) if kind in (".jsonl", ".ndjson") else read_csv(path)
    first = next(table.rows, None)
    if first is None:
        message = "The table has a header but no rows."
        raise InputError(Problem(path.name, table.line, message, "Add a row for each answer."))
    return Table(table.header, table.line, chain([first], table.rows))


def _from_table(table: Table, layout: Layout, file: str) -> Iterator[Submission]:
    for row in table.rows:
        source = f"{file}:{row.line}"
        if row.fault or not _cell(row, layout.candidate):
            fault = row.fault or row.faults.get(layout.candidate)
            fault = fault or f'The row names no candidate; fill in the column "{layout.candidate}".'
            yield Submission(
                id=source,
                candidate="",
                task="",
                text="",
                source=source,
                problem=Reason.UNREADABLE,
                detail=fault,
            )
            continue
        for column, fixed in layout.answers.items():
            yield _answer(row, layout, column, fixed, source)


def _answer(row: Row, layout: Layout, column: str, fixed: str, source: str) -> Submission:
    candidate, task = _cell(row, layout.candidate), fixed or _cell(row, layout.task)
    own = _cell(row, layout.id)
    identifier = own if own and not fixed else f"{own or candidate}/{task}"
    fault = row.faults.get(column, "")
    if column not in row.cells and not fault and not fixed:
        fault = f'The row has no "{column}"; add it, if only as an empty string.'
    return Submission(
        id=identifier,
        candidate=candidate,
        task=task,
        text="" if fault else row.cells.get(column, ""),
        source=source,
        problem=Reason.UNREADABLE if fault else None,
        detail=fault,
    )


def _cell(row: Row, column: str | None) -> str:
    """A short cell, or "" where there is none or it is faulty."""
    return "" if column is None or column in row.faults else row.cells.get(column, "").strip()


def _checked(found: Iterable[Submission], tasks: Set[str]) -> Iterator[Submission]:
    """Each submission with its problem, if any, and an id of its own."""
    seen = Seen()
    copies: defaultdict[str, int] = defaultdict(lambda: 1)
    for submission in found:
        problem, detail = submission.problem, submission.detail
        if problem is None and submission.task not in tasks:
            problem, detail = Reason.UNKNOWN_TASK, _unknown(submission.task, tasks)
        elif problem is None and is_blank(submission.text):
            problem = Reason.BLANK
            detail = f"There is nothing but white space in the answer. {detail}".strip()
        identifier = submission.id
        while not seen.add(identifier, submission.source):
            copies[submission.id] += 1
            identifier = f"{submission.id}#{copies[submission.id]}"
        if identifier != submission.id and problem is None:
            problem = Reason.DUPLICATE_ID
            earlier = seen.source(submission.id)
            detail = f'The id "{submission.id}" was used first in {earlier}; keep one, or give ids.'
        yield submission.model_copy(update={"id": identifier, "problem": problem, "detail": detail})


def _unknown(task: str, tasks: Set[str]) -> str:
    if not task:
        return "The row names no task; fill in its task id."
    near = get_close_matches(task[:60], sorted(tasks), n=1)
    remedy = f'did you mean "{near[0]}"' if near else f"the tasks are {', '.join(sorted(tasks))}"
    return f'No rubric has the task "{task[:60]}"; {remedy}{"?" if near else "."}'

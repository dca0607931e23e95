"""Which column of a table holds what: long tables (a row an answer) and wide ones (a column a task)."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from grader.domain.base import Value
from grader.errors import InputError, Problem

ALIASES = {
    # An id goes before a plain "candidate", which may hold a name.
    "candidate": ("candidate_id", "candidate", "applicant_id", "applicant"),
    "task": ("task_id", "task", "prompt_id", "question_id", "prompt", "question"),
    "text": ("text", "answer", "response", "submission"),
    "id": ("submission_id", "id"),
}
FIELDS = tuple(ALIASES)
_SHOWN = 20


class ColumnMap(Value):
    """The user's own column names; None: found by the usual names, in the order of `ALIASES`."""

    candidate: str | None = None
    task: str | None = None
    text: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Layout:
    """Where a table's submissions stand."""

    candidate: str
    id: str | None
    task: str | None
    """Column of the task id; None in a wide table."""
    answers: dict[str, str]
    """Column of the answer -> task id; the task id is "" where the row's own task column names it."""


def resolve(
    header: Sequence[str], columns: ColumnMap, tasks: Set[str], *, file: str, line: int | None
) -> Layout:
    """The layout of a table with this header. InputError names what is missing or ambiguous."""
    found = {
        field: find_column(
            field,
            ALIASES[field],
            getattr(columns, field),
            header,
            file=file,
            line=line,
            alone=field == "text",
        )
        for field in FIELDS
    }
    wide = {name: task for name in header if (task := plain(name)) in tasks}
    answers = {found["text"]: ""} if found["text"] is not None else {}
    is_wide = wide and not (found["task"] and found["text"]) and not (columns.task or columns.text)
    if is_wide:
        found["task"], answers = None, wide
        if len({*wide.values()}) < sum(plain(name) in tasks for name in header):
            raise InputError(_problem(header, file, line, "Two columns stand for the same task."))
    needed = ("candidate",) if is_wide else ("candidate", "task", "text")
    if missing := [field for field in needed if found[field] is None]:
        message = f"No column for {' and '.join(missing)} was found."
        raise InputError(_problem(header, file, line, message, missing[0]))
    return Layout(candidate=found["candidate"] or "", id=found["id"], task=found["task"], answers=answers)


def find_column(
    field: str,
    names: Sequence[str],
    wish: str | None,
    header: Sequence[str],
    *,
    file: str,
    line: int | None,
    alone: bool = False,
) -> str | None:
    """The column for a field: the one wished for, or the first of the usual `names`; None if there is none.

    Raises InputError where the wish is not in the header, or more than one column fits; with `alone`, also
    where columns of two of the usual names stand there.
    """
    usual = names if wish is None else (wish,)
    matches = [column for name in usual for column in header if plain(column) == plain(name)]
    if wish is not None and wish in matches:
        matches = [column for column in matches if column == wish]
    if wish is not None and not matches:
        raise InputError(_problem(header, file, line, f'There is no column "{wish}".', field))
    same = [column for column in matches if plain(column) == plain(matches[0])]
    if len(same) > 1 or (alone and len(matches) > 1):
        message = f"More than one column could be the {field}: {listed(matches)}."
        raise InputError(_problem(header, file, line, message, field))
    return matches[0] if matches else None


def _problem(header: Sequence[str], file: str, line: int | None, message: str, field: str = "") -> Problem:
    remedy = "Rename one of them." if not field else f"Name it: --column {field}=COLUMN."
    return Problem(file, line, f"{message} The columns are: {listed(header)}.", remedy)


def listed(names: Sequence[str]) -> str:
    """The names in quotation marks, the first 20 of them."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f'"{name[:60]}"' for name in names[:_SHOWN]) + more


def plain(name: str) -> str:
    """A name without regard to case, spaces and hyphens."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())

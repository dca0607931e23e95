"""The file of candidates' groups. Only the audit of outcomes reads it: nothing that scores or decides."""

from pathlib import Path

from grader.errors import InputError, Problem
from grader.fairness.outcomes import Groups
from grader.readers.by_candidate import cells_of, read_candidates
from grader.readers.columns import plain

UNKNOWN = {"", "unknown"}


def read_groups(path: Path) -> Groups:
    """Groups by candidate: any column beside the candidate's; a blank cell, or "unknown", is not known.

    Spellings that differ in case, spaces and hyphens alone are one category, as the first row spells it.
    Raises InputError.
    """
    table = read_candidates(path)
    if not table.columns:
        remedy = "Add a column for each kind of group, such as sex or race_ethnicity."
        raise InputError(Problem(path.name, table.line, "The table has no column of groups.", remedy))
    spelled: dict[tuple[str, str], str] = {}
    categories: dict[str, dict[str, str]] = {candidate: {} for candidate in table.rows}
    for column in table.columns:
        for candidate, _, cell in cells_of(table, column):
            if plain(cell) not in UNKNOWN:
                categories[candidate][column] = spelled.setdefault((column, plain(cell)), cell)
    return Groups(table.columns, categories)

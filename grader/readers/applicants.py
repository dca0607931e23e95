"""Reads what applications tell of candidates: names and ways to be reached. Groups are not read here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.domain.applicant import Applicant
from grader.errors import InputError, Problem
from grader.readers.columns import ALIASES, find_column, listed, plain
from grader.readers.submissions import read_table
from grader.readers.tables import Row

_NAME_PARTS = (
    ("first_name", "given_name", "forename", "first"),
    ("middle_name", "middle"),
    ("last_name", "surname", "family_name", "last"),
)
_COLUMNS = {
    "names": (
        "name", "full_name", "candidate_name", "applicant_name", "also_known_as", "aka", "nickname",
        "preferred_name", "former_name", "maiden_name", "birth_name", "other_names", "other_name",
    ),
    "emails": ("email", "e_mail", "mail", "email_address", "e_mail_address", "emails"),
    "phones": ("phone", "telephone", "tel", "mobile", "cell", "phone_number", "mobile_number", "phones"),
    "addresses": ("address", "street", "street_address", "home_address", "mailing_address"),
}  # fmt: skip
_GROUPS = """
    sex gender race ethnicity race_ethnicity hispanic age age_group age_band date_of_birth
    birth_date birthday dob disability veteran veteran_status religion nationality national_origin
    citizenship marital_status pregnancy pronouns sexual_orientation group
"""
GROUPS = frozenset(_GROUPS.split())
"""Columns that put people in groups, as plain names."""
_SEVERAL = re.compile(r"[;|\n]")


class ApplicantsFile(NamedTuple):
    """The rows by candidate, and the columns that were not read."""

    file: str
    applicants: dict[str, Applicant]
    groups: tuple[str, ...]
    ignored: tuple[str, ...]


def read_applicants(path: Path) -> ApplicantsFile:
    """A table (CSV, XLSX, JSON lines) with a row a candidate.

    Raises InputError, which names lines and columns and never what stands in them.
    """
    try:
        table = read_table(path, None)
        candidate, used = _layout(path.name, table.line, table.header)
        applicants: dict[str, Applicant] = {}
        problems: list[Problem] = []
        for row in table.rows:
            if fault := _fault(row, candidate, applicants, used):
                problems.append(Problem(path.name, row.line, *fault))
                continue
            found = _applicant(row, candidate, used)
            applicants[found.candidate] = found
    except OSError as error:
        message = f"The file could not be opened ({error.strerror})."
        raise InputError(Problem(str(path), None, message, "Check the path and its permissions.")) from error
    if problems:
        raise InputError(*problems)
    left = [name for name in table.header if name not in used and name != candidate]
    groups = tuple(name for name in left if GROUPS & {plain(name), *re.split(r"[^a-z]+", name.casefold())})
    return ApplicantsFile(path.name, applicants, groups, tuple(n for n in left if n not in groups))


def _layout(file: str, line: int, header: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The candidate's column, and what the others hold: a field of Applicant, or a part of the name."""
    candidate = find_column("candidate", ALIASES["candidate"], None, header, file=file, line=line)
    kinds = {name: field for field, names in _COLUMNS.items() for name in names}
    kinds |= {name: f"part {place}" for place, names in enumerate(_NAME_PARTS) for name in names}
    used = {column: kinds[plain(column)] for column in header if plain(column) in kinds}
    if candidate is None or not used:
        message = f"These columns tell no candidate's names: {listed(header)}."
        raise InputError(Problem(file, line, message, "Name them candidate, name, email and phone."))
    return candidate, used


def _fault(
    row: Row, candidate: str, known: dict[str, Applicant], used: dict[str, str]
) -> tuple[str, str] | None:
    """What is wrong with a row and what to do; the reader's own words could hold what is in the row."""
    if row.fault or row.faults:
        return "The row cannot be read.", "Check its cells and quotation marks."
    name = row.cells.get(candidate, "").strip()
    if not name:
        return "The row names no candidate.", f'Fill in the column "{candidate}".'
    if name in known:
        return (
            "The candidate of this row has another one above.",
            "Keep one; put further names in also_known_as.",
        )
    if not any(row.cells.get(column, "").strip() for column in used):
        return "The row tells neither name, e-mail address nor phone number.", "Fill one in."
    return None


def _applicant(row: Row, candidate: str, used: dict[str, str]) -> Applicant:
    def cells(field: str) -> Iterator[str]:
        for column, held in used.items():
            if held == field:
                yield from _several(row.cells.get(column, ""))

    parts = [part for place in range(len(_NAME_PARTS)) for part in cells(f"part {place}")]
    names = (*([" ".join(parts)] if parts else []), *cells("names"))
    return Applicant(
        candidate=row.cells[candidate].strip(),
        names=_once(names),
        emails=_once(cells("emails")),
        phones=_once(cells("phones")),
        addresses=_once([row.cells.get(c, "").strip() for c, held in used.items() if held == "addresses"]),
    )


def _several(cell: str) -> list[str]:
    return [piece.strip() for piece in _SEVERAL.split(cell)]


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(piece for piece in found if piece))

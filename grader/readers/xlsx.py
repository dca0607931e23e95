"""XLSX worksheets as rows of text, streamed in openpyxl's read-only mode."""

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from grader.errors import InputError, Problem
from grader.readers.encoding import stored
from grader.readers.tables import Row, Table, empty_table

T = TypeVar("T")

CORRUPT = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,  # the XML parsers' errors
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
)
"""What openpyxl raises on a damaged file."""


def read_xlsx(path: Path, sheet: str | None) -> Table:
    """One worksheet; without `sheet` the only visible one that holds anything."""
    rows = _rows(path, sheet)
    for line, cells, _ in rows:
        header = tuple(cell.strip() for cell in cells)
        return Table(header, line, (_row(header, *record) for record in rows))
    raise empty_table(path)


def _open(path: Path, data_only: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that are of no matter here
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
        except CORRUPT as error:
            raise _corrupt(path, None) from error
    for worksheet in book.worksheets:
        worksheet.reset_dimensions()  # some programs write a wrong size, which would cut rows off
    return book


def _corrupt(path: Path, line: int | None) -> InputError:
    message = "The workbook is damaged, protected by a password, or not an XLSX file."
    return InputError(
        Problem(path.name, line, message, "Open it in a spreadsheet program and save it as .xlsx.")
    )


def _sheet(path: Path, book: Any, wish: str | None) -> str:
    names = [worksheet.title for worksheet in book.worksheets]
    listed = ", ".join(f'"{name}"' for name in names)
    if wish is not None:
        if wish not in names:
            message = f'There is no sheet "{wish}"; the sheets are {listed}.'
            raise InputError(Problem(path.name, None, message, "Name one of them: --sheet NAME."))
        return wish
    full = [w.title for w in book.worksheets if w.sheet_state == "visible" and _holds_anything(path, w)]
    if not full:
        raise empty_table(path)
    if len(full) > 1:
        message = f"More than one sheet holds data; the sheets are {listed}."
        raise InputError(Problem(path.name, None, message, "Name one of them: --sheet NAME."))
    return str(full[0])


def _holds_anything(path: Path, worksheet: Any) -> bool:
    return any(any(cell.value is not None for cell in row) for row in _safe(path, worksheet.iter_rows()))


def _safe(path: Path, rows: Iterable[T]) -> Iterator[T]:
    """The rows, without openpyxl's warnings, and with its errors as InputError."""
    iterator, line = iter(rows), 0
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                row = next(iterator)
            except StopIteration:
                return
            except CORRUPT as error:
                raise _corrupt(path, line + 1) from error
        line += 1
        yield row


def _rows(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str], dict[int, str]]]:
    """(row number, cells as text, faults by column index) of each row that is not blank.

    The sheet is read twice side by side, since openpyxl gives either a formula or its stored value: a formula
    that was never computed must not look like an empty answer.
    """
    with ExitStack() as stack:
        values, formulas = (
            stack.enter_context(closing(_open(path, data_only))) for data_only in (True, False)
        )
        name = _sheet(path, values, sheet)
        both = zip(*(_safe(path, book[name].iter_rows()) for book in (values, formulas)), strict=True)
        for line, pair in enumerate(both, 1):
            found = enumerate(_fault(cell, source) for cell, source in zip(*pair, strict=True))
            faults = {column: fault for column, fault in found if fault}
            texts = [_text(cell.value) for cell in pair[0]]
            if faults or any(text.strip() for text in texts):
                yield line, texts, faults


def _fault(cell: Any, source: Any) -> str:
    if cell.data_type == "e":
        return f"The cell holds the error {cell.value}; enter an answer that begins with = + or - as text."
    if cell.value is None and source.data_type == "f":
        return (
            "The cell's formula has no stored value; open the workbook in a spreadsheet program and save it."
        )
    return ""


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return stored(value.replace("_x000D_", "\r"))  # how carriage returns are written in XLSX
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)


def _row(header: tuple[str, ...], line: int, cells: list[str], faults: dict[int, str]) -> Row:
    padded = cells + [""] * (len(header) - len(cells))
    named = {header[i]: fault for i, fault in faults.items() if i < len(header)}
    return Row(line, dict(zip(header, padded, strict=False)), named)

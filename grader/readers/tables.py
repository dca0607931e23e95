"""Tables as rows of text: CSV and JSON lines; the XLSX reader has a file of its own.

Rows are streamed one by one, which pandas cannot do for XLSX or JSON lines and does for CSV only without
line numbers: a table may be larger than the memory, and every row must be found again in an editor.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from grader.errors import InputError, Problem
from grader.readers.encoding import UnreadableError, codec_of, stored

DELIMITERS = (",", ";", "\t", "|")

csv.field_size_limit(2**31 - 1)  # the module's limit of 128 kB is no limit of ours


@dataclass(frozen=True)
class Row:
    """One row: its place as an editor or spreadsheet shows it, and its cells by column name."""

    line: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    """Column -> why the cell gives no text."""
    fault: str = ""
    """Why the whole row cannot be taken; it then has no cells."""


@dataclass(frozen=True)
class Table:
    """A header and the rows below it, still to be read."""

    header: tuple[str, ...]
    line: int
    """Line of the header."""
    rows: Iterator[Row]


def empty_table(path: Path) -> InputError:
    """The error for a table without a header."""
    return InputError(
        Problem(path.name, 1, "The table is empty.", "Give a header and a row for each answer.")
    )


def read_csv(path: Path) -> Table:
    """A CSV file; the delimiter is the one that splits the first row into the most cells."""
    codec = _codec(path)
    delimiter = max(DELIMITERS, key=lambda mark: _width(path, codec, mark))
    records = _records(path, codec, delimiter)
    for line, cells in records:
        if isinstance(cells, str):
            raise InputError(Problem(path.name, line, cells, "Mend the header row."))
        header = tuple(cell.strip() for cell in cells)
        return Table(header, line, (_csv_row(header, line, cells) for line, cells in records))
    raise empty_table(path)


def _codec(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return codec_of(stream)
    except UnreadableError as error:
        raise InputError(Problem(path.name, None, str(error), "")) from error


def _width(path: Path, codec: str, delimiter: str) -> int:
    with path.open(encoding=codec, newline="") as file:
        try:
            return next(
                (len(cells) for cells in csv.reader(file, delimiter=delimiter, strict=True) if cells), 0
            )
        except (csv.Error, UnicodeDecodeError):
            return 0


def _records(path: Path, codec: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """(first line, cells, or what is wrong) of each record that is not blank."""
    with path.open(encoding=codec, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "end of data" in str(error):
                    message = "A quotation mark opens here and is never closed."
                    raise InputError(Problem(path.name, line, message, "Close it, or double it.")) from error
                yield line, 'The row\'s quotation marks do not match; double those inside a quoted cell ("").'
            except UnicodeDecodeError as error:
                message = f"The text is not {codec} throughout."
                raise InputError(Problem(path.name, line, message, "Save the file as UTF-8.")) from error
            else:
                if any(cell.strip() for cell in cells):
                    yield line, [stored(cell) for cell in cells]


def _csv_row(header: tuple[str, ...], line: int, cells: list[str] | str) -> Row:
    if isinstance(cells, str):
        return Row(line, {}, fault=cells)
    while len(cells) > len(header) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(header):
        fault = f"The row has {len(cells)} cells but the header has {len(header)}; quote the text."
        return Row(line, {}, fault=fault)
    return Row(line, dict(zip(header, cells, strict=True)))


def read_jsonl(path: Path) -> Table:
    """JSON lines, one object a line; the first object's keys are the header."""
    rows = _objects(path, _codec(path))
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if not row.fault:
            return Table((*row.cells, *row.faults), row.line, chain(waiting, rows))
    if not waiting:
        raise empty_table(path)
    raise InputError(Problem(path.name, waiting[0].line, waiting[0].fault, "Write one JSON object a line."))


def _objects(path: Path, codec: str) -> Iterator[Row]:
    with path.open(encoding=codec) as file:
        line = 0
        try:
            for line, content in enumerate(file, 1):
                if content.strip():
                    yield _json_row(line, content)
        except UnicodeDecodeError as error:
            message = f"The text is not {codec} throughout."
            raise InputError(Problem(path.name, line + 1, message, "Save the file as UTF-8.")) from error


def _json_row(line: int, content: str) -> Row:
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        return Row(
            line,
            {},
            fault=f"The line is not valid JSON ({error.msg}, column {error.colno}); mend or remove it.",
        )
    except (ValueError, RecursionError):
        return Row(line, {}, fault="The line is JSON of a size or depth that cannot be read; simplify it.")
    if not isinstance(value, dict):
        return Row(line, {}, fault="The line is not a JSON object; write one {...} a line.")
    cells = {
        stored(key): stored(_scalar(item)) for key, item in value.items() if not isinstance(item, dict | list)
    }
    faults = {
        stored(key): f'"{stored(key)[:60]}" is a list or an object; give a string.'
        for key, item in value.items()
        if isinstance(item, dict | list)
    }
    return Row(line, cells, faults)


def _scalar(item: object) -> str:
    if item is None:
        return ""
    return item if isinstance(item, str) else json.dumps(item)

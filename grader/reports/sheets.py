"""Rows as CSV and as sheets of a workbook. Text stays text: no formula can come of it."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:  # loaded when a workbook is written: it takes more memory than a run
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | bool | None
Row = dict[str, Value]

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LONGEST_CELL = 32_767
_CUT = " [cut: too long for a cell]"
_WIDTHS = {
    "detail": 40,
    "review_reasons": 40,
    "reason": 50,
    "quote": 60,
    "title": 34,
    "submission": 26,
    "fact": 24,
    "value": 70,
}


def write_csv(
    rows: Iterable[Mapping[str, Value]], columns: Sequence[str], stream: TextIO, *, bom: bool = False
) -> None:
    """Writes `rows` with a header line. Open `stream` as UTF-8 with `newline=""`.

    `bom`: begin with a byte order mark, which Excel wants in order to read UTF-8.
    Formula injection is defused: a text that begins with = + - @ or their full-width forms, a tab or a
    line end gets a leading apostrophe, so such a quote differs from the original by that character.
    Lone surrogates become U+FFFD. None becomes an empty field.
    """
    if bom:
        stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_defused(row[column]) for column in columns] for row in rows)


def _defused(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    text = _SURROGATES.sub("\ufffd", value)
    return f"'{text}" if _FORMULA.match(text) else text


def fill(sheet: "Worksheet", columns: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> None:
    """Fills a sheet with `rows` under a bold header that stays in view and can be filtered."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(columns, start=1):
        width = _WIDTHS.get(column, max(12, len(column) + 4))
        sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.cell(1, place, column).font = Font(bold=True)
    for line, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            _put(sheet, line, place, row[column])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(sheet: "Worksheet", line: int, place: int, value: Value) -> None:
    if value is None:
        return
    if not isinstance(value, str):
        sheet.cell(line, place, value)
        return
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    text = _SURROGATES.sub("\ufffd", ILLEGAL_CHARACTERS_RE.sub("", value))
    if len(text) > _LONGEST_CELL:
        text = text[: _LONGEST_CELL - len(_CUT)] + _CUT
    cell = sheet.cell(line, place, text)
    cell.data_type = "s"  # openpyxl would take a leading = for a formula
    cell.alignment = Alignment(wrap_text=True, vertical="top")

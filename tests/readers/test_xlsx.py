import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from grader.domain.reasons import Reason
from grader.domain.submission import Submission
from grader.errors import InputError
from grader.readers.submissions import read_submissions

TASKS = {"breach", "no_show"}
HEADER = ["candidate", "task", "text"]


def save(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        worksheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                worksheet.cell(number, column, value)
    book.save(path)
    return path


def read(path: Path, sheet: str | None = None) -> list[Submission]:
    return list(read_submissions(path, tasks=TASKS, sheet=sheet))


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes within the first worksheet's XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_values_as_text_and_rows_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        Answers=[
            [],
            [*HEADER, "name"],
            [1042, "breach", "Line one\nline “two”_x000D_\nthree", "Ann Roe"],
            [],
            [1043.0, "breach", 2.5],
            ["C3", "breach", datetime(2026, 3, 4)],
            ["C4", "breach", datetime(2026, 3, 4, 14, 30)],
            ["C5", "breach", time(14, 30)],
            ["C6", "breach", True],
            ["C7", "breach", None, None, "a stray note"],
            [None, "breach", "x"],
        ],
    )
    found = read(path)
    assert [(s.source, s.candidate, s.text, s.problem) for s in found] == [
        ("a.xlsx:3", "1042", "Line one\nline “two”\nthree", None),
        ("a.xlsx:5", "1043", "2.5", None),
        ("a.xlsx:6", "C3", "2026-03-04", None),
        ("a.xlsx:7", "C4", "2026-03-04 14:30:00", None),
        ("a.xlsx:8", "C5", "14:30:00", None),
        ("a.xlsx:9", "C6", "TRUE", None),
        ("a.xlsx:10", "C7", "", Reason.BLANK),
        ("a.xlsx:11", "", "", Reason.UNREADABLE),
    ]
    assert "Ann" not in "".join(s.model_dump_json() for s in found)


def test_formulas_give_their_value_and_never_look_blank(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Answers=[HEADER, ["C1", "breach", "=A1"], ["C2", "breach", "=B1"]])
    rewrite(path, b"<f>A1</f><v></v>", b"<f>A1</f><v>8</v>")
    computed, lost = read(path)
    assert (computed.text, computed.problem) == ("8", None)
    assert lost.problem is Reason.UNREADABLE
    assert "formula has no stored value" in lost.detail


def test_an_answer_that_became_a_formula_error_is_unreadable(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Answers=[HEADER, ["C1", "breach", "#NAME?"]])
    (found,) = read(path)
    assert (found.text, found.problem) == ("", Reason.UNREADABLE)
    assert "#NAME?" in found.detail


def test_a_wrong_size_in_the_file_cuts_nothing_off(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Answers=[HEADER, ["C1", "breach", "x"], ["C2", "breach", "y"]])
    rewrite(path, b'<dimension ref="A1:C3"', b'<dimension ref="A1"')
    assert [s.text for s in read(path)] == ["x", "y"]


def test_the_only_full_sheet_is_taken_and_else_the_user_asked(tmp_path: Path) -> None:
    rows = [HEADER, ["C1", "breach", "x"]]
    assert read(save(tmp_path / "a.xlsx", Empty=[], Answers=rows))[0].text == "x"
    two = save(tmp_path / "b.xlsx", First=[["remarks"]], Second=rows)
    assert read(two, "Second")[0].text == "x"
    with pytest.raises(InputError, match=r'"First", "Second".*--sheet'):
        read(two)
    with pytest.raises(InputError, match='no sheet "Third"'):
        read(two, "Third")


def test_hidden_sheets_are_taken_only_when_named(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Lists=[["x"]], Answers=[HEADER, ["C1", "breach", "x"]])
    book = openpyxl.load_workbook(path)
    book["Lists"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert len(read(path)) == 1


def test_a_date_out_of_range_warns_nobody(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Answers=[HEADER, [date(2026, 1, 1), "breach", "x"]])
    rewrite(path, b"<v>46023</v>", b"<v>99999999</v>")
    (found,) = read(path)
    assert found.problem is Reason.UNREADABLE


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_workbook(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged, protected"):
        read(path)


def test_a_workbook_damaged_inside_is_named_by_row(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", Answers=[HEADER, ["C1", "breach", "x"], ["C2", "breach", "y"]])
    rewrite(path, b'<row r="3">', b'<row r="3"><')
    with pytest.raises(InputError, match=r"a\.xlsx:3: .*damaged"):
        read(path)


@pytest.mark.parametrize(("rows", "message"), [([], "empty"), ([HEADER], "a.xlsx:1: .*no rows")])
def test_nothing_in_it(tmp_path: Path, rows: list[list[Any]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(save(tmp_path / "a.xlsx", Answers=rows))

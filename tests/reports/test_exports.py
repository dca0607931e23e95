import csv
import io

import pytest
from openpyxl import load_workbook

from grader.domain.rating import Verdict
from grader.domain.record import GradeRecord
from grader.reports.exports import (
    COLUMNS,
    CRITERION_COLUMNS,
    criterion_rows,
    export_rows,
    write_csv,
    write_jsonl,
    write_xlsx,
)
from tests.reports.card_samples import LEVELED
from tests.reports.card_samples import graded as leveled
from tests.reports.samples import GOOD, HOSTILE, TEXT, blank, graded, run_of, unassessed

ITEMS = [graded(), blank(), unassessed()]


def as_csv(rows, columns, **options) -> str:
    stream = io.StringIO(newline="")
    write_csv(rows, columns, stream, **options)
    return stream.getvalue()


def test_rows_have_the_declared_columns() -> None:
    assert all(tuple(row) == COLUMNS for row in export_rows(ITEMS))
    assert all(tuple(row) == CRITERION_COLUMNS for row in criterion_rows(ITEMS))


def test_csv_round_trip() -> None:
    read = list(csv.DictReader(io.StringIO(as_csv(export_rows(ITEMS), COLUMNS), newline="")))
    assert [row["submission"] for row in read] == [item.record.submission for item in ITEMS]
    assert [row["score"] for row in read] == ["85.0", "", ""]
    assert [row["state"] for row in read] == ["scored", "not_scored", "needs_review"]
    assert read[1]["not_scored_reason"] == "blank"


def test_csv_of_nothing_has_a_header() -> None:
    assert as_csv(export_rows([]), COLUMNS) == ",".join(COLUMNS) + "\r\n"


def test_levels_have_a_column() -> None:
    rows = list(criterion_rows([leveled(LEVELED, {"story": 3, "contempt": Verdict.NOT_MET})]))
    assert [(row["level"], row["verdict"]) for row in rows] == [(3, "partly"), (None, "not_met")]


def test_unscored_is_empty_never_zero() -> None:
    for row in [*export_rows(ITEMS[1:]), *criterion_rows(ITEMS[1:])]:
        assert row.get("score") is None
        assert row["points"] is None
    text = as_csv(criterion_rows(ITEMS), CRITERION_COLUMNS)
    assert "nan" not in text
    assert "None" not in text


def test_quotes_are_the_text_at_their_offsets() -> None:
    rows = list(
        csv.DictReader(io.StringIO(as_csv(criterion_rows([graded()]), CRITERION_COLUMNS), newline=""))
    )
    assert len(rows) == len(GOOD)
    quoted = [row for row in rows if row["quote"]]
    assert len(quoted) == 3
    for row in quoted:
        assert TEXT[int(row["start"]) : int(row["end"])] == row["quote"]
    start, end = map(int, rows[1]["more_passages"].split("-"))
    assert TEXT[start:end] == "We will refund you by Friday."


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_formulas_are_defused_in_csv(start: str) -> None:
    text = as_csv([{"a": start, "b": -1.5}], ["a", "b"])
    assert next(csv.DictReader(io.StringIO(text, newline=""))) == {"a": f"'{start}", "b": "-1.5"}


def test_byte_order_mark_is_an_option() -> None:
    assert as_csv([], ["a"], bom=True) == "\ufeffa\r\n"
    assert as_csv([], ["a"]) == "a\r\n"


def test_jsonl_holds_the_full_records() -> None:
    items = [*ITEMS, graded(text=HOSTILE)]
    stream = io.StringIO()
    write_jsonl(items, stream)
    lines = stream.getvalue().splitlines()
    assert [GradeRecord.model_validate_json(line) for line in lines] == [item.record for item in items]


def test_xlsx_round_trip() -> None:
    given = {**GOOD, "offers": (Verdict.MET, [1])}
    formula = graded(given, text="=1+1 is a sum.\x07 And\ud800 more.", candidate="=cmd()", reason="=x\x1b")
    stream = io.BytesIO()
    write_xlsx([*ITEMS, formula], run_of(ITEMS), stream)
    book = load_workbook(stream)
    assert book.sheetnames == ["Overview", "Criteria", "Run"]
    header, *rows = book["Overview"].iter_rows(values_only=True)
    assert header == COLUMNS
    assert [row[COLUMNS.index("score")] for row in rows] == [85, None, None, 60]
    assert rows[3][COLUMNS.index("candidate")] == "=cmd()"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in book)
    facts = dict(book["Run"].iter_rows(min_row=2, values_only=True))
    assert facts["cost_usd"] is None
    assert facts["records_scored"] == 1


def test_xlsx_says_where_it_cuts() -> None:
    stream = io.BytesIO()
    write_xlsx([graded(text="x" * 40_000, given={**GOOD, "offers": (Verdict.MET, [1])})], run_of([]), stream)
    quotes = [
        row[0]
        for row in load_workbook(stream)["Criteria"].iter_rows(
            min_col=CRITERION_COLUMNS.index("quote") + 1,
            max_col=CRITERION_COLUMNS.index("quote") + 1,
            values_only=True,
        )
    ]
    assert any(quote and quote.endswith("[cut: too long for a cell]") for quote in quotes)

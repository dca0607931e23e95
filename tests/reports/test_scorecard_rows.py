import csv
from pathlib import Path

from openpyxl import load_workbook

from grader.domain.scorecard import Recommendation
from grader.reports.scorecard_rows import (
    TASK_COLUMNS,
    candidate_rows,
    columns,
    task_rows,
    write_csv,
    write_xlsx,
)
from tests.reports.card_samples import CASES, carded, hired

CARDS = [carded(given, candidate=f"c0{n}") for n, given in enumerate(CASES.values())]
FORMULA = carded(candidate="=1+1")


def test_columns_are_stable_and_of_the_assessment() -> None:
    assert columns(CARDS) == (
        *("candidate", "assessment", "recommendation", "total", "standard_error", "tasks_without_error"),
        *("lowest", "highest", "test_percent", "writing_percent", "cognitive_percent", "interview_percent"),
        *("gate_tone_gate", "gate_level_gate", "gates_failed", "red_flags", "missing", "waiting_for_person"),
        *("standing", "decision", "decided_by", "decided_at", "decided_on_this_scorecard", "scorecard"),
    )
    assert all(tuple(row) == columns(CARDS) for row in candidate_rows(CARDS))
    assert all(tuple(row) == TASK_COLUMNS for row in task_rows(CARDS))


def test_csv_round_trip(tmp_path: Path) -> None:
    write_csv(tmp_path / "cards.csv", [hired(CARDS[0]), *CARDS[1:], FORMULA])
    with (tmp_path / "cards.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert [row["total"] for row in read] == ["100.0", "55.0", "0.0", "88.0", "75.0", "", "100.0"]
    assert [row["candidate"] for row in read][-1] == "'=1+1"
    assert (read[0]["decision"], read[0]["decided_by"]) == ("hold", "Jane Doe")
    assert read[3]["gates_failed"] == "Courtesy"
    assert read[4]["red_flags"] == "Contempt for people (patient, not confirmed)"
    assert [row["scorecard"] for row in read[:-1]] == [c.card.digest for c in CARDS]


def test_what_is_not_known_is_empty(tmp_path: Path) -> None:
    write_csv(tmp_path / "cards.csv", [carded(CASES[Recommendation.INCOMPLETE])])
    text = (tmp_path / "cards.csv").read_text(encoding="utf-8")
    assert "nan" not in text.lower()
    assert "None" not in text
    row = next(candidate_rows([carded(CASES[Recommendation.INCOMPLETE])]))
    assert [
        name for name in ("total", "standard_error", "test_percent", "cognitive_percent") if row[name] is None
    ]
    assert (row["lowest"], row["highest"], row["missing"]) == (80, 100, "rate")


def test_xlsx_round_trip(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "cards.xlsx", [*CARDS, FORMULA])
    book = load_workbook(tmp_path / "cards.xlsx")
    assert book.sheetnames == ["Candidates", "Tasks"]
    header, *rows = book["Candidates"].iter_rows(values_only=True)
    assert header == columns(CARDS)
    assert [row[3] for row in rows] == [100, 55, 0, 88, 75, None, 100]
    assert rows[-1][0] == "=1+1"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(sheet.freeze_panes == "A2" and sheet["A1"].font.bold for sheet in book)
    tasks = list(book["Tasks"].iter_rows(values_only=True))
    assert tasks[0] == TASK_COLUMNS
    assert len(tasks) == 1 + 3 * (len(CARDS) + 1)

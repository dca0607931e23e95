"""What is read from a ledger: show, report, export, replay."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook

from grader.domain.record import GradeRecord
from grader.ledger.store import SqlLedger
from tests.cli.conftest import Call, Graded


def table(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_export_has_a_row_for_every_submission_in_each_format(grader: Call, examples: Graded) -> None:
    for name in ("scores.csv", "scores.jsonl", "deep/scores.xlsx"):
        outcome = grader("export", "--out", name, "--ledger", examples.ledger)
        assert (outcome.code, outcome.out, outcome.err) == (0, f"{name}\n", "")
    rows = table("scores.csv")
    lines = Path("scores.jsonl").read_text(encoding="utf-8").splitlines()
    full = [GradeRecord.model_validate_json(line) for line in lines]
    book = load_workbook("deep/scores.xlsx", read_only=True)
    sheet = list(book["Overview"].iter_rows(values_only=True))
    book.close()
    assert len(rows) == len(full) == len(sheet) - 1 == 108
    ids = [row["submission"] for row in rows]
    assert ids == [record.submission for record in full] == [row[0] for row in sheet[1:]]
    for row, record in zip(rows, full, strict=True):
        assert (row["score"] == "") == (record.score is None), "no score is empty, never 0"
        assert record.score is None or float(row["score"]) == record.score.percent


def test_every_exported_quote_is_the_text_at_its_offsets(grader: Call, examples: Graded) -> None:
    assert grader("export", "--criteria", "--out", "c.csv", "--ledger", examples.ledger).code == 0
    with SqlLedger(str(examples.ledger), create=False) as ledger:
        found = list(ledger.records(ledger.runs()[0].id))
        texts = {r.submission: ledger.text(r.text) for r in found}
    rows = table("c.csv")
    assert len(rows) == sum(len(r.ratings) for r in found) > 0
    quoted = [row for row in rows if row["quote"]]
    for row in quoted:
        text = texts[row["submission"]][int(row["start"]) : int(row["end"])]
        assert row["quote"] in {text, f"'{text}"}, "the apostrophe keeps spreadsheets from computing"
    credited = [r for r in rows if r["verdict"] in {"met", "partly"}]
    assert len(credited) == len(quoted) > 0
    assert all(row["supported"] == "True" for row in credited)


def test_replay_is_equal(grader: Call, examples: Graded) -> None:
    outcome = grader("replay", "--ledger", examples.ledger)
    assert outcome.code == 0
    assert outcome.out.startswith("108 of 108 records")
    told = json.loads(grader("replay", "--json", "--ledger", examples.ledger).out)
    assert (told["records"], told["different"]) == (108, [])


def test_replay_of_an_altered_ledger_exits_1_and_names_the_submission(
    grader: Call, answers: Path, scripted: str
) -> None:
    assert grader("grade", answers, "--judge", scripted, "--ledger", "l.db").code == 0
    with sqlite3.connect("l.db") as connection:
        connection.execute("DROP TRIGGER completions_no_UPDATE")
        connection.execute(
            """UPDATE completions SET body = replace(body, 'not_met', 'partly') WHERE id = 1"""
        )
    connection.close()
    outcome = grader("replay", "--ledger", "l.db")
    assert outcome.code == 1
    assert "a/vendor_email" in outcome.err
    assert outcome.out.startswith("1 of 2 records")
    told = json.loads(grader("replay", "--json", "--ledger", "l.db").out)
    assert [row["submission"] for row in told["different"]] == ["a/vendor_email"]


def test_show_tells_text_verdicts_and_score(grader: Call, examples: Graded) -> None:
    told = json.loads(examples.outcome.out)["submissions"]
    row = next(r for r in told if r["state"] == "scored")
    shown = grader("show", row["submission"], "--ledger", examples.ledger)
    assert (shown.code, shown.err) == (0, "")
    body = json.loads(grader("show", row["submission"], "--ledger", examples.ledger, "--json").out)
    original = body.pop("original")
    record = GradeRecord.model_validate(body)
    assert record.score is not None
    assert f"{record.score.percent:.3g} of 100" in shown.out
    assert original.split()[0] in shown.out
    assert "As scripted." in shown.out


def test_show_says_why_there_is_no_score(grader: Call, examples: Graded) -> None:
    told = json.loads(examples.outcome.out)["submissions"]
    row = next(r for r in told if r["not_scored_reason"] == "blank")
    shown = grader("show", row["submission"], "--ledger", examples.ledger)
    assert shown.code == 0
    assert "not scored" in shown.out


def test_report_is_one_file_with_every_submission(grader: Call, examples: Graded) -> None:
    outcome = grader("report", "--out", "deep/report.html", "--ledger", examples.ledger)
    assert (outcome.code, outcome.out, outcome.err) == (0, "deep/report.html\n", "")
    page = Path("deep/report.html").read_text(encoding="utf-8")
    assert "https://" not in page.split("<body", 1)[0]
    for candidate in (f"c{n:02}" for n in range(1, 13)):
        assert candidate in page


@pytest.mark.parametrize("command", [["report"], ["show", "a/vendor_email"], ["replay"]])
def test_an_earlier_run_can_be_named(grader: Call, answers: Path, scripted: str, command: list[str]) -> None:
    runs = []
    for candidate in ("a", "b"):
        options = ["--candidate", candidate, "--judge", scripted, "--json"]
        runs.append(json.loads(grader("grade", answers, *options).out)["run"]["id"])
    assert grader(*command, "--run", runs[0]).code == 0
    if command[0] == "show":
        assert grader(*command).code == 2, "the latest run has another candidate"

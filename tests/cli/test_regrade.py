"""Grading again after a rubric changed: what it would ask and change, and doing it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.datafiles import data_folder
from grader.ledger.store import SqlLedger
from tests.cli.conftest import Call

RUBRIC = Path("rubrics/vendor_email.yaml")


@pytest.fixture
def graded(grader: Call, answers: Path, scripted: str) -> Path:
    RUBRIC.parent.mkdir()
    shutil.copy(data_folder("rubrics") / "medical_office_manager" / RUBRIC.name, RUBRIC)
    asked = ("--rubrics", "rubrics", "--mode", "per_criterion", "--judge", scripted, "--ledger", "l.db")
    assert grader("grade", answers, *asked).code == 0
    return answers


def edit(old: str, new: str) -> None:
    text = RUBRIC.read_text(encoding="utf-8")
    assert old in text
    RUBRIC.write_text(text.replace(old, new, 1), encoding="utf-8")


def preview(grader: Call, scripted: str) -> dict[str, Any]:
    asked = ("--rubrics", "rubrics", "--judge", scripted, "--ledger", "l.db", "--json")
    outcome = grader("regrade", "--preview", *asked)
    assert outcome.code == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def calls() -> list[int]:
    with SqlLedger("l.db", create=False) as ledger:
        return [ledger.spending(run.id).calls for run in ledger.runs()]


def test_without_a_change_nothing_is_asked_and_nothing_moves(
    grader: Call, graded: Path, scripted: str
) -> None:
    (task,) = preview(grader, scripted)["tasks"]
    assert (task["criteria"], task["rubric_fields"], task["calls"], task["moved"]) == ([], [], 0, [])
    assert task["known"] == 2


def test_other_points_cost_nothing_and_show_whose_score_moves(
    grader: Call, graded: Path, scripted: str
) -> None:
    edit("points: 3", "points: 9")
    found = preview(grader, scripted)
    (task,) = found["tasks"]
    assert [(c["change"], c["fields"]) for c in task["criteria"]] == [("recounted", ["points"])]
    assert task["calls"] == 0
    assert [m["submission"] for m in task["moved"]] == ["a/vendor_email", "b/vendor_email"]
    assert [c["candidate"] for c in found["candidates"]] == ["a", "b"]
    before = calls()
    assert len(before) == 1, "a preview starts no run"
    shown = grader(
        "regrade", "--preview", "--rubrics", "rubrics", "--judge", scripted, "--ledger", "l.db"
    ).out
    assert "recounted (points)" in shown
    assert "0 calls to the judge in all. Nothing was asked or changed now." in shown

    again = grader("regrade", "--rubrics", "rubrics", "--judge", scripted, "--ledger", "l.db", "--json")
    assert again.code == 0, again.err
    assert calls() == [*before, 0]
    foreseen = {m["submission"]: m["after"] for m in task["moved"]}
    with SqlLedger("l.db", create=False) as ledger:
        first, second = (list(ledger.records(run.id)) for run in ledger.runs())
    assert {r.submission: r.score.percent for r in second if r.score} == foreseen
    assert {r.submission: r.score.percent for r in first if r.score} != foreseen, "old scores stay"


def test_another_wording_asks_for_that_criterion_alone(grader: Call, graded: Path, scripted: str) -> None:
    edit("    borderline: >-\n", "    borderline: >-\n      In case of doubt, this text decides.\n")
    (task,) = preview(grader, scripted)["tasks"]
    assert [c["change"] for c in task["criteria"]] == ["reworded"]
    assert task["calls"] == 2, "one criterion of two answers"
    assert (task["known"], task["moved"]) == (0, [])
    shown = grader(
        "regrade", "--preview", "--rubrics", "rubrics", "--judge", scripted, "--ledger", "l.db"
    ).out
    assert "2 not known before the judge is asked" in shown


def test_a_decision_counts_before_and_after(grader: Call, graded: Path, scripted: str) -> None:
    named = ("--name", "Jane Doe", "--reason", "other", "--note", "Read again.")
    given = ("--criterion", "timeframe", "--verdict", "not_met", *named, "--ledger", "l.db")
    before = preview(grader, scripted)["candidates"][0]
    assert grader("adjudicate", "a/vendor_email", *given).code == 0
    after = preview(grader, scripted)["candidates"][0]
    assert (before["candidate"], after["candidate"]) == ("a", "a")
    card = json.loads(grader("scorecard", "--ledger", "l.db", "--json").out)["scorecards"][0]
    assert after["after"] == after["before"] == card["recommendation"]


def test_what_must_not_be_scored_is_refused_in_a_preview_too(
    grader: Call, graded: Path, scripted: str
) -> None:
    edit("    borderline: >-\n", "    borderline: >-\n      The candidate is healthy.\n")
    for more in (("--preview",), ()):
        asked = ("--rubrics", "rubrics", "--judge", scripted, "--ledger", "l.db", *more)
        outcome = grader("regrade", *asked)
        assert outcome.code == 2
        assert "vendor_email.yaml:" in outcome.err


def test_rubrics_for_none_of_the_runs_tasks_are_refused(grader: Call, graded: Path, scripted: str) -> None:
    RUBRIC.unlink()
    shutil.copy(data_folder("rubrics") / "medical_office_manager" / "claim_denial.yaml", RUBRIC.parent)
    outcome = grader("regrade", "--rubrics", "rubrics", "--judge", scripted, "--ledger", "l.db")
    assert outcome.code == 2
    assert "It has no rubric for the tasks of run" in outcome.err

"""Scorecards from the command line, and people's decisions on them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import TEXT, Call


@pytest.fixture
def graded(grader: Call, answers: Path, scripted: str) -> Path:
    """Two candidates, a and b, with one answer each."""
    assert grader("grade", answers, "--judge", scripted, "--ledger", "l.db").code == 0
    return answers


def cards(grader: Call, *arguments: object) -> list[dict[str, Any]]:
    outcome = grader("scorecard", "--ledger", "l.db", "--json", *arguments)
    assert outcome.code == 0, outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)["scorecards"]
    return found


def item(card: dict[str, Any], task: str) -> dict[str, Any]:
    sections = [section for part in card["parts"] for section in part["sections"]]
    return next(i for section in sections for i in section["items"] if i["task"] == task)


def decide(grader: Call, *more: object) -> Any:
    named = ("--name", "Jane Doe", "--reason", "The interview is still to come.")
    return grader("decide", "a", "--choice", "hold", *named, "--ledger", "l.db", *more)


def test_what_is_missing_is_said_and_nothing_is_recommended(grader: Call, graded: Path) -> None:
    a, b = cards(grader)
    assert (a["candidate"], b["candidate"]) == ("a", "b")
    assert a["recommendation"] == "incomplete"
    assert a["total"]["percent"] is None
    assert 0 < a["total"]["lowest"] < a["total"]["highest"] < 100
    assert item(a, "vendor_email")["percent"] is not None
    assert item(a, "claim_denial")["detail"] == "No answer was handed in."
    outcome = grader("scorecard", "--ledger", "l.db", "--candidate", "b")
    assert "Incomplete" in outcome.out
    assert "28 tasks without a score" in outcome.out


def test_pages_tables_and_explanations_are_written(grader: Call, graded: Path) -> None:
    files = ("--out", "pages", "--csv", "c.csv", "--xlsx", "c.xlsx", "--explain", "told")
    assert grader("scorecard", "--ledger", "l.db", *files).code == 0
    assert sorted(p.name for p in Path("pages").iterdir()) == [
        "candidate_a.html",
        "candidate_b.html",
        "index.html",
    ]
    assert "Dear Tom, six boxes of gloves" in Path("pages/candidate_a.html").read_text(encoding="utf-8")
    with Path("c.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["candidate"] for row in csv.DictReader(file)] == ["a", "b"]
    assert Path("c.xlsx").stat().st_size > 1000
    assert {p.name for p in Path("told").iterdir()} == {"explanation_a.html", "explanation_b.html"}


def test_a_decision_is_kept_beside_the_scorecard_and_earlier_ones_stay(grader: Call, graded: Path) -> None:
    first, second = decide(grader), decide(grader)
    assert first.code == second.code == 0
    assert first.out.startswith("a: hold, decided by Jane Doe at 20")
    assert "Incomplete" in first.out
    assert "Earlier decisions that remain listed: 1." in second.out
    made = json.loads(grader("decisions", "--ledger", "l.db", "--json").out)["decisions"]
    assert [(d["candidate"], d["choice"], d["recommendation"]) for d in made] == [
        ("a", "hold", "incomplete")
    ] * 2
    assert "Jane Doe" in grader("decisions", "--ledger", "l.db").out
    assert grader("scorecard", "--ledger", "l.db", "--out", "pages").code == 0
    assert "Jane Doe" in Path("pages/candidate_a.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("scorecard", "--assessment", "nurse"), "There is no such assessment"),
        (("scorecard", "--candidate", "z"), "There is no answer of z"),
        (("scorecard", "--csv", "/proc/none/c.csv"), "Cannot be written"),
        (("scorecard", "--run", "none"), "There is no run"),
        (
            ("decide", "a", "--choice", "hold", "--name", "Jane Doe", "--reason", "So."),
            "The grounds are too short",
        ),
        (
            ("decide", "z", "--choice", "hold", "--name", "Jane Doe", "--reason", "A good reason."),
            "no answer of z",
        ),
    ],
)
def test_bad_input_is_one_sentence(
    grader: Call, graded: Path, arguments: tuple[str, ...], problem: str
) -> None:
    outcome = grader(*arguments, "--ledger", "l.db")
    assert outcome.code == 2
    assert problem in outcome.err
    assert "Traceback" not in outcome.err


def test_two_answers_of_one_candidate_to_one_task_are_not_chosen_between(grader: Call, scripted: str) -> None:
    rows = f'candidate,task,id,text\na,vendor_email,1,"{TEXT}"\na,vendor_email,2,"{TEXT} Please!"\n'
    Path("twice.csv").write_text(rows)
    assert grader("grade", "twice.csv", "--judge", scripted, "--ledger", "l.db").code == 0
    outcome = grader("scorecard", "--ledger", "l.db")
    assert outcome.code == 2
    assert "a has two answers to vendor_email" in outcome.err


def test_a_later_failure_does_not_undo_a_score(grader: Call, graded: Path) -> None:
    Path("none.csv").write_text("answer,criterion,verdict,quote\n")
    assert grader("grade", graded, "--judge", "scripted:none.csv", "--ledger", "l.db").code == 3
    assert [item(card, "vendor_email")["state"] for card in cards(grader)] == ["needs_review"] * 2


def test_a_persons_verdict_counts_on_the_scorecard_and_not_in_the_record(grader: Call, graded: Path) -> None:
    before = item(cards(grader)[0], "vendor_email")
    verdicts = ("met", "not_met")
    named = ("--name", "Jane Doe", "--reason", "other", "--note", "Read again.")
    for verdict in verdicts:
        criterion = ("--criterion", "timeframe", "--verdict", verdict)
        assert grader("adjudicate", "a/vendor_email", *criterion, *named, "--ledger", "l.db").code == 0
        after = item(cards(grader)[0], "vendor_email")
        assert after["decided"] == ["timeframe"]
        assert after["record"] == before["record"]
    assert after["percent"] < 100
    assert grader("replay", "--ledger", "l.db").code == 0


def test_an_assessment_is_held_against_its_rubrics(grader: Call) -> None:
    assert grader("check").code == 0
    source = Path(__file__).parents[2] / "assessments" / "medical_office_manager.yaml"
    wrong = source.read_text(encoding="utf-8").replace("vendor_email.business_format", "vendor_email.form")
    Path("mine.yaml").write_text(wrong, encoding="utf-8")
    outcome = grader("check", "--assessment", "mine.yaml")
    assert outcome.code == 1
    assert "mine.yaml:" in outcome.err
    assert "There is no criterion vendor_email.form" in outcome.err


def test_a_decision_outlives_changes_elsewhere_and_a_later_failure(grader: Call, graded: Path) -> None:
    named = ("--name", "Jane Doe", "--reason", "other", "--note", "Read again.")
    given = ("--criterion", "timeframe", "--verdict", "met", *named, "--ledger", "l.db")
    assert grader("adjudicate", "a/vendor_email", *given).code == 0
    Path("none.csv").write_text("answer,criterion,verdict,quote\n")
    assert grader("grade", graded, "--judge", "scripted:none.csv", "--ledger", "l.db").code == 3
    assert item(cards(grader)[0], "vendor_email")["decided"] == ["timeframe"]


@pytest.mark.parametrize(("criterion", "given"), [("timeframe", ("--level", "3")), ("timeframe", ())])
def test_a_verdict_is_given_where_there_are_no_levels(
    grader: Call, graded: Path, criterion: str, given: tuple[str, ...]
) -> None:
    named = ("--name", "Jane Doe", "--reason", "other", "--note", "Read again.")
    outcome = grader(
        "adjudicate", "a/vendor_email", "--criterion", criterion, *given, *named, "--ledger", "l.db"
    )
    assert outcome.code == 2
    assert "this criterion is met or not. Give --verdict, and not the other." in outcome.err


def test_a_double_answer_is_in_nobody_elses_way(grader: Call, graded: Path, scripted: str) -> None:
    Path("twice.csv").write_text(
        f'candidate,task,id,text\nz,vendor_email,1,"{TEXT}"\nz,vendor_email,2,"{TEXT} Please!"\n'
    )
    assert grader("grade", "twice.csv", "--judge", scripted, "--ledger", "l.db").code == 0
    assert [card["candidate"] for card in cards(grader, "--candidate", "a")] == ["a"]
    assert grader("scorecard", "--ledger", "l.db").code == 2


def test_answers_judged_in_different_ways_are_said_to_be(grader: Call, graded: Path, scripted: str) -> None:
    assert "judged in different ways" not in grader("scorecard", "--ledger", "l.db").out
    Path("other.csv").write_text(f'candidate,task,text\na,claim_denial,"{TEXT}"\n')
    Path("all.json").write_text('{"identify_error": "met"}')
    assert grader("grade", "other.csv", "--judge", "scripted:all.json", "--ledger", "l.db").code == 0
    outcome = grader("scorecard", "--ledger", "l.db", "--out", "pages")
    assert "a: the answers were judged in different ways" in " ".join(outcome.out.split())
    page = Path("pages/index.html").read_text(encoding="utf-8")
    assert "judged in different ways" in page
    assert "Uncalibrated" in page

"""Decisions stand beside records, and severity is read from what is on record."""

import json
from pathlib import Path

import pytest

from grader.cli.adjudicate import ReasonChoice, VerdictChoice
from grader.datafiles import load_rubrics
from grader.domain.second_rater import Cause
from tests.cli.conftest import Call
from tests.cli.test_second_opinion import flip, rate

CRITERION = load_rubrics()["vendor_email"].criteria[0]


@pytest.fixture
def decide(grader: Call, answers: Path, scripted: str):
    assert grader("grade", answers, "--judge", scripted).code == 0

    def run(**changed: str):
        given = {"criterion": CRITERION.id, "verdict": "partly", "name": "Jane Doe", "reason": "rubric_gap"}
        given |= {"note": "The rubric is silent."} | changed
        submission = given.pop("submission", "a/vendor_email")
        return grader("adjudicate", submission, *(x for k, v in given.items() for x in (f"--{k}", v)))

    return run


def test_the_choices_are_those_of_the_values() -> None:
    assert [c.value for c in ReasonChoice] == [c.value for c in Cause]
    assert [v.value for v in VerdictChoice] == ["met", "partly", "not_met"]


def test_a_second_decision_stands_beside_the_first(grader: Call, decide) -> None:
    first = decide()
    assert first.code == 0, first.err
    assert f"{CRITERION.title}: Jane Doe decided: partly met (rubric gap)." in first.out
    second = decide(verdict="not_met", name="rater_2", reason="borderline")
    assert "Earlier decisions that remain listed: 1." in second.out
    rows = json.loads(grader("adjudications", "--json").out)["adjudications"]
    assert [(r["name"], r["verdict"], r["reason"], r["current"]) for r in rows] == [
        ("Jane Doe", "partly", "rubric_gap", False),
        ("rater_2", "not_met", "borderline", True),
    ]
    assert all((r["title"], r["task"]) == (CRITERION.title, "vendor_email") for r in rows)
    listed = grader("adjudications").out
    assert "Jane Doe: partly met" in listed
    assert "earlier" in listed


def test_show_and_report_mention_the_current_decision_and_the_score_stays(grader: Call, decide) -> None:
    before = json.loads(grader("show", "a/vendor_email", "--json").out)
    decide()
    decide(verdict="not_met", name="rater_2", reason="borderline")
    assert json.loads(grader("show", "a/vendor_email", "--json").out) == before
    assert grader("replay").code == 0
    shown = grader("show", "a/vendor_email").out
    assert "rater_2" in shown
    assert "Jane Doe" not in shown
    assert "rater_2" not in grader("show", "b/vendor_email").out
    grader("report", "--out", "r.html")
    assert "rater_2 decided: not met (borderline)." in Path("r.html").read_text(encoding="utf-8")


def test_gaps_are_grouped_by_criterion_with_counts_and_notes(grader: Call, decide) -> None:
    decide()
    decide(submission="b/vendor_email", note="Nor does it say how many.")
    decide(reason="other", note="Not for the author.")
    listed = grader("adjudications", "--reason", "rubric_gap").out
    assert f"vendor_email.yaml, {CRITERION.id}: {CRITERION.title} (2 decisions)" in listed
    assert "The rubric is silent." in listed
    assert "Nor does it say how many." in listed
    assert "Not for the author." not in listed


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"submission": "x/vendor_email"}, ["x/vendor_email", "a/vendor_email", "--run"]),
        ({"criterion": "no_such"}, ["--criterion", "no_such", CRITERION.id]),
        ({"name": "  "}, ["--name", "Jane Doe"]),
        ({"note": " "}, ["--note"]),
    ],
)
def test_refusals_are_one_sentence(decide, changed: dict[str, str], told: list[str]) -> None:
    outcome = decide(**changed)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert all(word in outcome.err for word in told)


def test_no_decisions_and_no_ratings(grader: Call, decide) -> None:
    assert grader("adjudications").out == "There are no decisions in this ledger.\n"
    assert json.loads(grader("adjudications", "--json").out) == {"adjudications": []}
    told = json.loads(grader("raters", "--json").out)
    assert [(r["kind"], r["leniency"]["reason"]) for r in told["raters"]] == [
        ("judge", "nobody else rated the same")
    ]


def test_raters_sets_each_beside_the_others(grader: Call, answers: Path, scripted: str) -> None:
    rate("mine.csv", {}, submissions=("a", "b"))
    rate("strict.csv", flip(), submissions=("a", "b"))
    for name, file in (("Jane Doe", "mine.csv"), ("rater_2", "strict.csv")):
        options = ["--ratings", file, "--rater", name, "--judge", scripted, "--json"]
        assert grader("second-opinion", answers, *options).code == 0
    told = json.loads(grader("raters", "--by", "month", "--json").out)
    by_name = {r["rater"]: r for r in told["raters"]}
    jane, strict = by_name["Jane Doe"], by_name["rater_2"]
    assert [r["kind"] for r in told["raters"]] == ["person", "person", "judge"]
    assert len(jane["panel"]) == 2
    assert strict["leniency"]["value"] == pytest.approx(-2 * jane["leniency"]["value"], abs=2e-4)
    assert jane["drift"] == {"value": None, "low": None, "high": None, "reason": "all in one period"}
    assert len(jane["periods"]) == 1
    shown = grader("raters").out
    assert "Jane Doe (person)" in shown
    assert "Panel of rater_2: 2 other raters" in shown

"""Check answers in runs: mixed in, kept apart, measured; an alarm suspends, and what ends that."""

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from grader.domain.calibration import Status
from grader.domain.drift import ChecksTaken, ModelChanged, noted
from grader.domain.measurement import Measured
from grader.ledger.store import SqlLedger
from tests.cli.conftest import ROOT, TEXT, Call, Outcome, environment
from tests.cli.ratings import RUBRIC, set_folder
from tests.standin import StandIn, Step, serving

LEDGER = "runs/ledger.db"
STEADY = {c.id: "met" if place % 2 else "not_met" for place, c in enumerate(RUBRIC.criteria)}


def script(**verdicts: str) -> str:
    """A judge that says this of every answer; under one name, so that it may change unnoticed."""
    Path("judge.json").write_text(json.dumps(STEADY | verdicts))
    return "scripted:judge.json"


def generous() -> str:
    return script(**dict.fromkeys(STEADY, "met"))


def batch(number: int) -> Path:
    path = Path(f"batch{number}.csv")
    path.write_text(
        f'candidate,task,text\nc01,vendor_email,"{TEXT} {number}"\nc02,vendor_email,"{TEXT} {number}!"\n'
    )
    return path


@pytest.fixture
def checks(tmp_path: Path) -> Path:
    return set_folder(tmp_path / "own")


def license_scores() -> None:
    """As if the calibration had turned out good enough."""
    with SqlLedger(LEDGER, create=False) as ledger:
        (found,) = ledger.own_calibrations().values()
        ledger.append_calibration(found.model_copy(update={"status": Status.OPERATIONAL}))


def taken() -> list[ChecksTaken]:
    with SqlLedger(LEDGER, create=False) as ledger:
        return [
            one.event
            for one in noted(ledger.measurements(Measured.DRIFT))
            if isinstance(one.event, ChecksTaken)
        ]


def grade(grader: Call, number: int, judge: str, checks: Path, *options: object) -> tuple[Outcome, Any]:
    outcome = grader("grade", batch(number), "--judge", judge, "--checks", checks, "--json", *options)
    assert outcome.code == 0, outcome.err
    return outcome, json.loads(outcome.out)


def until_alarm(grader: Call, checks: Path) -> Outcome:
    """Two sound batches, then a generous judge: found within three batches."""
    grader("calibrate", checks, "--judge", script())
    license_scores()
    for number in (1, 2):
        outcome, told = grade(grader, number, script(), checks)
        assert "No alarm." in outcome.err
        assert {s["calibration"] for s in told["submissions"]} == {"operational"}
    for number in (3, 4, 5):
        outcome, _ = grade(grader, number, generous(), checks)
        if "ALARM" in outcome.err:
            return outcome
    raise AssertionError("no alarm within three batches")


def test_checks_are_asked_anew_in_every_batch_and_are_in_no_result(grader: Call, checks: Path) -> None:
    with serving(StandIn()) as server:
        judge = ("--judge", "openai:m", "--base-url", server.url)
        assert grader("calibrate", checks, *judge).code == 0
        before = server.requests
        for number, asked in ((1, 2 + 5), (1, 0), (2, 2 + 5)):
            outcome = grader(
                "grade", batch(number), *judge, "--checks", checks, "--check-count", "5", "--json"
            )
            assert outcome.code == 0, outcome.err
            told = json.loads(outcome.out)
            assert (told["run"]["inputs"], told["run"]["counts"]["not_scored"]) == (2, 0)
            assert {row["candidate"] for row in told["submissions"]} == {"c01", "c02"}
            assert server.requests - before == asked
            before = server.requests
        bodies = [json.dumps(body, sort_keys=True) for body in server.bodies]
    known = set(bodies[:12])
    assert sum(body in known for body in bodies[12:]) == 10, "a check is to the letter what it was before"
    places = [place for place, body in enumerate(bodies[12:19]) if body in known]
    assert len(places) == 5
    first, second = taken()
    assert first.batch != second.batch
    assert (len(first.answers), first.unanswered) == (5, 0)
    assert all(a.now == a.before for a in first.answers), "the stand-in answers the same the same"
    assert (first.z_agreement, first.alarms) == (0, ())
    assert grader("export", "--out", "x.csv").code == 0
    with Path("x.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2
    assert grader("replay").code == 0
    with SqlLedger(LEDGER, create=False) as ledger:
        assert not [record for record, _ in ledger.judged() if record.submission.startswith("check ")]


def test_a_planted_shift_is_found_and_suspends_until_a_person_lifts_it(grader: Call, checks: Path) -> None:
    alarmed = until_alarm(grader, checks)
    assert "ALARM: " in alarmed.err
    assert "verdicts became more generous" in alarmed.err
    outcome, told = grade(grader, 6, generous(), checks)
    assert {s["calibration"] for s in told["submissions"]} == {"uncalibrated"}
    assert "Suspended: the calibration for vendor_email; its scores are uncalibrated." in outcome.err
    assert "verdicts became more generous" in outcome.err
    shown = grader("drift", "--json", "--report", "drift.html")
    assert shown.code == 1
    page = Path("drift.html").read_text(encoding="utf-8")
    assert "An alarm holds" in page
    assert "<svg" in page
    (chart,) = json.loads(shown.out)["charts"]
    assert chart["alarm"]
    held = chart["rows"][-1]["alarm_id"] if chart["rows"][-1]["alarms"] else chart["rows"][-2]["alarm_id"]
    table = grader("drift")
    assert (table.code, held in table.out) == (1, True)
    refused = grader("drift", "lift", "nothing", "--name", "Jane Doe", "--reason", "Looked into it.")
    assert (refused.code, f"Those that hold: {held}." in refused.err) == (2, True)
    hasty = grader("drift", "lift", held, "--name", "Jane Doe", "--reason", "Fine.")
    assert (hasty.code, "This is no reason" in hasty.err) == (2, True)
    lifted = grader("drift", "lift", held, "--name", "Jane Doe", "--reason", "The set was mended since.")
    assert lifted.code == 0, lifted.err
    assert grader("drift").code == 0
    assert "Jane Doe lifted alarm" in grader("drift").out
    _, told = grade(grader, 7, generous(), checks)
    assert {s["calibration"] for s in told["submissions"]} == {"operational"}


def test_after_an_alarm_a_calibration_asks_afresh_and_starts_another_chart(
    grader: Call, checks: Path
) -> None:
    until_alarm(grader, checks)
    outcome = grader("calibrate", checks, "--judge", generous(), "--json")
    assert outcome.code == 0, outcome.err
    assert "There was an alarm" in outcome.err
    assert grader("replay").code == 0, "what was asked afresh is found again"
    assert grader("drift").code == 0
    outcome, _ = grade(grader, 8, generous(), checks)
    assert "Suspended" not in outcome.err
    last = taken()[-1]
    assert all(a.now == a.before for a in last.answers), "what was before is what the new calibration saw"
    assert "No alarm." in outcome.err


def test_another_model_than_the_calibrated_is_said_at_once(grader: Call, checks: Path) -> None:
    with serving(StandIn()) as server:
        judge = ("--judge", "openai:m", "--base-url", server.url)
        assert grader("calibrate", checks, *judge).code == 0
        license_scores()
        assert "THE MODEL CHANGED" not in grader("grade", batch(1), *judge).err
        server.rates = [(Step("other_model"), 1.0)]
        outcome = grader("grade", batch(2), *judge, "--json")
    said = "the calibration of openai:m was made with the model m, and another-model answered."
    assert f"THE MODEL CHANGED. vendor_email: {said} Its scores are uncalibrated." in outcome.err
    assert {s["calibration"] for s in json.loads(outcome.out)["submissions"]} == {"uncalibrated"}
    with SqlLedger(LEDGER, create=False) as ledger:
        ((measurement, _),) = ledger.measurements(Measured.DRIFT)
        (one,) = noted(ledger.measurements(Measured.DRIFT))
    assert measurement.model == "another-model"
    assert isinstance(one.event, ModelChanged)
    assert one.event.calibrated == "m"
    shown = grader("drift")
    assert shown.code == 1
    assert said in " ".join(shown.out.split())


def test_a_person_meets_check_answers_in_a_sheet(grader: Call, checks: Path) -> None:
    sheet = ("drift", "sheet", batch(1), "--checks", checks, "--seed", "s", "--check-count", "4")
    assert grader(*sheet, "--out", "sheet.csv").code == 0
    with Path("sheet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert all(len(row["candidate"]) == 3 and row["candidate"].startswith("c") for row in rows)
    lines = ["submission,criterion,rating"]
    lines += [f"{row['id']},{c.id},met" for row in rows for c in RUBRIC.criteria]
    Path("mine.csv").write_text("\n".join(lines) + "\n")
    mine = ("second-opinion", "sheet.csv", "--ratings", "mine.csv", "--rater", "Jane Doe")
    outcome = grader(*mine, "--judge", script(), "--checks", checks, "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["run"]["inputs"] == 2, "check answers are in no comparison"
    (event,) = taken()
    assert (len(event.answers), event.binding, event.run) == (4, None, None)
    assert event.agreement.value is not None
    assert 0.2 < event.agreement.value < 0.8
    grader(*mine, "--judge", script(), "--checks", checks)
    assert len(taken()) == 1, "the same commitment is measured once"
    assert "Jane Doe" in grader("drift", "--rater", "Jane Doe").out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--checks", "nowhere"], "nowhere: There is no calibration set"),
        (["--checks", "staff_conflict", "--checks", "staff_conflict"], "Two sets are for the task"),
        (
            ["--checks", "vendor_email", "--judge", "scripted:other.json"],
            "--checks: Check answers measure one judge",
        ),
    ],
)
def test_what_cannot_be_checked_is_refused(grader: Call, options: list[str], sentence: str) -> None:
    Path("other.json").write_text(json.dumps(STEADY))
    outcome = grader("grade", batch(1), "--judge", script(), *options)
    assert outcome.code == 2
    assert sentence in outcome.err
    assert not Path("runs").exists()


def test_a_batch_api_takes_no_check_answers(grader: Call) -> None:
    outcome = grader("batch", "submit", batch(1), "--judge", "openai:m", "--checks", "vendor_email")
    assert outcome.code == 2
    assert "--checks: Check answers are not mixed into what is handed over to a batch API." in outcome.err
    assert not Path("runs").exists()


def test_an_estimate_counts_the_check_answers(grader: Call, checks: Path) -> None:
    options = ("grade", batch(1), "--judge", script(), "--checks", checks, "--check-count", "5")
    (told,) = json.loads(grader(*options, "--estimate", "--json").out)["estimates"]
    assert told["calls"]["value"] == 2 + 5 + 5, "each as before and anew, where nothing is known yet"
    grader(*options)
    (told,) = json.loads(grader(*options, "--estimate", "--json").out)["estimates"]
    assert told["calls"]["value"] == 0


def test_the_commands_of_the_page(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```sh\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    ran = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "vendor_email: 20 check answers." in ran.stderr
    assert Path("drift.html").exists()
    assert "1 submission, and 5 check answers among them" in ran.stderr

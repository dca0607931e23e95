"""Outcomes by group from the command line, and the commands of its page."""

import json
import re
import shlex
from pathlib import Path

import pytest

from grader.domain.measurement import Measured
from grader.ledger.store import SqlLedger
from tests.cli.conftest import ROOT, Call

PAGE = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)[1:]
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_page(grader: Call, command: list[str]) -> None:
    Path("examples").symlink_to(ROOT / "examples")
    outcome = grader(*command)
    assert outcome.code == 0, outcome.err
    assert re.search(r"female +\d+ +58\.8% .* below 4/5, significant", outcome.out)
    if "--out" in command:
        assert "Machine scores against people" in Path("fairness.html").read_text(encoding="utf-8")
        assert Path("fairness/sex.csv").stat().st_size > 500


def test_scorecards_and_decisions_of_a_ledger(grader: Call, answers: Path, scripted: str) -> None:
    assert grader("grade", answers, "--judge", scripted, "--ledger", "l.db").code == 0
    named = ("--name", "Jane Doe", "--reason", "The interview went well.", "--ledger", "l.db")
    for candidate, choice in (("a", "advance"), ("b", "decline")):
        assert grader("decide", candidate, "--choice", choice, *named).code == 0
    Path("groups.csv").write_text("candidate,sex\na,female\nb,male\n")
    asked = ("fairness", "--groups", "groups.csv", "--ledger", "l.db", "--minimum", "1", "--json", "--keep")
    outcome = grader(*asked)
    assert outcome.code == 0, outcome.err
    (found,) = json.loads(outcome.out)["fairness"]["attributes"]
    tables = {table["stage"]: table for table in found["tables"]}
    female, male = tables["decision"]["rows"]
    assert female["finding"] == "reference"
    assert (male["comparison"]["ratio"]["value"], male["comparison"]["shortfall"]) == (0.0, 1)
    assert (tables["total"]["n"], tables["total"]["without"]) == (0, 2)
    assert tables["vendor_email"]["n"] == 2
    assert any(row["stage"].startswith("vendor_email.") for row in found["means"])
    with SqlLedger("l.db") as ledger:
        (kept,) = ledger.measurements(Measured.FAIRNESS)
    assert kept.measurement.material == "medical_office_manager"
    assert "vendor_email" not in json.dumps(kept.measurement.figures)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--groups", "none.csv"), "none.csv: The file could not be opened"),
        (("--groups", "others.csv"), "others.csv: No candidate of outcomes.csv is in this file."),
        (("--groups", "groups.csv", "--by", "age"), 'groups.csv: There is no column "age".'),
        (("--groups", "groups.csv", "--cross", "sex"), '--cross: "sex" is one column.'),
        (("--groups", "groups.csv", "--cross", "sex,age"), 'There is no column "age".'),
        (("--groups", "groups.csv", "--out", "/proc/none/x.html"), "Cannot be written"),
        (("--groups", "groups.csv", "--csv", "/proc/none"), "Cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(grader: Call, arguments: tuple[str, ...], said: str) -> None:
    Path("outcomes.csv").write_text("candidate,total\na,1\n")
    Path("groups.csv").write_text("candidate,sex\na,f\n")
    Path("others.csv").write_text("candidate,sex\nz,f\n")
    outcome = grader("fairness", "outcomes.csv", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_columns_need_a_table(grader: Call) -> None:
    outcome = grader("fairness", "--groups", "g.csv", "--score", "total")
    assert outcome.code == 2
    assert "Columns were named without a table that has them." in outcome.err

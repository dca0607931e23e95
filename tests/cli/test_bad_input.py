"""Whatever is wrong with the input: one clear sentence that names the place and the remedy, and exit 2."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.ledger.store import SqlLedger
from tests.cli.conftest import EXAMPLES, ROOT, Call, Graded

RUBRIC = "rubrics/medical_office_manager/vendor_email.yaml"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, answers: Path, scripted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_RUBRICS", str(ROOT / RUBRIC))
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.yaml").write_text("task: vendor_email\ntitle: [\n")
    (tmp_path / "broken-v1.yaml").write_text("id: [\n")
    rubric = (ROOT / RUBRIC).read_text(encoding="utf-8")
    (tmp_path / "misspelt.yaml").write_text(rubric.replace("critical: true", "critcal: true", 1))
    (tmp_path / "unfit.yaml").write_text(rubric.replace("title: Thanks", "title: Fit for duty and thanks", 1))
    (tmp_path / "number.json").write_text("5")
    (tmp_path / "wrong.json").write_text('{"tone": "excellent"}')
    (tmp_path / "text.db").write_text("This is no database." * 100)
    (tmp_path / "damaged.xlsx").write_text("no workbook")
    (tmp_path / "damaged.jsonl").write_text('{"candidate":')
    (tmp_path / "empty.csv").touch()
    with sqlite3.connect(tmp_path / "later.db") as later:
        later.execute("CREATE TABLE alembic_version (version_num TEXT)")
        later.execute("INSERT INTO alembic_version VALUES ('9999')")
    later.close()


GRADE = [
    (["missing.csv"], ["missing.csv", "Check the path"]),
    (["empty.csv"], ["empty.csv:1", "Give a header"]),
    (["damaged.xlsx"], ["damaged.xlsx", "save it as .xlsx"]),
    (["damaged.jsonl"], ["damaged.jsonl:1", "mend or remove it"]),
    (["script.json"], ['".json"', ".csv"]),
    (["folder"], ["folder", "Name files"]),
    (["answers.csv", "--column", "text=essay"], ["answers.csv:1", '"essay"', "--column text=COLUMN"]),
    (["answers.csv", "--column", "essay"], ["--column", "FIELD=COLUMN"]),
    (["answers.csv", "--sheet", "One"], ["answers.csv", "Leave out --sheet."]),
    (["answers.csv", "--judge", "gpt"], ["--judge", "'gpt'", "openai:MODEL"]),
    (["answers.csv", "--judge", "scripted:"], ["--judge", "scripted:MODEL"]),
    (["answers.csv", "--judge", "scripted:none.json"], ["none.json", "Give a JSON file"]),
    (["answers.csv", "--judge", "scripted:folder"], ["folder", "Give a JSON file"]),
    (["answers.csv", "--judge", "scripted:number.json"], ["number.json", "Give a JSON file"]),
    (["answers.csv", "--judge", "scripted:wrong.json"], ["wrong.json", "Give a JSON file"]),
    (["answers.csv", "--judge", "local:no-such-weights"], ["--judge", "no-such-weights"]),
    (["answers.csv", "--judge", "openai:some-model"], ["openai:some-model", "OPENAI_API_KEY"]),
    (["answers.csv", "--judge", "openai:m", "--base-url", "localhost:80"], ["--base-url", "http://"]),
    (["answers.csv", "--judge", "openai:m", "--base-url", "http://[::1"], ["--base-url", "http://"]),
    (["answers.csv", "--judge", "openai:m", "--base-url", "http://h:99999"], ["--base-url", "http://"]),
    (["answers.csv", "--rubrics", "no_such_set"], ["no_such_set", "medical_office_manager"]),
    (["answers.csv", "--rubrics", "broken.yaml"], ["broken.yaml:3", "Mend the YAML"]),
    (["answers.csv", "--rubrics", "misspelt.yaml"], ["misspelt.yaml:", "critcal", "check its spelling"]),
    (
        ["answers.csv", "--rubrics", "unfit.yaml"],
        [
            'unfit.yaml:97: thanks: "Fit for duty" - Health and fitness for duty are protected',
            "Take it out",
        ],
    ),
    (["answers.csv", "--prompt", "no-such-v1"], ["no-such-v1", "structured-v1"]),
    (["answers.csv", "--prompt", "broken-v1.yaml"], ["broken-v1.yaml:2", "Mend the YAML"]),
    (["answers.csv", "--prompt", "decisions-v1"], ["--prompt", "structured-v3"]),
    (["answers.csv", "--candidate", "a", "--candidate", "zed"], ["answers.csv", "--candidate zed"]),
    (["answers.csv", "--task", "origami"], ["answers.csv", "--task origami"]),
    (["answers.csv", "--ledger", "folder"], ["folder", "Name a file"]),
    (["answers.csv", "--ledger", "text.db"], ["text.db", "not a database", "name another ledger"]),
    (["answers.csv", "--ledger", "answers.csv/ledger.db"], ["answers.csv/ledger.db", "Name a file"]),
    (["answers.csv", "--ledger", "later.db"], ["9999"]),
    (["answers.csv", "--ledger", "nosql://here"], ["nosql", "postgresql"]),
    (["answers.csv", "--report", "folder"], ["folder", "--report"]),
    (["answers.csv", "--report", "answers.csv/report.html"], ["report.html", "--report"]),
    (["answers.csv", "--mode", "all"], ["--mode", "one_call"]),
    (["answers.csv", "--in-flight", "0"], ["--in-flight"]),
]


@pytest.mark.parametrize(("arguments", "named"), GRADE, ids=[" ".join(a) for a, _ in GRADE])
def test_grade(grader: Call, scripted: str, arguments: list[str], named: list[str]) -> None:
    judge = [] if "--judge" in arguments else ["--judge", scripted]
    outcome = grader("grade", *arguments, *judge)
    assert outcome.code == 2
    assert not outcome.out
    assert "Traceback" not in outcome.err
    for part in named:
        assert part in outcome.err
    if Path("runs/ledger.db").exists():
        with SqlLedger("runs/ledger.db") as ledger:
            assert not ledger.runs(), "nothing is started before the input is known to be good"


OTHERS = [
    (["show", "nobody/nothing"], ["nobody/nothing", "c01/"]),
    (["show", "c01/vendor_email", "--run", "no-run"], ["--run", "no-run", "The latest are"]),
    (["report", "--run", "no-run"], ["--run", "no-run"]),
    (["report", "--out", "folder"], ["folder", "--out"]),
    (["report", "--out", "script.json/report.html"], ["report.html", "--out"]),
    (["export", "--out", "scores.pdf"], ["scores.pdf", ".csv"]),
    (["export", "--out", "script.json/scores.csv"], ["scores.csv", "--out"]),
    (["replay", "--run", "no-run"], ["--run", "no-run"]),
    (["replay", "--ledger", "none.db"], ["none.db", "Grade something first"]),
    (["show", "c01/vendor_email", "--ledger", "folder"], ["folder", "Name a file"]),
    (["report", "--ledger", "text.db"], ["text.db", "not a database"]),
    (["check", "missing.csv"], ["missing.csv", "Check the path"]),
    (["check", "--rubrics", "no_such_set"], ["no_such_set", "medical_office_manager"]),
    (["check", "--schema", "folder"], ["folder", "--schema"]),
    (["check", "answers.csv", "--column", "text=essay"], ["answers.csv:1", '"essay"']),
    (["models", "fetch", "no-such-weights"], ["no-such-weights"]),
    (["sing"], ["sing"]),
]


@pytest.mark.parametrize(("arguments", "named"), OTHERS, ids=[" ".join(a) for a, _ in OTHERS])
def test_other_commands(grader: Call, examples: Graded, arguments: list[str], named: list[str]) -> None:
    reads = arguments[0] in {"show", "report", "export", "replay"} and "--ledger" not in arguments
    outcome = grader(*arguments, *(["--ledger", examples.ledger] if reads else []))
    assert outcome.code == 2
    assert not outcome.out
    assert "Traceback" not in outcome.err
    for part in named:
        assert part in outcome.err
    assert not Path("none.db").exists()


def test_a_process_exits_2_without_a_traceback() -> None:
    command = [sys.executable, "-c", "from grader.cli import main; main()", "grade", "missing.csv"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GRADER_JUDGE": "scripted:script.json"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("missing.csv: ")
    assert ran.stderr.count("\n") == 1


def test_a_report_that_can_be_written_leaves_no_empty_file_when_the_input_is_bad(grader: Call) -> None:
    assert grader("report", "--out", "report.html", "--ledger", "none.db").code == 2
    assert not Path("report.html").exists()


def test_a_terminal_that_lacks_characters_shows_what_it_can(scripted: str) -> None:
    command = [sys.executable, "-c", "from grader.cli import main; main()", "grade", str(EXAMPLES)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(
        [*command, "--judge", scripted, "--candidate", "c02", "--task", "vendor_email"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert "c02" in ran.stdout

import json
from pathlib import Path

from tests.cli.conftest import EXAMPLES, ROOT, TEXT, Call

RUBRIC = ROOT / "rubrics" / "medical_office_manager" / "vendor_email.yaml"


def test_what_is_shipped_is_in_order(grader: Call) -> None:
    outcome = grader("check")
    assert (outcome.code, outcome.out) == (0, "")
    assert "9 rubrics" in outcome.err
    assert grader("check", "--json").out.strip() == "[]"


def test_findings_name_file_line_and_remedy_and_exit_1(grader: Call, tmp_path: Path) -> None:
    lines = RUBRIC.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if "critical: true" in line)
    lines[place] = lines[place].replace("critical", "critcal")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "vendor_email.yaml").write_text("\n".join(lines), encoding="utf-8")
    outcome = grader("check", "--rubrics", "mine")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"mine/vendor_email.yaml:{place + 1}: " in outcome.err
    (problem,) = json.loads(grader("check", "--rubrics", "mine", "--json").out)
    assert (problem["file"], problem["line"]) == ("mine/vendor_email.yaml", place + 1)
    assert problem["remedy"]


def test_a_rubric_must_bear_the_name_of_its_task(grader: Call, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(RUBRIC.read_text(encoding="utf-8"), encoding="utf-8")
    outcome = grader("check", "--rubrics", "other.yaml")
    assert outcome.code == 1
    assert "Name the file vendor_email.yaml." in outcome.err


def test_what_must_not_be_scored_is_a_finding(grader: Call, tmp_path: Path) -> None:
    body = RUBRIC.read_text(encoding="utf-8").replace(
        "title: Thanks the", "title: Former manager speaks well of the"
    )
    (tmp_path / "vendor_email.yaml").write_text(body, encoding="utf-8")
    outcome = grader("check", "--rubrics", "vendor_email.yaml", "--json")
    assert outcome.code == 1
    (problem,) = json.loads(outcome.out)
    assert problem["message"].startswith('thanks: "Former manager speaks" - References and reputation')
    assert body.splitlines()[problem["line"] - 1].strip().startswith("title: Former")


def test_submissions_are_checked_too(grader: Call, tmp_path: Path) -> None:
    rows = [f'a,vendor_email,"{TEXT}"', f'a,vendor_email,"{TEXT}"', f'b,vendor_mail,"{TEXT}"']
    rows.append("c,vendor_email,Too short.")
    table = tmp_path / "answers.csv"
    table.write_text("\n".join(["candidate,task,text", *rows]))
    outcome = grader("check", table, "--json")
    assert outcome.code == 1
    places = [(p["file"], p["message"].split(": ")[1]) for p in json.loads(outcome.out)]
    assert places == [
        ("answers.csv:3", "duplicate_id."),
        ("answers.csv:4", "unknown_task."),
        ("answers.csv:5", "too_short."),
    ]


def test_blank_examples_are_the_only_findings_in_them(grader: Call) -> None:
    problems = json.loads(grader("check", EXAMPLES, "--json").out)
    assert problems
    assert all("blank" in p["message"] for p in problems)


def test_the_schema_of_rubrics_is_written(grader: Call) -> None:
    assert grader("check", "--schema", "new/rubric.json").code == 0
    schema = json.loads(Path("new/rubric.json").read_text(encoding="utf-8"))
    assert "criteria" in schema["required"]

import json
from pathlib import Path

import pytest

from grader.calibration_files import load_set
from tests.cli.conftest import Call
from tests.cli.ratings import CANDIDATES, PEOPLE, RUBRIC, long_csv, overall_csv, set_folder

KINDS = (*PEOPLE, "--model", "bot", "--task", "vendor_email")


def test_two_raters_of_a_file_by_criterion_all_and_total(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    outcome = grader("agreement", source, *KINDS, "--json")
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    assert (told["reference"], told["other"]) == ("ana", "ben")
    assert list(told["agreement"]) == [*(c.id for c in RUBRIC.criteria), "all criteria", "total"]
    every = told["agreement"]["all criteria"]["pair"]
    assert every["n"] == CANDIDATES * len(RUBRIC.criteria)
    assert every["candidates"] == CANDIDATES
    # counted by hand from the same file
    verdicts: dict[tuple[str, str], dict[str, str]] = {}
    for line in source.read_text(encoding="utf-8").splitlines()[1:]:
        response, _, rater, criterion, verdict, *_ = line.split(",")
        verdicts.setdefault((response, criterion), {})[rater] = verdict
    same = sum(by["ana"] == by["ben"] for by in verdicts.values())
    assert every["exact"]["value"] == pytest.approx(same / len(verdicts))
    assert every["exact"]["low"] < every["exact"]["value"] < every["exact"]["high"]


def test_a_model_is_compared_beside_two_people(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    options = (*KINDS, "--first", "ben", "--second", "bot", "--json")
    told = json.loads(grader("agreement", source, *options).out)
    assert (told["reference"], told["other"]) == ("ben", "bot")
    assert told["agreement"]["all criteria"]["human_human"]["n"] == CANDIDATES * len(RUBRIC.criteria)
    table = grader("agreement", source, *KINDS, "--first", "ben", "--second", "bot")
    assert table.code == 0
    assert "bot against ben, the reference" in table.out
    assert all(c.title.split()[0] in table.out for c in RUBRIC.criteria)


def test_overall_scores_have_a_total_alone(grader: Call, tmp_path: Path) -> None:
    source = overall_csv(tmp_path / "scores.csv")
    options = ("--human", "sc1", "--human", "sc2", "--scale", "1", "6", "--json")
    told = json.loads(grader("agreement", source, *options).out)
    assert list(told["agreement"]) == ["total"]
    assert told["agreement"]["total"]["pair"]["n"] == 60


def test_a_shipped_set_by_its_name(grader: Call) -> None:
    told = json.loads(grader("agreement", "vendor_email", "--json").out)
    assert (told["reference"], told["other"]) == ("author", "second")
    assert told["agreement"]["all criteria"]["pair"]["n"] == 24 * len(RUBRIC.criteria)


def test_the_judge_of_a_run_is_matched_by_text(grader: Call, tmp_path: Path, scripted: str) -> None:
    folder = set_folder(tmp_path / "own")
    table = tmp_path / "in.jsonl"
    found = load_set(folder)
    lines = [
        json.dumps({"candidate": f"other-{r.candidate}", "task": "vendor_email", "text": r.text})
        for r in found.responses[:8]
    ]
    table.write_text("\n".join(lines), encoding="utf-8")
    run = json.loads(grader("grade", table, "--judge", scripted, "--json").out)["run"]["id"]
    outcome = grader("agreement", folder, "--second", f"run:{run}", "--json")
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    assert told["other"] == f"run:{run}"
    assert told["agreement"]["all criteria"]["pair"]["n"] == 8 * len(RUBRIC.criteria)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--first", "zoe"), "No rater of the set has this name."),
        (("--second", "zoe"), "Use one of: ana, ben."),
        (("--first", "ben", "--second", "ben"), "the same rater twice"),
        (("--second", "run:nope"), "There is no"),
    ],
)
def test_raters_and_runs_that_are_not_there_are_told(
    grader: Call, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    outcome = grader("agreement", set_folder(tmp_path / "own"), *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


def test_a_run_without_these_answers_is_told(
    grader: Call, tmp_path: Path, answers: Path, scripted: str
) -> None:
    run = json.loads(grader("grade", answers, "--judge", scripted, "--json").out)["run"]["id"]
    outcome = grader("agreement", set_folder(tmp_path / "own"), "--second", f"run:{run}")
    assert outcome.code == 2
    assert "The run has none of these answers." in outcome.err
    outcome = grader("agreement", set_folder(tmp_path / "other"), "--second", "run:nope")
    assert outcome.code == 2
    assert "There is no run 'nope'." in outcome.err


def test_kinds_and_rubric_must_be_said_for_a_file(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    outcome = grader("agreement", source, *PEOPLE, "--task", "vendor_email")
    assert outcome.code == 2
    assert "Nothing tells whether these raters are people: bot." in outcome.err
    outcome = grader("agreement", source, *PEOPLE, "--model", "bot")
    assert outcome.code == 2
    assert "Criteria are rated, and no rubric is named." in outcome.err

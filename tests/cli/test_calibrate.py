import json
from pathlib import Path
from typing import Any

import pytest

from grader.domain.calibration import Calibration
from grader.ledger.store import SqlLedger
from tests.cli.conftest import Call, Outcome
from tests.cli.ratings import CANDIDATES, PEOPLE, RUBRIC, long_csv, overall_csv, set_folder
from tests.standin import StandIn, serving


def study(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)["study"]


def kept(path: str = "runs/ledger.db") -> dict[str, Calibration]:
    with SqlLedger(path, create=False) as ledger:
        return ledger.own_calibrations()


def test_a_file_with_the_judges_own_ratings_is_calibrated_and_licenses_nothing(
    grader: Call, tmp_path: Path
) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    options = ("--task", "vendor_email", "--min-qwk", "0.5", "--json")
    outcome = grader("calibrate", source, "--rater", "bot", *PEOPLE, *options)
    found = study(outcome)
    assert json.loads(outcome.out)["calibration_digest"].startswith("sha256:")
    calibration = found["calibration"]
    assert calibration["rater"] == "bot"
    assert calibration["reference"] == ["ana", "ben"]
    assert (calibration["binding"], calibration["signal"]) == (None, "probability")
    assert calibration["status"] == "not enough data"
    assert {c["criterion"] for c in calibration["criteria"]} == {c.id for c in RUBRIC.criteria}
    counts = found["counts"]
    assert counts["fit"] + counts["held_out"] + counts["unused"] == counts["responses"] == CANDIDATES
    assert (counts["fit"], counts["held_out"]) == (12, 12)
    assert kept() == {}


def test_the_table_says_what_the_calibration_allows(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    options = ("--task", "vendor_email", "--min-qwk", "0.5")
    outcome = grader("calibrate", source, "--rater", "bot", *PEOPLE, *options)
    assert outcome.code == 0, outcome.err
    assert "NOT ENOUGH DATA" in outcome.out
    assert "bot" in outcome.out


def test_report_and_study_are_written(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    outcome = grader(
        *("calibrate", source, "--rater", "bot", *PEOPLE, "--task", "vendor_email"),
        *("--report", "new/report.html", "--save", "new/study.json"),
    )
    assert outcome.code == 0, outcome.err
    assert Path("new/report.html").read_text(encoding="utf-8").lstrip().startswith("<!")
    saved = json.loads(Path("new/study.json").read_text(encoding="utf-8"))
    assert saved["study"]["calibration"]["rater"] == "bot"
    assert "Report: new/report.html" in outcome.err
    assert "Study: new/study.json" in outcome.err


def test_overall_scores_are_calibrated_on_their_scale(grader: Call, tmp_path: Path) -> None:
    source = overall_csv(tmp_path / "scores.csv")
    outcome = grader(
        *("calibrate", source, "--rater", "system", "--human", "sc1", "--human", "sc2"),
        *("--scale", "1", "6", "--held-out", "0.4", "--min-qwk", "0.5", "--min-answers", "20", "--json"),
    )
    found = study(outcome)
    assert found["calibration"]["line"]["n"] == 36
    assert found["calibration"]["criteria"] == []
    assert found["manifest"]["scale"] == {"low": 1, "high": 6}
    (total,) = found["agreement"]
    assert (total["name"], total["before"]["pair"]["n"]) == ("total", 24)
    assert [g["threshold"] for g in found["calibration"]["gauges"]][:2] == [">= 20", ">= 0.50"]


def test_a_scripted_judge_grades_the_set_and_is_calibrated(
    grader: Call, tmp_path: Path, scripted: str
) -> None:
    folder = set_folder(tmp_path / "own")
    found = study(grader("calibrate", folder, "--judge", scripted, "--json"))
    calibration = found["calibration"]
    assert calibration["rater"] == scripted.replace(str(tmp_path) + "/", "")
    assert calibration["signal"] == "verdict"
    assert calibration["binding"]["rubric"] == RUBRIC.digest
    assert calibration["status"] in {"not enough data", "not good enough"}
    (bound,) = kept().values()
    assert (
        bound.digest
        == json.loads(grader("calibrate", folder, "--judge", scripted, "--json").out)["calibration_digest"]
    ), "the same again, and nothing is asked twice"


def test_a_judge_behind_an_endpoint_is_asked_once_for_each_answer(grader: Call, tmp_path: Path) -> None:
    folder = set_folder(tmp_path / "own", people=False)
    with serving(StandIn()) as server:
        options = ("--judge", "openai:test-model", "--base-url", server.url, "--logprobs", "--json")
        found = study(grader("calibrate", folder, *options))
        assert server.requests == 12
        again = study(grader("calibrate", folder, *options))
        assert server.requests == 12
    assert found == again
    assert found["calibration"]["signal"] == "probability"
    assert found["calibration"]["status"] == "demonstration only"
    assert found["calibration"]["binding"]["model"] == "test-model"


def test_repeats_are_asked_with_seeds_of_their_own(grader: Call, tmp_path: Path) -> None:
    folder = set_folder(tmp_path / "own")
    with serving(StandIn()) as server:
        options = ("--judge", "openai:test-model", "--base-url", server.url, "--repeats", "3", "--json")
        found = study(grader("calibrate", folder, *options))
        assert server.requests == 36
        assert {body["seed"] for body in server.bodies} == {7, 8, 9}
    assert found["calibration"]["binding"]["repeats"] == 3
    assert found["calibration"]["signal"] == "repeats"


def test_grading_goes_through_what_was_calibrated_until_it_is_suspended(
    grader: Call, tmp_path: Path, answers: Path, scripted: str
) -> None:
    folder = set_folder(tmp_path / "own", people=False)
    assert study(grader("calibrate", folder, "--judge", scripted, "--json"))["calibration"]["criteria"]

    def standings(*options: str) -> set[str]:
        outcome = grader("grade", answers, "--judge", scripted, "--json", *options)
        return {row["calibration"] for row in json.loads(outcome.out)["submissions"]}

    assert standings() == {"demonstration"}
    assert grader("replay").code == 0
    assert standings("--no-calibrated") == {"uncalibrated"}
    assert standings("--mode", "per_criterion") == {"uncalibrated"}
    people = set_folder(tmp_path / "people")
    assert study(grader("calibrate", people, "--judge", scripted, "--json"))["calibration"]["binding"]
    assert standings() == {"uncalibrated"}, "too few people's ratings suspend the demonstration"


def test_ship_puts_the_calibration_into_the_sets_folder(grader: Call, tmp_path: Path, scripted: str) -> None:
    folder = set_folder(tmp_path / "own")
    outcome = grader("calibrate", folder, "--judge", scripted, "--ship")
    assert outcome.code == 0, outcome.err
    (path,) = (folder / "calibrations").iterdir()
    assert path.name == "scripted-script.json.json"
    assert f"Calibration: {path}" in outcome.err
    shipped = Calibration.model_validate_json(path.read_text(encoding="utf-8"))
    assert list(kept().values()) == [shipped]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rater", "bob", "--model", "bot", *PEOPLE, "--task", "vendor_email"), "bob"),
        (("--rater", "bot", "--human", "ana", "--task", "vendor_email"), "whether these raters are people"),
        (("--rater", "bot", "--task", "vendor_email"), "ana, ben"),
        (("--rater", "bot", *PEOPLE), "no rubric is named"),
        (("--rater", "bot", *PEOPLE, "--task", "nope"), "No rubric has the task id 'nope'"),
        (("--rater", "bot", *PEOPLE, "--task", "vendor_email", "--column", "x=y"), "maps no column"),
        (("--rater", "bot", "--human", "eve", *PEOPLE, "--task", "vendor_email"), "eve"),
    ],
)
def test_what_is_missing_in_a_file_is_told_in_a_sentence(
    grader: Call, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    outcome = grader("calibrate", long_csv(tmp_path / "ratings.csv"), *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_unknown_criteria_and_sets_are_told(grader: Call, tmp_path: Path) -> None:
    strange = long_csv(tmp_path / "strange.csv", criterion="no_such_criterion")
    outcome = grader("calibrate", strange, "--rater", "bot", *PEOPLE, "--task", "vendor_email")
    assert outcome.code == 2
    assert "no_such_criterion" in outcome.err
    outcome = grader("calibrate", "no_such_set", "--rater", "bot")
    assert outcome.code == 2
    assert "There is no calibration set and no file here." in outcome.err
    assert "vendor_email" in outcome.err, "the shipped ones are named"


def test_a_judge_needs_texts_and_a_rubric(grader: Call, tmp_path: Path, scripted: str) -> None:
    outcome = grader("calibrate", set_folder(tmp_path / "bare", texts=False), "--judge", scripted)
    assert outcome.code == 2
    assert "The ratings came without the answers." in outcome.err
    outcome = grader(
        *("calibrate", overall_csv(tmp_path / "s.csv"), "--human", "all", "--scale", "1", "6"),
        *("--judge", scripted),
    )
    assert outcome.code == 2
    assert "A judge needs a rubric to rate by." in outcome.err


def test_a_rater_that_the_set_does_not_have_is_told(grader: Call, tmp_path: Path) -> None:
    outcome = grader("calibrate", set_folder(tmp_path / "own"), "--rater", "zoe")
    assert outcome.code == 2
    assert "No rater of the set has this name. Use one of: ana, ben." in outcome.err


def test_overall_scores_without_a_scale_are_told(grader: Call, tmp_path: Path) -> None:
    outcome = grader("calibrate", overall_csv(tmp_path / "s.csv"), "--rater", "system", "--human", "all")
    assert outcome.code == 2
    assert "scale" in outcome.err

import csv
import json
from pathlib import Path

import pytest

from grader.calibration_files import load_set
from grader.domain.calibration_set import RaterKind
from tests.cli.conftest import Call
from tests.cli.ratings import CANDIDATES, PEOPLE, RUBRIC, long_csv, overall_csv, set_folder

KINDS = (*PEOPLE, "--model", "bot", "--task", "vendor_email")


def test_the_shipped_sets_are_listed(grader: Call) -> None:
    rows = json.loads(grader("sets", "list", "--json").out)
    assert len(rows) == 9
    row = next(row for row in rows if row["set"] == "vendor_email")
    assert row == {
        "set": "vendor_email",
        "answers": 24,
        "fit": 16,
        "held_out": 8,
        "ratings": 24 * 2 * len(RUBRIC.criteria),
        "raters": "author (constructed), second (model)",
    }
    table = grader("sets", "list")
    assert table.code == 0
    assert all(row["set"] in table.out for row in rows)


def test_a_file_becomes_a_set_whose_split_is_fixed(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    outcome = grader("sets", "import", source, "My Set 1", *KINDS, "--held-out", "0.25")
    assert outcome.code == 0, outcome.err
    ratings = CANDIDATES * 3 * len(RUBRIC.criteria)
    assert outcome.out == f"My Set 1: {CANDIDATES} answers, {ratings} ratings\n"
    found = load_set(Path("My Set 1"), [c.id for c in RUBRIC.criteria])
    assert (found.manifest.id, found.manifest.task) == ("my_set_1", "vendor_email")
    assert len(found.manifest.held_out) == CANDIDATES // 4
    assert [(r.id, r.kind) for r in found.manifest.raters] == [
        ("ana", RaterKind.HUMAN),
        ("ben", RaterKind.HUMAN),
        ("bot", RaterKind.MODEL),
    ]
    assert all(r.text for r in found.responses)
    told = json.loads(grader("agreement", "My Set 1", "--json").out)
    from_file = json.loads(grader("agreement", source, *KINDS, "--json").out)
    assert told == from_file


def test_a_set_is_not_written_over(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    folder = set_folder(tmp_path / "own")
    before = (folder / "ratings.csv").read_text(encoding="utf-8")
    outcome = grader("sets", "import", source, folder, *KINDS)
    assert outcome.code == 2
    assert "A calibration set is here already" in outcome.err
    assert (folder / "ratings.csv").read_text(encoding="utf-8") == before


def test_texts_can_come_from_a_table_of_their_own(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv", texts=False)
    texts = tmp_path / "texts.csv"
    texts.write_text(
        "response_id,text\n" + "".join(f"r{n},Answer number {n}.\n" for n in range(CANDIDATES)),
        encoding="utf-8",
    )
    assert grader("sets", "import", source, "joined", *KINDS, "--texts", texts).code == 0
    assert {r.text for r in load_set(Path("joined")).responses} == {
        f"Answer number {n}." for n in range(CANDIDATES)
    }


def test_a_name_that_is_no_identifier_gets_one(grader: Call, tmp_path: Path) -> None:
    source = long_csv(tmp_path / "ratings.csv")
    assert grader("sets", "import", source, "2026", *KINDS).code == 0
    assert load_set(Path("2026")).manifest.id == "set_2026"


def test_overall_ratings_are_exported_for_rsmtool(grader: Call, tmp_path: Path) -> None:
    source = overall_csv(tmp_path / "scores.csv")
    facts = ("--human", "sc1", "--human", "sc2", "--scale", "1", "6")
    outcome = grader("sets", "export", source, "out", "--system", "system", *facts)
    assert outcome.code == 0, outcome.err
    written = [Path(line) for line in outcome.out.splitlines()]
    assert sorted(p.name for p in written) == ["predictions.csv", "rsmeval.json"]
    with Path("out/predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with source.open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert [(r["spkitemid"], float(r["sc1"]), float(r["sc2"]), float(r["system"])) for r in rows] == [
        (r["spkitemid"], float(r["sc1"]), float(r["sc2"]), float(r["system"])) for r in given
    ]
    config = json.loads(Path("out/rsmeval.json").read_text(encoding="utf-8"))
    assert (config["trim_min"], config["trim_max"]) == (1, 6)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("sets", "import", "nowhere", "new"), "There is no calibration set and no file here."),
        (("sets", "export", "nowhere", "new", "--system", "x"), "no calibration set and no file"),
        (("sets", "export", "vendor_email", "new", "--system", "zoe"), "No rater of the set has this name."),
        (("sets", "export", "vendor_email", "new", "--system", "second"), "No person gave overall ratings."),
    ],
)
def test_what_is_not_there_is_told_and_nothing_is_written(
    grader: Call, tmp_path: Path, command: tuple[str, ...], words: str
) -> None:
    outcome = grader(*command)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err
    assert not (tmp_path / "new").exists()

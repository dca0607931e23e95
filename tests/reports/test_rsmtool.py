import json
from pathlib import Path

import pytest

from grader.domain.calibration_set import CalibrationSet, RaterKind, Scale
from grader.errors import InputError
from grader.readers.assembly import assemble_set
from grader.readers.ratings import read_ratings
from grader.reports.rsmtool import to_rsmtool, write_rsmtool

SCALE = Scale(low=0, high=5)
SYSTEM = {"001": 0.0, "002": 3.25, "004": 1.0}


def sample(folder: Path, *, scale: Scale | None = SCALE, kind: str = "human") -> CalibrationSet:
    path = folder / "r.csv"
    path.write_text(
        "response,candidate,rater,criterion,rating\n"
        "001,C1,rater_1,,0\n001,C1,rater_2,,1.5\n002,C1,rater_1,,3\n003,C2,rater_2,,4\n"
        "004,C2,rater_1,contain,met\n005,C2,rater_1,contain,met\n006,C3,model_x,,2\n",
        encoding="utf-8",
    )
    imported = read_ratings(path)
    made = assemble_set(
        imported,
        id="sample",
        task="hipaa_breach",
        purpose="A set for the tests of this export.",
        licence="CC0-1.0",
        kinds={"model_x": RaterKind.MODEL},
        default_kind=RaterKind(kind),
        scale=SCALE,
    )
    manifest = made.manifest.model_copy(update={"scale": scale})
    return made.model_copy(update={"manifest": manifest})


def test_rows(tmp_path: Path) -> None:
    rows = to_rsmtool(sample(tmp_path), SYSTEM)
    assert [tuple(row.values()) for row in rows] == [
        ("001", "C1", "0", "1.5", "0"),
        ("002", "C1", "3", "", "3.25"),
        ("003", "C2", "", "4", ""),
        ("004", "C2", "", "", "1"),
    ]
    swapped = to_rsmtool(sample(tmp_path), SYSTEM, human="rater_2")
    assert [(row["sc1"], row["sc2"]) for row in swapped][:2] == [("1.5", "0"), ("", "3")]
    assert to_rsmtool(sample(tmp_path), SYSTEM, second_human="rater_1") == swapped


def test_the_file_reads_back_with_the_same_values(tmp_path: Path) -> None:
    made = sample(tmp_path)
    predictions, config = write_rsmtool(to_rsmtool(made, SYSTEM), made, tmp_path / "out")
    assert predictions.read_text(encoding="utf-8").startswith(
        "spkitemid,candidate,sc1,sc2,system\n001,C1,0,1.5,0\n"
    )
    assert json.loads(config.read_text(encoding="utf-8")) == {
        "experiment_id": "sample",
        "predictions_file": "predictions.csv",
        "id_column": "spkitemid",
        "candidate_column": "candidate",
        "human_score_column": "sc1",
        "second_human_score_column": "sc2",
        "system_score_column": "system",
        "trim_min": 0,
        "trim_max": 5,
        "exclude_zero_scores": False,
    }
    back = read_ratings(predictions)
    raters = {"sc1": "rater_1", "sc2": "rater_2"}
    humans = {(r.response, raters[r.rater]): r.value for r in back.ratings if r.rater in raters}
    assert humans == {
        (r.response, r.rater): r.value
        for r in made.ratings
        if r.criterion == "overall" and r.rater != "model_x"
    }
    assert {r.response: r.value for r in back.ratings if r.rater == "system"} == SYSTEM
    assert {r.id: r.candidate for r in back.responses} == {"001": "C1", "002": "C1", "003": "C2", "004": "C2"}
    assert back.models == {"system"}


def test_a_single_rater_has_no_second_column_in_the_configuration(tmp_path: Path) -> None:
    made = sample(tmp_path)
    alone = made.model_copy(update={"ratings": tuple(r for r in made.ratings if r.rater == "rater_1")})
    _, config = write_rsmtool(to_rsmtool(alone, SYSTEM), alone, tmp_path / "out")
    assert "second_human_score_column" not in json.loads(config.read_text(encoding="utf-8"))


def test_only_people_are_human_scores(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No person gave overall ratings"):
        to_rsmtool(sample(tmp_path, kind="constructed"), SYSTEM)
    for name in ("model_x", "rater_9"):
        with pytest.raises(InputError, match=f'"{name}" is no person with overall ratings'):
            to_rsmtool(sample(tmp_path), SYSTEM, human=name)
    with pytest.raises(InputError, match="One rater cannot be both"):
        to_rsmtool(sample(tmp_path), SYSTEM, human="rater_1", second_human="rater_1")


def test_what_else_is_refused(tmp_path: Path) -> None:
    made = sample(tmp_path)
    with pytest.raises(InputError, match="unknown responses: 999"):
        to_rsmtool(made, {"999": 1.0})
    with pytest.raises(InputError, match="The set has no scale"):
        write_rsmtool([], sample(tmp_path, scale=None), tmp_path / "out")
    write_rsmtool([], made, tmp_path / "out")
    with pytest.raises(InputError, match="there already"):
        write_rsmtool([], made, tmp_path / "out")

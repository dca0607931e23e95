from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.calibration_set import CalibrationSet, RaterKind, Scale
from grader.errors import InputError
from grader.readers.assembly import assemble_set, split
from grader.readers.gathering import Imported
from grader.readers.ratings import read_ratings

SPLIT = ("C5", "C0", "C1", "C4", "C7")
HUMANS = {"rater_1": RaterKind.HUMAN, "rater_2": RaterKind.HUMAN}


def imported_from(folder: Path, text: str) -> Imported:
    path = folder / "r.csv"
    path.write_text(text, encoding="utf-8")
    return read_ratings(path)


def long(folder: Path) -> Imported:
    rows = [f"a{n},C{n // 2},{rater},{n % 5}" for n in range(8) for rater in ("gpt", "rater_2", "rater_1")]
    return imported_from(folder, "\n".join(("response,candidate,rater,rating", *rows)))


def assemble(imported: Imported, **changes: Any) -> CalibrationSet:
    fields: dict[str, Any] = {
        "id": "sample",
        "task": "hipaa_breach",
        "purpose": "A set for the tests of assembly.",
        "licence": "CC0-1.0",
        "kinds": HUMANS | {"gpt": RaterKind.MODEL},
        "scale": Scale(low=0, high=4),
    }
    return assemble_set(imported, **(fields | changes))


def test_a_set_is_put_together(tmp_path: Path) -> None:
    made = assemble(long(tmp_path))
    assert [(r.id, r.kind) for r in made.manifest.raters] == [
        ("rater_2", RaterKind.HUMAN),
        ("rater_1", RaterKind.HUMAN),
        ("gpt", RaterKind.MODEL),
    ]
    assert len(made.manifest.fit) == len(made.manifest.held_out) == 2
    assert {*made.manifest.fit, *made.manifest.held_out} == {"C0", "C1", "C2", "C3"}
    assert len(made.ratings) == 24


def test_the_reference_and_the_held_out_candidates_can_be_named(tmp_path: Path) -> None:
    made = assemble(long(tmp_path), reference="rater_1", held_out=["C3"])
    assert [r.id for r in made.manifest.raters] == ["rater_1", "rater_2", "gpt"]
    assert made.manifest.fit == ("C0", "C1", "C2")
    assert made.manifest.held_out == ("C3",)


def test_nobody_is_taken_for_a_person_unasked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'Nothing tells whether "gpt", "rater_2" are people'):
        assemble(long(tmp_path), kinds={"rater_1": RaterKind.HUMAN})
    made = assemble(long(tmp_path), kinds={"gpt": RaterKind.MODEL}, default_kind=RaterKind.CONSTRUCTED)
    assert [r.kind for r in made.manifest.raters] == [RaterKind.CONSTRUCTED] * 2 + [RaterKind.MODEL]


def test_what_the_file_calls_a_model_is_never_human(tmp_path: Path) -> None:
    imported = imported_from(tmp_path, "id,sc1,system\na,1,2\nb,0,1\n")
    made = assemble(imported, kinds={}, default_kind=RaterKind.HUMAN)
    assert [(r.id, r.kind) for r in made.manifest.raters] == [
        ("sc1", RaterKind.HUMAN),
        ("system", RaterKind.MODEL),
    ]
    with pytest.raises(InputError, match='The file has "system" as a model'):
        assemble(imported, kinds={"sc1": RaterKind.HUMAN, "system": RaterKind.HUMAN})


def test_names_that_are_not_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        assemble(
            long(tmp_path),
            kinds=HUMANS | {"gpt": RaterKind.MODEL, "rater_3": RaterKind.HUMAN},
            reference="rater_4",
            held_out=["C9"],
        )
    assert [str(p) for p in caught.value.problems] == [
        'r.csv: There is no rater "rater_3", "rater_4" with ratings. '
        'The raters are "gpt", "rater_2", "rater_1".',
        'r.csv: There is no candidate "C9" with ratings. The candidates are "C0", "C1", "C2", "C3".',
    ]


def test_overall_ratings_and_the_scale(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"r\.csv: The overall ratings \(from 0 to 4\) have no scale"):
        assemble(long(tmp_path), scale=None)
    with pytest.raises(InputError) as caught:
        assemble(long(tmp_path), scale=Scale(low=0, high=3))
    assert [p.line for p in caught.value.problems] == [14, 15, 16]
    assert 'The rating 4 of response "a4" by "gpt" lies outside' in str(caught.value)


def test_fields_of_the_manifest_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"id of the set: .*\n.*purpose of the set: "):
        assemble(long(tmp_path), id="Not an id", purpose="short")


def test_the_split_never_changes() -> None:
    candidates = [f"C{n}" for n in range(10)]
    assert split(candidates, 0.5) == SPLIT
    assert set(split(candidates, 0.2)) <= set(SPLIT)


@given(st.lists(st.text(max_size=8), unique=True, max_size=30), st.floats(0, 1), st.randoms())
def test_the_split_does_not_hang_on_the_order(candidates: list[str], share: float, random: Any) -> None:
    held_out = split(candidates, share)
    random.shuffle(candidates)
    assert split(candidates, share) == held_out
    assert abs(len(held_out) - share * len(candidates)) <= 1
    if 0 < share < 1 and len(candidates) > 1:
        assert 0 < len(held_out) < len(candidates)


def test_shares_at_the_ends_and_beyond() -> None:
    assert split(["C1", "C2"], 0) == ()
    assert len(split(["C1", "C2"], 1)) == 2
    with pytest.raises(InputError, match=r"A share of 1\.5 cannot be held out"):
        split(["C1"], 1.5)

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.calibration_files import load_set, save_set
from grader.domain.calibration_set import (
    CalibrationSet,
    Exclusion,
    Manifest,
    Rater,
    RaterKind,
    Response,
    Scale,
    SetRating,
)
from grader.errors import InputError

MANIFEST = """\
id: sample
task: hipaa_breach
purpose: A set that shows how such files are read.
licence: CC0-1.0
raters:
  - {id: rater_1, kind: human}
  - {id: "7", kind: human, note: the second one}
  - {id: "model:v1", kind: model}
scale: {low: 0, high: 5}
fit: [C1]
held_out: [C2]
"""
RESPONSES = "response,candidate,text\na,C1,One.\nb,C2,\n"
RATINGS = """\
response,criterion,rater,rating,probability,rated
a,contain,rater_1,met,,2026-03-31
a,contain,7,0.5,,
a,contain,model:v1,not_met,0.25,
b,overall,rater_1,0,,
b,overall,7,4.5,,
"""


def folder_of(
    path: Path, *, manifest: str = MANIFEST, responses: str = RESPONSES, ratings: str = RATINGS
) -> Path:
    (path / "set.yaml").write_text(manifest, encoding="utf-8")
    (path / "responses.csv").write_text(responses, encoding="utf-8")
    (path / "ratings.csv").write_text(ratings, encoding="utf-8")
    return path


def faults(folder: Path, criteria: list[str] | None = None) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InputError) as caught:
        load_set(folder, criteria)
    return [(Path(p.file).name, p.line, p.message) for p in caught.value.problems]


def test_a_set_is_read(tmp_path: Path) -> None:
    found = load_set(folder_of(tmp_path), ["contain"])
    assert found.manifest.scale == Scale(low=0, high=5)
    assert [r.kind for r in found.manifest.raters] == [RaterKind.HUMAN, RaterKind.HUMAN, RaterKind.MODEL]
    assert found.responses == (
        Response(id="a", candidate="C1", text="One."),
        Response(id="b", candidate="C2"),
    )
    assert [(r.response, r.criterion, r.rater, r.value, r.probability, r.rated) for r in found.ratings] == [
        ("a", "contain", "rater_1", 1, None, "2026-03-31"),
        ("a", "contain", "7", 0.5, None, None),
        ("a", "contain", "model:v1", 0, 0.25, None),
        ("b", "overall", "rater_1", 0, None, None),
        ("b", "overall", "7", 4.5, None, None),
    ]


def test_what_is_no_rating_is_left_out_with_its_reason(tmp_path: Path) -> None:
    ratings = "response,criterion,rater,rating\na,contain,7,\nb,contain,7,cannot_assess\nb,contain,7,met\n"
    folder = folder_of(tmp_path, ratings=ratings)
    (folder / "exclusions.csv").write_text("place,reason\nr.csv:9,Blank.\n", encoding="utf-8")
    found = load_set(folder)
    assert len(found.ratings) == 1
    assert found.exclusions == (
        Exclusion(place="r.csv:9", reason="Blank."),
        Exclusion(place="ratings.csv:2", reason="contain of response a by 7: the rating is blank."),
        Exclusion(place="ratings.csv:3", reason="contain of response b by 7: the rater could not assess it."),
    )


def test_every_fault_of_the_tables_is_in_one_error(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        responses='response,candidate,text\na,C1,"One\nand two"\na,C1,x\nb,C3,x\n,C1,x\nc\n',
        ratings=(
            "response,criterion,rater,rating,probability,rated\n"
            "a,contain,rater_1,met,,\n"
            "a,contain,rater_1,met,,\n"
            "a,contian,rater_1,met,,\n"
            "a,contain,rater_2,met,,\n"
            "z,contain,rater_1,met,,\n"
            "a,,rater_1,met,,\n"
            "a,notify,rater_1,yes,,\n"
            "a,notify,7,0.7,,\n"
            "a,overall,rater_1,6,,\n"
            "a,overall,7,good,,\n"
            "a,notify,model:v1,met,2,\n"
            "a,notify,rater_1,met,,yesterday\n"
            "a,contain\n"
            "b,contain,7,met,,\n"
        ),
    )
    (folder / "exclusions.csv").write_text("place\nx\n", encoding="utf-8")
    assert faults(folder, ["contain", "notify"]) == [
        ("responses.csv", 4, 'Response "a" stands in line 2 already.'),
        ("responses.csv", 5, 'Candidate "C3" is neither in fit nor in held_out of set.yaml.'),
        ("responses.csv", 6, "No response is named."),
        ("responses.csv", 7, "The row has 1 cells but the header has 3; quote the text."),
        ("ratings.csv", 3, '"rater_1" rated contain of response "a" already (line 2).'),
        ("ratings.csv", 4, 'There is no criterion "contian".'),
        ("ratings.csv", 5, 'Rater "rater_2" is not in set.yaml; the raters are "rater_1", "7", "model:v1".'),
        ("ratings.csv", 6, 'Response "z" is not in responses.csv.'),
        ("ratings.csv", 7, "No criterion is named."),
        ("ratings.csv", 8, '"yes" is no rating of notify.'),
        ("ratings.csv", 9, '"0.7" is no rating of notify.'),
        ("ratings.csv", 11, '"good" is no rating of overall.'),
        ("ratings.csv", 12, '"2" is no probability.'),
        ("ratings.csv", 13, '"yesterday" is no ISO 8601 time.'),
        ("ratings.csv", 14, "The row has 2 cells but the header has 6; quote the text."),
        ("ratings.csv", 10, "The rating 6 lies outside the scale in set.yaml."),
        ("exclusions.csv", 1, 'There is no column "reason".'),
    ]


def test_faults_of_the_manifest_name_their_lines(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("kind: model", "kind: robot").replace("licence: CC0-1.0", "licence: ''")
    assert [(name, line) for name, line, _ in faults(folder_of(tmp_path, manifest=manifest))] == [
        ("set.yaml", 4),
        ("set.yaml", 8),
    ]


def test_overall_ratings_need_a_scale(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, manifest=MANIFEST.replace("scale: {low: 0, high: 5}\n", ""))
    message = "There is an overall rating but no scale in set.yaml."
    assert faults(folder) == [("ratings.csv", 5, message), ("ratings.csv", 6, message)]


def test_columns_and_files_that_are_missing_or_strange(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, ratings="response,criterion,rating,probabilty\na,contain,met,\n")
    (folder / "responses.csv").unlink()
    assert faults(folder) == [
        ("responses.csv", None, "Cannot be read: No such file or directory."),
        ("ratings.csv", 1, 'There is no column "rater".'),
        ("ratings.csv", 1, 'Unknown or repeated: "probabilty".'),
    ]
    (folder / "ratings.csv").write_text("", encoding="utf-8")
    assert ("ratings.csv", 1, "The table is empty.") in faults(folder)
    with pytest.raises(InputError, match=r"set\.yaml: Cannot be read"):
        load_set(tmp_path / "none")


def test_an_existing_set_is_never_overwritten(tmp_path: Path) -> None:
    found = load_set(folder_of(tmp_path))
    with pytest.raises(InputError, match="A calibration set is here already"):
        save_set(found, tmp_path)
    save_set(found, tmp_path / "deep" / "copy")
    assert load_set(tmp_path / "deep" / "copy") == found
    assert not (tmp_path / "deep" / "copy" / "exclusions.csv").exists()
    assert "a,contain,7,partly,," in (tmp_path / "deep" / "copy" / "ratings.csv").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    found = load_set(folder_of(tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file: The set could not be written \(File exists\)"):
        save_set(found, tmp_path / "file")


@pytest.mark.parametrize(
    ("response", "rating", "message"),
    [
        ({"text": ""}, {}, r"responses\.csv: This could not be read back"),
        ({"text": "a\rb"}, {}, r"responses\.csv: This could not be read back"),
        ({"text": "\ud800"}, {}, r"responses\.csv: This could not be read back"),
        ({}, {"value": 0.7}, r'ratings\.csv:2: "0.7" is no rating of contain'),
        ({}, {"criterion": ""}, r"ratings\.csv:2: No criterion is named"),
        ({}, {"criterion": "overall", "value": 9}, r"ratings\.csv:2: The rating 9 lies outside the scale"),
        ({}, {"rated": "noon"}, r"ratings\.csv:2: .* ISO 8601"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(
    tmp_path: Path, response: dict[str, str], rating: dict[str, str | float], message: str
) -> None:
    (tmp_path / "given").mkdir()
    given_set = load_set(folder_of(tmp_path / "given"))
    changed = CalibrationSet(
        manifest=given_set.manifest,
        responses=(given_set.responses[0].model_copy(update=response), given_set.responses[1]),
        ratings=(given_set.ratings[0].model_copy(update=rating),),
    )
    with pytest.raises(InputError, match=message) as caught:
        save_set(changed, tmp_path / "out")
    assert str(tmp_path / "out") in str(caught.value) or "out/" in str(caught.value)
    assert not (tmp_path / "out").exists()


characters = st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")
names = st.text(characters, min_size=1, max_size=12).map(str.strip).filter(bool)
texts = st.none() | st.text(characters, min_size=1, max_size=60)
numbers = st.floats(-1000, 1000)


@st.composite
def sets(draw: st.DrawFn) -> CalibrationSet:
    candidates = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    apart = draw(st.integers(0, len(candidates)))
    raters = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    low = draw(st.integers(-1000, 999))
    manifest = Manifest(
        id="sample",
        task="hipaa_breach",
        purpose=draw(
            st.text(characters, min_size=10, max_size=99).map(str.strip).filter(lambda t: len(t) > 9)
        ),
        licence=draw(names),
        raters=tuple(
            Rater(id=name, kind=draw(st.sampled_from(RaterKind)), note=draw(st.text(characters, max_size=20)))
            for name in raters
        ),
        scale=Scale(low=low, high=1000),
        fit=tuple(candidates[:apart]),
        held_out=tuple(candidates[apart:]),
    )
    ids = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(ids),
                st.sampled_from(["overall", "contain", "notify"]),
                st.sampled_from(raters),
            ),
            unique=True,
            max_size=8,
        )
    )
    return CalibrationSet(
        manifest=manifest,
        responses=tuple(
            Response(id=name, candidate=draw(st.sampled_from(candidates)), text=draw(texts)) for name in ids
        ),
        ratings=tuple(
            SetRating(
                response=response,
                criterion=criterion,
                rater=rater,
                value=draw(st.floats(low, 1000) if criterion == "overall" else st.sampled_from([0, 0.5, 1])),
                probability=draw(st.none() | st.floats(0, 1)),
                rated=draw(st.none() | st.datetimes().map(lambda moment: moment.isoformat())),
            )
            for response, criterion, rater in keys
        ),
        exclusions=tuple(
            Exclusion(place=draw(names), reason=draw(names)) for _ in range(draw(st.integers(0, 2)))
        ),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets())
def test_what_is_saved_is_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, given_set: CalibrationSet
) -> None:
    folder = tmp_path_factory.mktemp("set") / "new"
    save_set(given_set, folder)
    assert load_set(folder) == given_set
    assert load_set(folder).digest == given_set.digest


def test_a_thousand_ratings_take_no_time(tmp_path: Path) -> None:
    rows = [f"{'ab'[n % 2]},criterion_{n // 2},rater_1,met" for n in range(1000)]
    folder = folder_of(tmp_path, ratings="\n".join(("response,criterion,rater,rating", *rows)))
    start = time.process_time()
    assert len(load_set(folder).ratings) == 1000
    assert time.process_time() - start < 0.5

from typing import Any

import pytest
from pydantic import ValidationError

from grader.domain.assessment import Assessment, Cut
from tests.support.scorecards import SHARES, assessment, fields, gate


def weighing(*weights: float, of: str = "parts") -> dict[str, Any]:
    """The small assessment with parts, or sections of its first part, of these weights."""
    body = fields()
    named = [{"id": f"s{n}", "title": "Some tasks", "weight": w} for n, w in enumerate(weights)]
    sections = [{**own, "tasks": {f"t{n}": 1}} for n, own in enumerate(named)]
    if of == "parts":
        whole = [[{**section, "weight": 100}] for section in sections]
        return {**body, "parts": [{**own, "sections": s} for own, s in zip(named, whole, strict=True)]}
    body["parts"][0]["sections"] = sections
    return body


@pytest.mark.parametrize("weights", [(100,), (50, 50), (33.3, 33.3, 33.4), (0.1, 0.2, 99.7), (99.99, 0.01)])
@pytest.mark.parametrize("of", ["parts", "sections"])
def test_weights_that_add_up_to_100(of: str, weights: tuple[float, ...]) -> None:
    assert Assessment.model_validate(weighing(*weights, of=of)).digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("weights", "total"),
    [
        ((50,), "50"),
        ((50, 40), "90"),
        ((100, 100), "200"),
        ((33.3, 33.3, 33.3), "99.9"),
        ((99.99, 0.02), "100.01"),
        ((0.1, 0.2), "0.3"),
    ],
)
def test_weights_that_do_not_add_up_name_their_sum(weights: tuple[float, ...], total: str) -> None:
    with pytest.raises(ValidationError, match=rf"weights of the parts add up to {total}, not 100"):
        Assessment.model_validate(weighing(*weights))
    with pytest.raises(ValidationError, match=rf"weights of the sections of test add up to {total}, not 100"):
        Assessment.model_validate(weighing(*weights, of="sections"))


def test_one_part_alone_weighs_100() -> None:
    (test, _) = fields()["parts"]
    alone = assessment(parts=[{**test, "weight": 100}])
    assert [part.id for part in alone.parts] == ["test"]
    assert list(alone.tasks()) == ["mail", "memo", "rate"]
    with pytest.raises(ValidationError, match="add up to 50, not 100"):
        assessment(parts=[test])
    with pytest.raises(ValidationError, match="add up to 0, not 100"):
        assessment(parts=[])


@pytest.mark.parametrize(
    ("cut", "below", "on", "above", "words"),
    [
        ({"at_least": 62.5}, False, True, True, "at least 62.5"),
        ({"above": 62.5}, False, False, True, "above 62.5"),
        ({"below": 62.5}, True, False, False, "below 62.5"),
        ({"at_most": 62.5}, True, True, False, "at most 62.5"),
    ],
)
def test_a_bound_counts_or_not_as_its_name_says(
    cut: dict[str, float], below: bool, on: bool, above: bool, words: str
) -> None:
    made = Cut.model_validate(cut)
    assert [made.holds(score) for score in (62.4999, 62.5, 62.5001)] == [below, on, above]
    assert (made.value, made.words) == (62.5, words)


@pytest.mark.parametrize("bound", [0, 100])
def test_a_bound_at_the_end_of_the_scale(bound: float) -> None:
    assert Cut(at_least=bound).holds(bound)
    assert not Cut(below=bound).holds(bound)


@pytest.mark.parametrize("cut", [{}, {"at_least": 60, "below": 80}, {"at_least": 101}, {"at_least": -1}])
def test_a_cut_has_one_bound_within_the_scale(cut: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=r"exactly one of at_least|less than or equal|greater than or"):
        Cut.model_validate(cut)


@pytest.mark.parametrize(
    ("strong", "clear_fail"),
    [
        ({"at_least": 60}, {"below": 60}),
        ({"above": 60}, {"at_most": 60}),
        ({"above": 60}, {"below": 60}),
        ({"at_least": 60.0001}, {"at_most": 60}),
        ({"at_least": 80}, {"below": 60}),
    ],
)
def test_bands_that_meet_or_leave_room(strong: dict[str, float], clear_fail: dict[str, float]) -> None:
    bands = assessment(bands={"strong": strong, "clear_fail": clear_fail}).bands
    scores = [n / 10_000 for n in range(599_990, 600_011)] + [0, 55, 85, 100]
    assert not [s for s in scores if bands.strong.holds(s) and bands.clear_fail.holds(s)]


@pytest.mark.parametrize(
    ("strong", "clear_fail"),
    [
        ({"at_least": 60}, {"at_most": 60}),
        ({"at_least": 50}, {"below": 60}),
        ({"at_least": 50}, {"at_most": 60}),
        ({"above": 50}, {"at_most": 60}),
        ({"above": 50}, {"below": 60}),
    ],
)
def test_bands_that_overlap_are_refused(strong: dict[str, float], clear_fail: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="strong and clear_fail overlap"):
        assessment(bands={"strong": strong, "clear_fail": clear_fail})


@pytest.mark.parametrize(
    ("bands", "complaint"),
    [
        ({"strong": {"below": 80}, "clear_fail": {"below": 60}}, "strong starts"),
        ({"strong": {"at_most": 80}, "clear_fail": {"below": 60}}, "strong starts"),
        ({"strong": {"at_least": 80}, "clear_fail": {"at_least": 60}}, "clear_fail is"),
        ({"strong": {"at_least": 80}, "clear_fail": {"above": 90}}, "clear_fail is"),
        ({"strong": {"at_least": 80}}, "Field required"),
    ],
)
def test_bands_that_point_the_wrong_way(bands: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        assessment(bands=bands)


def flag(id: str, *criteria: str) -> dict[str, Any]:
    return {"id": id, "title": f"Title of {id}", "criteria": criteria}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (
            {"gates": [gate("g", section="nope", score={"at_least": 1})]},
            "gate g names an unknown section: nope",
        ),
        ({"gates": [gate("g", tasks=["nope"], level_at_least=3)]}, "a task that is in no section: nope"),
        ({"gates": [gate("g", criteria=["nope.a"])]}, "a task that is in no section: nope"),
        ({"red_flags": [flag("f", "nope.a")]}, "a task that is in no section: nope"),
        ({"gates": [gate("g", criteria=["mail"])]}, "should match pattern"),
        ({"gates": [gate("g", criteria=["mail.a"], met_at_least=2)]}, "gate g asks for more criteria"),
        ({"gates": [gate("g", criteria=["mail.a"], met_at_least=0)]}, "greater than or equal to 1"),
        ({"gates": [gate("g", criteria=["mail.a", "mail.a"], met_at_least=2)]}, "names mail.a twice"),
        ({"gates": [gate("g", criteria=[])]}, "at least 1 item"),
        ({"gates": [gate("g", tasks=[], level_at_least=3)]}, "at least 1 item"),
        ({"gates": [gate("g", tasks=["mail"], level_at_least=6)]}, "less than or equal to 5"),
        ({"gates": [gate("g", tasks=["mail"])]}, "level_at_least"),
        ({"gates": [gate("g", section="talk", tasks=["story"], score={"above": 1})]}, "Extra inputs"),
        ({"gates": [gate("g")]}, "criteria"),
        ({"gates": [gate("g", criteria=["mail.a"])] * 2}, "the gate g stands twice"),
        ({"red_flags": [flag("f", "mail.a")] * 2}, "the red flag f stands twice"),
    ],
)
def test_gates_and_flags_that_make_no_sense(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        assessment(**changed)


@pytest.mark.parametrize(
    ("path", "name", "complaint"),
    [
        (("parts", 1, "id"), "test", "the part test stands twice"),
        (("parts", 1, "sections", 0, "id"), "writing", "the section writing stands twice"),
        (("parts", 1, "sections", 0, "tasks"), {"mail": 1}, "the task mail stands twice"),
        (("parts", 0, "sections", 1, "tasks"), {"memo": 1}, "the task memo stands twice"),
        (("parts", 0, "sections", 1, "tasks"), {}, "at least one task"),
        (("parts", 0, "sections", 1, "tasks"), {"rate": 0}, "greater than 0"),
        (("parts", 0, "sections", 1, "weight"), 0, "greater than 0"),
    ],
)
def test_parts_that_contradict_each_other(path: tuple[str | int, ...], name: object, complaint: str) -> None:
    body: Any = fields()
    *way, last = path
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = name
    with pytest.raises(ValidationError, match=complaint):
        Assessment.model_validate(body)


def test_what_an_assessment_names() -> None:
    made = assessment(
        gates=[
            gate("s", section="talk", score={"at_least": 70}),
            gate("t", tasks=["story"], level_at_least=3),
            gate("c", criteria=["mail.a", "memo.b"]),
            gate("d", criteria=["mail.a", "mail.b"], met_at_least=1),
        ],
        red_flags=[flag("f", "rate.bad")],
    )
    assert [section.id for section in made.sections()] == ["writing", "numbers", "talk"]
    assert list(made.tasks()) == list(SHARES)
    assert list(made.named_criteria()) == ["mail.a", "memo.b", "mail.a", "mail.b", "rate.bad"]
    assert set(made.named_tasks()) == {"story", "mail", "memo", "rate"}
    assert [g.needed for g in made.gates[2:]] == [2, 1]  # type: ignore[union-attr]


def test_one_changed_weight_is_another_assessment() -> None:
    body = fields()
    body["parts"][0]["sections"][0]["tasks"]["mail"] = 2
    assert Assessment.model_validate(body).digest != assessment().digest
    assert Assessment.model_validate(fields()).digest == assessment().digest

from typing import Any

import pytest
from pydantic import ValidationError

from grader.domain.rubric import Rubric
from tests.support.builders import criterion, rubric

STEPS = (criterion("a", step=1), criterion("b", step=2))


@pytest.mark.parametrize(
    ("criteria", "fields", "complaint"),
    [
        ((criterion("a"), criterion("a")), {}, "ids stand twice: a"),
        ((criterion("a", negative=True),), {}, "no criterion earns points"),
        ((criterion("a", step=1), criterion("b", step=1)), {}, "same step"),
        (STEPS, {"kind": "written_response"}, "belong to step_outline"),
        (STEPS, {"order": {"before": [["a", "x"]]}}, "unknown criteria: x"),
        (STEPS, {"order": {"weight": 0.6}}, "less than or equal to 0.5"),
        ((), {"critical_cap": 101}, "less than or equal to 100"),
        ((), {"task": "Vendor email"}, "pattern"),
        ((), {"task": "vendor_email\n"}, "pattern"),
        ((), {"instructions": " " * 50}, "at least 40"),
        ((), {"note": "x"}, "Extra inputs"),
    ],
)
def test_a_rubric_that_contradicts_itself_is_refused(
    criteria: tuple[Any, ...], fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        rubric(*criteria, **fields)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"negative": True, "critical": True}, "both negative and critical"),
        ({"red_flag": True}, "belongs to negative"),
        ({"questions": []}, "at least one"),
        ({"questions": ["Tell me about it."]}, "pattern"),
        ({"points": 0}, "greater than 0"),
        ({"points": float("nan")}, "less than or equal|greater than|finite"),
        ({"partly": 1.1}, "less than or equal to 1"),
        ({"step": 0}, "greater than or equal to 1"),
        ({"met": "short"}, "at least 10"),
    ],
)
def test_a_criterion_that_contradicts_itself_is_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        criterion("a", **fields)


def test_possible_points_are_those_of_positive_criteria() -> None:
    assert rubric(criterion("a", points=3), criterion("b", points=2, negative=True)).possible == 3


def test_criteria_are_found_by_id() -> None:
    assert rubric().criterion("b").id == "b"
    with pytest.raises(KeyError):
        rubric().criterion("c")


@pytest.mark.parametrize(
    "change",
    [{"title": "A small task."}, {"critical_cap": 59.9}, {"words": {"min": 9, "max": 800}}]
    + [
        {"criteria": [criterion("a", **{f: "A text of another wording."}), criterion("b")]}
        for f in ("met", "borderline")
    ],
)
def test_any_change_is_another_rubric(change: dict[str, Any]) -> None:
    other = Rubric.model_validate({**rubric().model_dump(), **change})
    assert other.digest != rubric().digest


def test_the_kept_form_gives_the_rubric_back() -> None:
    assert Rubric.model_validate_json(rubric(*STEPS).canonical) == rubric(*STEPS)

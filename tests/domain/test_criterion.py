from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from grader.domain.criterion import AnyCriterion, ChecklistCriterion, ExactCriterion, LeveledCriterion
from grader.domain.rating import verdict_of
from tests.support.builders import criterion, exact, leveled, rubric

ANY: TypeAdapter[Any] = TypeAdapter(AnyCriterion)
CHECKLIST, LEVELED, EXACT = (make("x").model_dump() for make in (criterion, leveled, exact))


@pytest.mark.parametrize(
    ("content", "form"),
    [(CHECKLIST, ChecklistCriterion), (LEVELED, LeveledCriterion), (EXACT, ExactCriterion)],
)
def test_the_form_follows_from_the_fields(content: dict[str, Any], form: type) -> None:
    made = ANY.validate_python(content)
    assert type(made) is form
    assert ANY.validate_python(made) == made
    assert ANY.validate_json(ANY.dump_json(made)) == made


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({**CHECKLIST, "levels": LEVELED["levels"]}, "met\n  Extra inputs"),
        ({**EXACT, "levels": LEVELED["levels"]}, "answer\n  Extra inputs"),
        ({**EXACT, "questions": ["Is it ten percent?"]}, "questions\n  Extra inputs"),
        ({k: v for k, v in LEVELED.items() if k != "levels"}, "met\n  Field required"),
        ("a text", "valid dictionary"),
    ],
)
def test_two_forms_at_once_or_none_are_refused(content: object, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        ANY.validate_python(content)


def levels(*numbers: int) -> list[dict[str, Any]]:
    return [{**LEVELED["levels"][n - 1]} for n in numbers]


@pytest.mark.parametrize(
    "numbers", [(), (1, 2, 3, 4), (2, 3, 4, 5), (1, 2, 3, 5, 4), (1, 2, 2, 4, 5), (1, 2, 3, 4, 5, 5)]
)
def test_all_five_levels_are_needed_in_order(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="the levels 1 to 5 are needed, in this order"):
        leveled("x", levels=levels(*numbers))


@pytest.mark.parametrize(
    ("place", "changed", "complaint"),
    [
        (0, {"questions": ["Is it on level one?"]}, "the lowest level is what remains"),
        (1, {"questions": []}, "every level above the lowest needs"),
        (4, {"questions": []}, "every level above the lowest needs"),
        (4, {"level": 6}, "less than or equal to 5"),
        (0, {"level": 0}, "greater than or equal to 1"),
        (2, {"text": "Short."}, "at least 10"),
        (2, {"questions": ["Does it reach three"]}, "should match pattern"),
    ],
)
def test_a_level_that_cannot_be_asked_about(place: int, changed: dict[str, Any], complaint: str) -> None:
    made = levels(1, 2, 3, 4, 5)
    made[place] |= changed
    with pytest.raises(ValidationError, match=complaint):
        leveled("x", levels=made)


@pytest.mark.parametrize(
    "flags", [{"critical": True}, {"negative": True}, {"negative": True, "red_flag": True}, {"step": 1}]
)
def test_levels_are_neither_must_haves_nor_faults_nor_steps(flags: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="neither critical nor negative"):
        leveled("x", **flags)


@pytest.mark.parametrize("flags", [{"negative": True}, {"negative": True, "red_flag": True}, {"step": 1}])
def test_an_exact_answer_is_no_fault_and_no_step(flags: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="is not negative and has no step"):
        exact("x", **flags)
    assert exact("x", critical=True).critical


def test_a_rubric_knows_whom_to_ask_about_what() -> None:
    whole = rubric(criterion("a"), leveled("b", points=2), exact("c"), criterion("d", negative=True))
    assert [c.id for c in whole.judged] == ["a", "b", "d"]
    assert [c.id for c in whole.exact] == ["c"]
    assert whole.possible == 4
    assert whole.criterion("b") is whole.criteria[1]
    with pytest.raises(KeyError):
        whole.criterion("e")


def test_a_checklist_written_before_there_were_forms_keeps_its_identity() -> None:
    content = CHECKLIST.keys()
    assert content.isdisjoint({"levels", "answer", "cues", "form"})
    assert list(content) == [
        *("id", "title", "points", "critical", "negative", "red_flag", "partly", "step"),
        *("met", "not_met", "borderline", "alternatives", "questions"),
    ]


def test_levels_in_the_words_of_a_checklist() -> None:
    assert [verdict_of(n).value for n in range(1, 6)] == ["not_met", "partly", "partly", "partly", "met"]

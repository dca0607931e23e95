from typing import Any

import pytest

from grader.datafiles import load_rubrics
from grader.domain.criterion import ChecklistCriterion
from grader.domain.rubric import Rubric
from grader.lint import lint, refusals, texts_of
from tests.support.builders import criterion, rubric

STEPS = (criterion("a", step=1), criterion("b", step=2))
SAME = "The very same words."


def asks(question: str) -> Rubric:
    return rubric(criterion("a", questions=[question]))


@pytest.mark.parametrize(
    ("weak", "place", "message"),
    [
        (rubric(words={"min": 20, "max": 20}), ("words",), "min is not below max"),
        (rubric(kind="step_outline"), ("criteria",), "No criterion of this outline has a step"),
        (rubric(*STEPS, order={"weight": 0.2}), ("order", "weight"), "a weight, but no pairs"),
        (
            rubric(*STEPS, criterion("c"), order={"before": [["a", "b"], ["c", "b"]]}),
            ("order", "before", 1),
            "c has no step",
        ),
        (
            rubric(criterion("a", title="Thanks"), criterion("b", title="thanks")),
            ("criteria", 0, "title"),
            "stands twice",
        ),
        (
            rubric(criterion("a", met=SAME, not_met=SAME.upper())),
            ("criteria", 0, "met"),
            "not three different texts",
        ),
        (
            rubric(*STEPS, criterion("c", step=3, negative=True)),
            ("criteria", 2, "step"),
            "a negative criterion has a step",
        ),
        (
            rubric(criterion("a", questions=["Is it so then?", "Is it so then?"])),
            ("criteria", 0, "questions"),
            "a question stands twice",
        ),
        (
            asks(" ".join(["Is", *["it"] * 30]) + "?"),
            ("criteria", 0, "questions", 0),
            "a question of 31 words",
        ),
        (asks("Is it not so?"), ("criteria", 0, "questions", 0), "'not'"),
        (asks("Doesn't it say so?"), ("criteria", 0, "questions", 0), '"n\'t"'),
        (asks("Doesn’t it say so?"), ("criteria", 0, "questions", 0), '"n\'t"'),
        (asks("Does it go ahead, with or without?"), ("criteria", 0, "questions", 0), "'without'"),
        (asks("Is it so, or no, is it?"), ("criteria", 0, "questions", 0), "'no'"),
        (asks("Does it say what cannot be done?"), ("criteria", 0, "questions", 0), "'cannot'"),
    ],
)
def test_each_weakness_is_found_in_its_place(weak: Rubric, place: tuple[Any, ...], message: str) -> None:
    found = lint(weak)
    assert place in [f.place for f in found]
    assert any(message in f.message and f.place == place for f in found)
    assert all(f.remedy.endswith(".") for f in found)


@pytest.mark.parametrize(
    "criteria",
    [(), STEPS, (criterion("a", questions=["Is a note or notice given now?", "Is it another one?"]),)],
)
def test_a_sound_rubric_has_no_findings(criteria: tuple[ChecklistCriterion, ...]) -> None:
    assert lint(rubric(*criteria)) == []


@pytest.mark.parametrize("sound", load_rubrics().values(), ids=lambda r: r.task)
def test_shipped_rubrics_have_no_findings(sound: Rubric) -> None:
    assert lint(sound) == []


UNFIT = "Is the candidate fit for duty?"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"title": UNFIT}, ("title",)),
        ({"met": UNFIT}, ("met",)),
        ({"not_met": UNFIT}, ("not_met",)),
        ({"borderline": UNFIT}, ("borderline",)),
        ({"alternatives": ["Another way.", UNFIT]}, ("alternatives", 1)),
        ({"questions": ["Is it so then?", UNFIT]}, ("questions", 1)),
    ],
)
def test_what_must_not_be_scored_is_refused_in_every_text(
    fields: dict[str, Any], place: tuple[Any, ...]
) -> None:
    (finding,) = refusals(rubric(criterion("a"), criterion("b", **fields)))
    assert finding.place == ("criteria", 1, *place)
    assert finding.message.startswith('b: "fit for duty" - Health and fitness for duty are protected (ADA')
    assert finding.remedy.startswith("Take it out")
    assert finding in lint(rubric(criterion("a"), criterion("b", **fields)))


def test_other_weaknesses_do_not_stop_grading() -> None:
    assert refusals(asks("Is it not so?")) == []


def test_the_texts_of_a_criterion_are_all_but_its_id() -> None:
    texts = list(texts_of(criterion("age", alternatives=["Another way."])))
    assert texts == [
        (("title",), "Title of age"),
        (("met",), "What is met: age."),
        (("not_met",), "What is not met: age."),
        (("borderline",), "What is borderline: age."),
        (("alternatives", 0), "Another way."),
        (("questions", 0), "Does the answer do age?"),
    ]


def test_texts_within_other_forms_of_criteria_are_found() -> None:
    class Leveled(ChecklistCriterion):
        levels: tuple[dict[str, Any], ...]

    leveled = Leveled(**dict(criterion("a")), levels=({"text": UNFIT, "questions": (UNFIT,)},))
    places = [place for place, text in texts_of(leveled) if text == UNFIT]
    assert places == [("levels", 0, "text"), ("levels", 0, "questions", 0)]

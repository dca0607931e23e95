from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from grader.assessment_files import assessment_files, load_assessment
from grader.datafiles import data_folder, load_rubrics
from grader.domain.criterion import ExactCriterion, LeveledCriterion
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem
from grader.scorecard.card import scorecard
from tests.support.builders import criterion, leveled, rating
from tests.support.scorecards import answered, fields, gate, task_rubric

OTHER_ROLE = Path(__file__).parent / "data" / "customer_support_lead" / "customer_support_lead.yaml"


def test_every_shipped_assessment_loads_with_the_rubrics_of_its_tasks() -> None:
    assert [path.stem for path in assessment_files()] == ["medical_office_manager"]
    for path in assessment_files():
        loaded = load_assessment(path.stem)
        assert loaded.assessment.id == path.stem
        assert list(loaded.rubrics) == list(loaded.assessment.tasks())
        assert load_assessment(path).assessment == loaded.assessment


def test_the_shipped_assessment_asks_every_shipped_task_in_the_section_of_its_rubric() -> None:
    assessment, rubrics = load_assessment()
    assert set(rubrics) == set(load_rubrics())
    placed = {task: section.id for section in assessment.sections() for task in section.tasks}
    assert placed == {task: rubric.section for task, rubric in rubrics.items()}
    weights = {s.id: part.weight * s.weight / 100 for part in assessment.parts for s in part.sections}
    assert weights == {
        "hard_skills_compliance": 15,
        "soft_skills": 12.5,
        "situational_judgment": 10,
        "attention_to_detail": 7.5,
        "cognitive": 5,
        "interview": 50,
    }
    bands = assessment.bands
    assert (bands.strong.words, bands.clear_fail.words) == ("at least 80", "below 60")
    assert [g.id for g in assessment.gates] == [
        *("compliance", "must_have_interview", "communication", "breach_duties"),
    ]


def test_an_assessment_that_is_not_there() -> None:
    with pytest.raises(
        InputError,
        match=r"^nope: There is no such assessment\. Name a file or one of: medical_office_manager\.$",
    ):
        load_assessment("nope")


STORY = task_rubric("story", leveled("depth"))
MAIL = task_rubric(
    "mail", criterion("a"), criterion("rude", negative=True, red_flag=True), criterion("late", negative=True)
)
SOUND = {"gates": [gate("g", criteria=["mail.a"])]}


def flags(*criteria: str) -> list[dict[str, object]]:
    return [{"id": "contempt", "title": "Contempt", "criteria": list(criteria)}]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes the small assessment with its rubrics, changed; one key of each mapping a line."""

    def write(*without: str, **changed: object) -> Path:
        (tmp_path / "small").mkdir()
        rubrics = {"mail": MAIL, "memo": task_rubric("memo"), "rate": task_rubric("rate"), "story": STORY}
        for task, rubric in rubrics.items():
            if task not in without:
                _dump(rubric.model_dump(mode="json", exclude_none=True), tmp_path / "small" / f"{task}.yaml")
        path = tmp_path / "small.yaml"
        _dump(fields(**changed), path)
        return path

    return write


def _dump(content: object, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        YAML(pure=True).dump(content, file)


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_assessment(path)
    return caught.value.problems


def line(path: Path, start: str, nth: int = 0) -> int:
    """The line of the nth field that starts so."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [n for n, text in enumerate(lines, 1) if text.strip().removeprefix("- ").startswith(start)][nth]


def test_rubrics_beside_the_file_are_found(written: Callable[..., Path]) -> None:
    loaded = load_assessment(written(**SOUND, red_flags=flags("mail.rude")))
    assert list(loaded.rubrics) == ["mail", "memo", "rate", "story"]
    assert loaded.rubrics["mail"] == MAIL
    assert loaded.rubrics["story"].digest == STORY.digest


@pytest.mark.parametrize(
    ("changed", "field", "message", "remedy"),
    [
        (
            {"gates": [gate("g", criteria=["mail.a", "mail.nope"])]},
            "criteria:",
            "There is no criterion mail.nope.",
            "Check the spelling.",
        ),
        (
            {"gates": [gate("g", criteria=["mail.late"])]},
            "criteria:",
            "mail.late is a fault, and a gate needs it met.",
            "Name criteria that an answer should meet.",
        ),
        (
            {"red_flags": flags("mail.rude", "memo.nope")},
            "criteria:",
            "There is no criterion memo.nope.",
            "Check the spelling.",
        ),
        (
            {"red_flags": flags("mail.rude", "mail.late")},
            "criteria:",
            "mail.late is no red flag in its rubric.",
            "Mark it with red_flag: true in its rubric, or take it out here.",
        ),
        (
            {"red_flags": flags()},
            "red_flags:",
            "The red flag mail.rude belongs to no kind.",
            "List it under one.",
        ),
    ],
)
def test_what_does_not_fit_the_rubrics_is_named_with_line_and_remedy(
    written: Callable[..., Path], changed: dict[str, object], field: str, message: str, remedy: str
) -> None:
    path = written(**changed)
    assert problems(path) == (Problem(str(path), line(path, field), message, remedy),)


def test_a_task_without_a_rubric_is_named(written: Callable[..., Path]) -> None:
    path = written("memo", "rate")
    assert problems(path) == tuple(
        Problem(
            str(path),
            line(path, "parts:"),
            f"The task {task} has no rubric in small.",
            "Write one, or take it out.",
        )
        for task in ("memo", "rate")
    )


def test_every_problem_is_named_at_once(written: Callable[..., Path]) -> None:
    path = written(
        "memo",
        gates=[gate("g", criteria=["mail.x"]), gate("h", criteria=["mail.y"])],
        red_flags=flags("mail.a"),
    )
    found = problems(path)
    assert [p.message for p in found] == [
        "The task memo has no rubric in small.",
        "There is no criterion mail.x.",
        "There is no criterion mail.y.",
        "mail.a is no red flag in its rubric.",
        "The red flag mail.rude belongs to no kind.",
    ]
    assert [p.line for p in found[1:4]] == [line(path, "criteria:", n) for n in range(3)]
    assert all(p.remedy for p in found)


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        (
            {"gates": [gate("g", tasks=["mail"], level_at_least=9)]},
            "level_at_least:",
            "gates.0.level_at_least",
        ),
        ({"gates": [gate("g", section="talk", score={"at_least": 900})]}, "at_least: 900", "gates.0.score"),
        ({"gates": [gate("g", criteria=["mail.a", "mail"])]}, "mail", "gates.0.criteria.1"),
        ({"gates": [gate("g", criteria=["mail.a"], met_at_last=1)]}, "met_at_last:", "gates.0.met_at_last"),
        ({"bands": {"strong": {"at_least": 80}}}, "bands:", "bands.clear_fail: Field required."),
        (
            {"red_flags": [{"id": "f", "title": "F f", "criteria": ["Mail.a"]}]},
            "Mail.a",
            "red_flags.0.criteria.0",
        ),
    ],
)
def test_a_wrong_field_names_its_own_line(
    written: Callable[..., Path], changed: dict[str, object], field: str, message: str
) -> None:
    path = written(**changed)
    (found,) = problems(path)
    at = -1 if field == "mail" else 0
    assert (found.file, found.line) == (str(path), line(path, field, at))
    assert found.message.startswith(message)
    assert found.remedy


def test_weights_that_do_not_add_up_are_told(tmp_path: Path) -> None:
    shipped = (data_folder("assessments") / "medical_office_manager.yaml").read_text(encoding="utf-8")
    path = tmp_path / "a.yaml"
    path.write_text(shipped.replace("weight: 30", "weight: 31"), encoding="utf-8")
    (found,) = problems(path)
    assert found.line == 8, "the line of the part"
    assert "the weights of the sections of test add up to 101, not 100" in found.message


def test_another_role_is_nothing_but_files() -> None:
    role, rubrics = load_assessment(OTHER_ROLE)
    assert [type(c) for task in ("coaching_story", "account_takeover") for c in rubrics[task].criteria] == [
        *[LeveledCriterion] * 2,
        ExactCriterion,
    ]

    def card(email: float, story: float, *ratings: object, choice: float = 100.0):
        answers = {
            "late_parcel_email": (email, ratings),
            "account_takeover": (choice, ()),
            "coaching_story": (story, ()),
        }
        made = {
            task: answered(task, percent, *own, of=rubrics[task]) for task, (percent, own) in answers.items()
        }
        return scorecard(role, "c1", made, rubrics)

    # 0.6 x (0.8 x 75 + 0.2 x 100) + 0.4 x 75 = 48 + 30 = 78
    strong = card(75.0, 75.0)
    assert (strong.total.percent, strong.recommendation.value) == (78.0, "advance")
    # 0.6 x (0.8 x 68.75 + 0.2 x 100) + 0.4 x 75 = 45 + 30 = 75, which `above` leaves out
    assert (card(68.75, 75.0).total.percent, card(68.75, 75.0).recommendation.value) == (75.0, "discuss")
    # 0.6 x (0.8 x 31.25 + 0) + 0.4 x 75 = 15 + 30 = 45, which `at_most` takes in
    failed = card(31.25, 75.0, choice=0.0)
    assert (failed.total.percent, failed.recommendation.value) == (45.0, "do_not_advance")
    gated = card(100.0, 49.0)
    assert [g.state.value for g in gated.gates] == ["failed"]
    assert gated.recommendation.value == "gate_failed"
    leak = rating("shares_other_customer", "met", 0)
    flagged = card(100.0, 100.0, leak)
    assert [f.flag for f in flagged.flags] == ["leaks_data"]
    assert flagged.recommendation.value == "red_flag"


def test_the_other_roles_rubrics_are_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(load_assessment(OTHER_ROLE).rubrics["coaching_story"], Rubric)

import json
from pathlib import Path

import pytest

from grader import Grader
from grader.datafiles import load_rubrics
from grader.domain.rating import Verdict
from grader.domain.reasons import Reason, ReviewReason
from grader.domain.record import State
from grader.errors import InputError, PermanentError
from grader.wiring import JudgeOptions
from tests.standin import StandIn, Step, serving

RUBRIC = load_rubrics()["vendor_email"]
TEXT = "Six boxes of gloves are missing from the order. Please send them by Friday. Thank you, Ana"


@pytest.fixture
def model(tmp_path: Path) -> str:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({c.id: "met" for c in RUBRIC.criteria if not c.negative}))
    return f"scripted:{script}"


@pytest.mark.parametrize("how", ["task", "file", "rubric"])
def test_a_text_is_graded(model: str, how: str) -> None:
    file = Path(__file__).parents[1] / "rubrics" / "medical_office_manager" / "vendor_email.yaml"
    with Grader({"task": "vendor_email", "file": file, "rubric": RUBRIC}[how], model) as grader:
        record = grader.grade(TEXT)
    assert record.state is State.NEEDS_REVIEW
    assert [review.reason for review in record.reviews] == [ReviewReason.ALL_MAXIMUM]
    assert record.score is not None
    assert record.score.percent == 100
    assert record.calibration == "uncalibrated"
    for rating in record.ratings:
        if rating.verdict is Verdict.MET:
            assert [TEXT[e.start : e.end] for e in rating.evidence] == [
                "Six boxes of gloves are missing from the order."
            ]


def test_a_rubric_with_what_must_not_be_scored_is_refused(model: str) -> None:
    first, *others = RUBRIC.criteria
    unfit = first.model_copy(update={"title": "A digital native"})
    with pytest.raises(InputError, match=r'vendor_email: .*"digital native" - Age is protected'):
        Grader(RUBRIC.model_copy(update={"criteria": (unfit, *others)}), model)


def test_a_blank_text_has_no_score(model: str) -> None:
    with Grader("vendor_email", model) as grader:
        record = grader.grade("  \n")
    assert (record.score, record.reason) == (None, Reason.BLANK)


def test_the_same_text_is_not_asked_twice_even_by_another_grader(tmp_path: Path) -> None:
    ledger = str(tmp_path / "ledger.db")
    with serving(StandIn()) as server:
        options = JudgeOptions(base_url=server.url)
        with Grader(RUBRIC, "openai:test-model", options=options, ledger=ledger) as grader:
            first, again = grader.grade(TEXT), grader.grade(TEXT)
        with Grader(RUBRIC, "openai:test-model", options=options, ledger=ledger) as grader:
            later = grader.grade(TEXT)
        assert server.requests == 1
    assert first.ratings == again.ratings == later.ratings
    assert [r.criterion for r in first.ratings] == [c.id for c in RUBRIC.criteria]


def test_one_call_a_criterion(tmp_path: Path) -> None:
    with serving(StandIn()) as server:
        options = JudgeOptions(base_url=server.url)
        with Grader(RUBRIC, "openai:test-model", mode="per_criterion", options=options) as grader:
            record = grader.grade(TEXT)
        assert server.requests == len(RUBRIC.criteria) == len(record.ratings)


def test_no_access_is_raised() -> None:
    with serving(StandIn([Step("status", status=401)])) as server:
        options = JudgeOptions(base_url=server.url)
        with (
            Grader(RUBRIC, "openai:test-model", options=options) as grader,
            pytest.raises(PermanentError, match="401"),
        ):
            grader.grade(TEXT)


def test_unknown_names_are_told_apart(model: str) -> None:
    with pytest.raises(InputError, match="no_such_task"):
        Grader("no_such_task", model)
    with pytest.raises(InputError, match="--judge"):
        Grader("vendor_email", "no such judge")


def test_the_ledger_can_be_looked_at_afterwards(model: str, tmp_path: Path) -> None:
    from tests.cli.conftest import call

    ledger = tmp_path / "ledger.db"
    with Grader("vendor_email", model, ledger=str(ledger)) as grader:
        grader.grade(TEXT)
        grader.grade("")
    assert call("replay", "--ledger", ledger).out.startswith("2 of 2 records")
    assert call("show", "text-1", "--ledger", ledger).code == 0
    assert call("report", "--out", tmp_path / "r.html", "--ledger", ledger).code == 0


def test_a_set_of_rubrics_is_not_a_rubric(model: str) -> None:
    with pytest.raises(InputError, match="No shipped rubric has this task id"):
        Grader("medical_office_manager", model)

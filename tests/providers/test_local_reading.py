"""From the worker's numbers to the answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.exchange import Decision, JudgeRequest, JudgeSpec, Passage
from grader.domain.rating import Verdict
from grader.providers.local_reading import answer_text, read, verdict_probabilities
from grader.providers.local_worker import POSSIBLE, possible

REQUEST = JudgeRequest(
    judge=JudgeSpec(provider="local", model="m"),
    prompt="sha256:0",
    messages=(),
    answer_schema={},
    passages=(Passage(n=1, text="One."), Passage(n=2, text="Two.")),
    decisions=(Decision(criterion="a", questions=("?", "?")), Decision(criterion="b", questions=("?",))),
)


def reply(a: list[list[float]], b: list[list[float]], passages: list[int | None]) -> dict[str, Any]:
    return {"checks": [a, b], "passages": passages}


def test_questions_count_alike_by_their_log_odds() -> None:
    a, b = read(REQUEST, reply([[0.9, 0.1], [0.5, 0.5]], [[0.2, 0.8]], [2, None]))
    assert a.met == pytest.approx(0.75, abs=1e-4)
    assert b.met == pytest.approx(0.2, abs=1e-4)
    assert verdict_probabilities((b,)) == {"b": {Verdict.MET: b.met, Verdict.NOT_MET: 1 - b.met}}


def test_the_answer_has_the_evidence_that_was_found_and_says_what_was_asked() -> None:
    readings = read(REQUEST, reply([[0.9, 0.1], [0.5, 0.5]], [[0.2, 0.8]], [2, None]))
    assert json.loads(answer_text(readings)) == {
        "a": {
            "segments": [2],
            "reason": "Asked 2 plain questions: yes with probability 0.90 and 0.50, uncalibrated.",
            "verdict": "met",
        },
        "b": {
            "segments": [],
            "reason": "Asked one plain question: yes with probability 0.20, uncalibrated.",
            "verdict": "not_met",
        },
    }


SHARE = st.floats(0, 1)


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=4))
def test_the_worker_looks_for_a_passage_from_the_stated_probability_on(
    checks: list[tuple[float, float]],
) -> None:
    request = REQUEST.model_copy(update={"decisions": REQUEST.decisions[:1]})
    (reading,) = read(request, {"checks": [checks], "passages": [1]})
    assert 0 <= reading.met <= 1
    if abs(reading.met - POSSIBLE) > 1e-9:
        assert possible(checks) == (reading.met >= POSSIBLE)
    assert possible(checks) or reading.verdict is Verdict.NOT_MET, "what is met always has a passage"


LEVELED = REQUEST.model_copy(
    update={
        "decisions": (
            Decision(criterion="a", questions=("?",)),
            *(Decision(criterion="b", questions=("?",), level=level) for level in (2, 3, 4, 5)),
        )
    }
)


def levels(mets: list[float], passages: list[int | None]) -> dict[str, Any]:
    """The answer on b, from its probability of reaching each level."""
    checks = [[[0.9, 0.1]], *([[met, 1 - met]] for met in mets)]
    readings = read(LEVELED, {"checks": checks, "passages": [1, *passages]})
    assert [(r.criterion, r.level) for r in readings] == [("a", None), *(("b", n) for n in (2, 3, 4, 5))]
    assert verdict_probabilities(readings).keys() == {"a"}
    answer = json.loads(answer_text(readings))
    assert answer["a"]["verdict"] == "met"
    return answer["b"]


@pytest.mark.parametrize(
    ("mets", "level"),
    [
        ([0.0, 0.0, 0.0, 0.0], "1"),
        ([0.4, 0.05, 0.02, 0.01], "1"),  # 1.48
        ([0.4, 0.1, 0.05, 0.01], "2"),  # 1.56
        ([0.9, 0.8, 0.1, 0.1], "3"),  # 2.9
        ([0.1, 0.9, 0.9, 0.1], "3"),  # 3.0: the levels need not rise together
        ([0.9, 0.9, 0.8, 0.7], "4"),  # 4.3
        ([1.0, 1.0, 1.0, 1.0], "5"),
    ],
)
def test_the_level_is_the_expected_one(mets: list[float], level: str) -> None:
    found = levels(mets, [1, 1, 2, 2])
    assert found.keys() == {"segments", "reason", "level"}
    assert found["level"] == level


@pytest.mark.parametrize(
    ("mets", "passages", "segments"),
    [
        ([0.9, 0.9, 0.1, 0.1], [1, 2, 9, 9], [2]),
        ([0.9, 0.9, 0.1, 0.1], [1, None, 9, 9], [1]),
        ([0.9, 0.9, 0.1, 0.1], [None, None, 9, 9], []),
        ([0.0, 0.0, 0.0, 0.0], [1, 2, 9, 9], []),
    ],
)
def test_a_level_is_shown_by_the_passage_of_the_highest_level_up_to_it(
    mets: list[float], passages: list[int | None], segments: list[int]
) -> None:
    assert levels(mets, passages)["segments"] == segments


def test_the_reason_gives_the_probability_of_each_level() -> None:
    said = levels([0.9, 0.75, 0.5, 0.25], [1, 1, 1, 1])["reason"]
    assert said == (
        "Asked whether it reaches each level: probability of "
        "2: 0.90, 3: 0.75, 4: 0.50, 5: 0.25, uncalibrated."
    )


@given(st.lists(SHARE, min_size=4, max_size=4))
def test_a_level_is_always_one_of_five(mets: list[float]) -> None:
    assert levels(mets, [1, 1, 1, 1])["level"] in {"1", "2", "3", "4", "5"}

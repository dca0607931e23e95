import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.calibration.applying import (
    binding,
    calibrate_ratings,
    estimate,
    on_line,
    probability,
    standing,
    with_probability,
)
from grader.domain.calibration import Line, Signal, Status
from grader.domain.exchange import JudgeSpec
from grader.domain.rating import Verdict
from grader.domain.record import Provenance
from grader.scoring import credit, score
from tests.support.builders import criterion, rating, rubric
from tests.support.calibrations import calibration, curve

RUBRIC = rubric(criterion("a"), criterion("b"))
SPEC = JudgeSpec(provider="test", model="queue")
MADE = Provenance(
    judge="test:queue",
    model="queue-1",
    fingerprint=None,
    mode="one_call",
    rubric=RUBRIC.digest,
    prompt="sha256:1",
    requests=("sha256:3",),
)


@pytest.mark.parametrize(
    ("said", "p", "verdict", "claimed"),
    [
        ("met", 0.5, "met", None),
        ("met", 0.499999, "not_met", "met"),
        ("not_met", 0.4, "not_met", None),
        ("not_met", 0.5, "met", "not_met"),
        ("partly", 0.9, "partly", None),
        ("partly", 0.1, "partly", None),
        ("cannot_assess", 0.9, "cannot_assess", None),
    ],
)
def test_met_begins_at_one_half_and_open_verdicts_stand(said, p: float, verdict: str, claimed) -> None:
    found = with_probability(rating("a", said, 3), p)
    assert (found.verdict, found.claimed, found.calibrated) == (verdict, claimed, p)
    assert found.supported


def test_a_turn_to_met_without_evidence_counts_for_nothing() -> None:
    bare = with_probability(rating("a", "not_met"), 0.9)
    assert (bare.verdict, bare.claimed, bare.supported) == (Verdict.MET, Verdict.NOT_MET, False)
    assert credit(criterion("a"), bare) == 0
    shown = with_probability(rating("a", "not_met", 3), 0.9)
    assert shown.supported
    assert credit(criterion("a"), shown) == 1


def test_a_met_that_was_unsupported_stays_so_and_a_turn_to_not_met_needs_nothing() -> None:
    unsupported = rating("a", "met", supported=False)
    assert not with_probability(unsupported, 0.9).supported
    turned = with_probability(unsupported, 0.1)
    assert (turned.verdict, turned.supported, turned.claimed) == (Verdict.NOT_MET, True, Verdict.MET)


def test_ratings_get_probability_threshold_and_verdict_of_their_own_curve() -> None:
    ratings = (
        rating("a", "met", 1, probability=0.6),
        rating("b", "not_met", probability=0.4),
        rating("c", "met", 1, probability=0.9),
    )
    found = calibrate_ratings(ratings, (curve("a", intercept=-1), curve("b")), Signal.PROBABILITY)
    assert [r.calibrated for r in found] == [
        pytest.approx(1 / (1 + math.e * 0.4 / 0.6), abs=1e-6),
        0.4,
        None,
    ]
    assert [r.verdict for r in found] == ["not_met", "not_met", "met"]
    assert [r.claimed for r in found] == ["met", None, None]
    assert [r.threshold for r in found] == [0.25, 0.25, None]
    assert [r.probability for r in found] == [0.6, 0.4, 0.9], "the judge's own stays"
    assert found[2] == ratings[2]


def test_without_a_probability_a_rating_stays_as_it_is() -> None:
    ratings = (rating("a", "met", 1), rating("a", "cannot_assess"))
    assert calibrate_ratings(ratings, (curve("a"),), Signal.PROBABILITY) == ratings


def test_the_signal_chooses_what_is_calibrated() -> None:
    given_rating = rating("a", "partly", 1, probability=0.9)
    assert probability(given_rating, Signal.PROBABILITY) == 0.9
    assert probability(given_rating, Signal.REPEATS) == 0.9
    assert probability(given_rating, Signal.VERDICT) == 0.5
    assert probability(rating("a", "cannot_assess", probability=0.9), Signal.VERDICT) is None


@given(st.floats(-5, 5), st.floats(-100, 200), st.floats(0, 100))
def test_the_estimate_stays_on_the_scale(slope: float, intercept: float, percent: float) -> None:
    found = on_line(Line(slope=slope, intercept=intercept, standard_error=1, n=9), percent)
    assert 0 <= found <= 100
    assert found == min(100, max(0, intercept + slope * percent))


def test_an_estimate_needs_a_score_and_a_line() -> None:
    counted = score(RUBRIC, [rating("a", "met", 1), rating("b", "not_met")])
    line = Line(slope=0.5, intercept=20, standard_error=6.25, n=40)
    found = estimate(counted, line)
    assert found is not None
    assert (found.percent, found.standard_error) == (45, 6.25)
    assert estimate(None, line) is None
    assert estimate(counted, None) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.OPERATIONAL, "operational"),
        (Status.DEMONSTRATION, "demonstration"),
        (Status.NOT_GOOD_ENOUGH, "uncalibrated"),
        (Status.NOT_ENOUGH_DATA, "uncalibrated"),
    ],
)
def test_what_a_score_may_be_used_for(status: Status, expected: str) -> None:
    assert standing(calibration(status=status)) == expected
    assert standing(None) == "uncalibrated"


def test_a_binding_is_the_same_for_the_same_and_another_for_anything_else() -> None:
    held = binding(MADE, RUBRIC, SPEC).digest
    assert binding(MADE, RUBRIC, SPEC).digest == held
    for changed in (
        {"judge": "test:other"},
        {"model": "queue-2"},
        {"prompt": "sha256:2"},
        {"rubric": "sha256:2"},
        {"mode": "per_criterion"},
        {"repeats": 2},
    ):
        assert binding(MADE.model_copy(update=changed), RUBRIC, SPEC).digest != held, changed
    for parameters in (
        {"temperature": 0.1},
        {"seed": 8},
        {"max_tokens": 1},
        {"options": {"logprobs": "yes"}},
    ):
        assert binding(MADE, RUBRIC, SPEC.model_copy(update=parameters)).digest != held, parameters
    other = rubric(criterion("a"), criterion("c"))
    assert binding(MADE, other, SPEC).answer_schema != binding(MADE, RUBRIC, SPEC).answer_schema
    of_another_answer = MADE.model_copy(update={"requests": ("sha256:4",), "fingerprint": "fp"})
    assert binding(of_another_answer, RUBRIC, SPEC).digest == held

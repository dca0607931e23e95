import pytest

from grader.calibration.judged import from_records, from_set, signal_of, verdict
from grader.domain.calibration import Signal
from grader.domain.calibration_set import OVERALL, Scale
from grader.domain.rating import Rating, Verdict
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord, Provenance, State
from tests.support.builders import rating
from tests.support.calibrations import rated


def record(submission: str, *ratings: Rating, **fields: object) -> GradeRecord:
    made = Provenance(
        judge="test:queue",
        model="queue-1",
        fingerprint=None,
        mode="one_call",
        rubric="sha256:2",
        prompt="sha256:1",
        requests=("sha256:3",),
    )
    return GradeRecord.model_validate(
        {
            "submission": submission,
            "candidate": submission,
            "task": "vendor_email",
            "source": "",
            "text": "sha256:0",
            "state": State.SCORED,
            "ratings": ratings,
            "provenance": made,
            **fields,
        }
    )


def test_graded_answers_are_the_judges_ratings() -> None:
    first = (rating("a", "met", 1, probability=0.9), rating("b", "not_met", probability=0.2))
    found = from_records([record("r1", *first), record("r2", *first[:1])], repeats=1)
    assert found.rater == "test:queue"
    assert found.ratings == {"r1": first, "r2": first[:1]}
    assert (found.signal, found.overall, found.missing) == (Signal.PROBABILITY, {}, ())


def test_what_was_not_graded_is_missing_with_its_reason() -> None:
    failed = record("r1", state=State.NOT_SCORED, reason=Reason.REFUSED, detail="It said no.")
    blank = record("r2", state=State.NOT_SCORED, reason=Reason.BLANK, provenance=None)
    found = from_records([failed, blank, record("r3", rating("a", "met", 1))], repeats=1)
    assert list(found.ratings) == ["r3"]
    assert [(e.place, e.reason) for e in found.missing] == [
        ("r1", f"{Reason.REFUSED.sentence} It said no."),
        ("r2", Reason.BLANK.sentence),
    ]


def test_a_rater_of_a_set_is_taken_as_the_judge() -> None:
    given = rated(
        {
            "x": {"h": {"a": 1}, "m": {"a": 0.5, "b": 0}},
            "y": {"h": {"a": 0}, "m": {OVERALL: 4}},
            "z": {"h": {"a": 1}},
        },
        {"h": "human", "m": "model"},
        scale=Scale(low=1, high=5),
        probabilities={("x", "a"): 0.6, ("x", "b"): 0.1},
    )
    found = from_set(given, "m")
    assert [(r.criterion, r.verdict, r.probability) for r in found.ratings["x"]] == [
        ("a", Verdict.PARTLY, 0.6),
        ("b", Verdict.NOT_MET, 0.1),
    ]
    assert list(found.ratings) == ["x"]
    assert found.overall == {"y": 4}
    assert [(e.place, e.reason) for e in found.missing] == [("z", "m did not rate it.")]
    assert from_set(given, "h").signal is Signal.VERDICT


P = Signal.PROBABILITY


@pytest.mark.parametrize(
    ("probabilities", "repeats", "signal"),
    [
        ([0.9, 0.2], 1, P),
        ([1.0, 0.0], 1, P),
        ([1.0, 2 / 3, 1 / 3, 0.5, 1 / 6], 3, Signal.REPEATS),
        ([1.0, 0.71], 3, P),
        ([0.25, 0.75], 3, P),
        ([0.9, None], 1, Signal.VERDICT),
        ([None, None], 3, Signal.VERDICT),
        ([], 3, Signal.VERDICT),
    ],
)
def test_where_probabilities_come_from(probabilities, repeats: int, signal: Signal) -> None:
    ratings = [(rating("a", "met", 1, probability=p),) for p in probabilities]
    assert signal_of(ratings, repeats) is signal


def test_what_could_not_be_assessed_does_not_take_the_other_probabilities_away() -> None:
    ratings = [(rating("a", "met", 1, probability=0.9), rating("b", "cannot_assess"))]
    assert signal_of(ratings, 1) is P


@pytest.mark.parametrize("value", [0.25, -1, 2, float("nan")])
def test_other_numbers_are_no_verdicts(value: float) -> None:
    with pytest.raises(ValueError, match="is no verdict"):
        verdict(value)

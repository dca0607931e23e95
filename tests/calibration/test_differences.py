import numpy as np

from grader.calibration.differences import disagreements
from grader.calibration.judged import Judged
from grader.calibration.panel import Panel, decisions
from grader.domain.calibration import Signal
from grader.domain.rating import Verdict
from tests.support.builders import criterion, rating, rubric
from tests.support.calibrations import rated

RUBRIC = rubric(criterion("a", points=3), criterion("b"), criterion("c", points=3))
KINDS = {"h1": "human", "h2": "human"}
SET = rated(
    {
        "x": {"h1": {"a": 0, "b": 0, "c": 1}, "h2": {"a": 0.5, "b": 0, "c": 1}},
        "y": {"h1": {"a": 1, "b": 1, "c": 0}},
    },
    KINDS,
    texts={"x": "One two three.", "y": "Four five six."},
)
GIVEN = {
    "x": (
        rating("a", "met", 0, probability=0.9, reason="So it says."),
        rating("b", "met", 4, 8, probability=0.9),
        rating("c", "met", 1, probability=0.9),
    ),
    "y": (
        rating("a", "not_met", probability=0.2),
        rating("b", "partly", 1, probability=0.5),
        rating("c", "not_met", probability=0.1),
    ),
}


def found(*after: float, of=RUBRIC):
    judged = Judged("j", Signal.PROBABILITY, GIVEN, {}, ())
    panel = Panel(SET, "j")
    return disagreements(panel, judged, of, decisions(panel, judged), np.array(after))


def test_what_is_at_stake_comes_first_and_of_these_what_the_judge_is_surest_of() -> None:
    shown = found(0.7, 0.95, 0.9, 0.1, 0.5, 0.3)
    assert [(d.response, d.criterion) for d in shown] == [("y", "a"), ("x", "a"), ("x", "b"), ("y", "b")]
    assert [d.points for d in shown] == [3, 3, 1, 1]
    assert [d.probability for d in shown] == [0.1, 0.7, 0.95, 0.5]


def test_a_difference_shows_what_each_said_and_the_judges_evidence() -> None:
    shown = {(d.response, d.criterion): d for d in found(0.7, 0.95, 0.9, 0.1, 0.5, 0.3)}
    first = shown["x", "a"]
    assert (first.judge, first.title, first.candidate, first.reason) == (
        Verdict.MET,
        "Title of a",
        "x",
        "So it says.",
    )
    assert [(v.rater, v.verdict) for v in first.raters] == [("h1", Verdict.NOT_MET), ("h2", Verdict.PARTLY)]
    assert first.quotes == ("O",)
    assert shown["x", "b"].quotes == ("t", "t")
    assert [v.rater for v in shown["y", "a"].raters] == ["h1"]
    assert shown["y", "b"].judge is Verdict.PARTLY, "a probability does not replace it"


def test_calibration_may_bring_judge_and_raters_together_or_apart() -> None:
    together = found(0.2, 0.3, 0.9, 0.8, 0.5, 0.3)
    assert [(d.response, d.criterion) for d in together] == [("y", "b")]
    apart = found(0.2, 0.3, 0.4, 0.8, 0.5, 0.3)
    assert [(d.response, d.criterion, d.judge) for d in apart] == [
        ("x", "c", Verdict.NOT_MET),
        ("y", "b", Verdict.PARTLY),
    ]


def test_without_a_rubric_every_criterion_counts_one() -> None:
    assert {d.points for d in found(0.7, 0.95, 0.9, 0.1, 0.5, 0.3, of=None)} == {1}

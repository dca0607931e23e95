import numpy as np
import pytest

from grader.calibration.judged import Judged, from_set
from grader.calibration.panel import Panel, decisions, on_scale, percent_of
from grader.domain.calibration import Signal
from grader.domain.calibration_set import OVERALL, Scale
from tests.support.builders import criterion, rating, rubric
from tests.support.calibrations import rated

RUBRIC = rubric(criterion("a", points=3), criterion("b"))
HUMANS = {"h1": "human", "h2": "human", "h3": "human"}


def panel(*values: float | None) -> Panel:
    given = {name: {"a": v} for name, v in zip(HUMANS, values, strict=True) if v is not None}
    return Panel(rated({"x": given}, HUMANS), "judge")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1, 1, 0), 1),
        ((0, 1, 1), 1),
        ((1, 0, None), 1),
        ((0, 1, None), 0),
        ((None, 1, 0), 1),
        ((0, 0.5, 1), 0),
        ((0.5, 1, 0), 0.5),
        ((None, None, 0), 0),
        ((1, 0.5, 0.5), 0.5),
    ],
)
def test_the_commonest_verdict_counts_and_of_an_even_split_the_firsts(values, expected: float) -> None:
    assert panel(*values).verdict(("x", "a")) == expected


def test_people_are_the_reference_where_there_are_any() -> None:
    kinds = {"author": "constructed", "h": "human", "m": "model", "j": "model"}
    answers = {"x": {name: {"a": 1.0} for name in kinds}}
    assert [r.id for r in Panel(rated(answers, kinds), "j").raters] == ["h"]
    assert Panel(rated(answers, kinds), "j").human
    others = Panel(rated(answers, kinds | {"h": "model"}), "j")
    assert [r.id for r in others.raters] == ["author", "h", "m"]
    assert not others.human
    assert others.values["x", "a"] == {"author": 1, "h": 1, "m": 1}


def test_a_person_taken_as_the_judge_is_not_its_own_reference() -> None:
    found = Panel(rated({"x": {"h1": {"a": 1}, "h2": {"a": 0}, "h3": {"a": 0}}}, HUMANS), "h2")
    assert [r.id for r in found.raters] == ["h1", "h3"]


def test_partly_is_a_label_only_where_somebody_gives_it() -> None:
    assert panel(1, 0, 1).labels(np.array([1.0, np.nan])) == [0, 1]
    assert panel(1, 0, 1).labels(np.array([1.0, 0.5])) == [0, 0.5, 1]
    assert panel(1, 0.5, 1).labels(np.array([1.0])) == [0, 0.5, 1]
    overall = rated({"x": {"h1": {OVERALL: 0.5, "a": 1}}}, HUMANS, scale=Scale(low=0, high=1))
    assert Panel(overall, "judge").labels(np.array([1.0])) == [0, 1]


def test_totals_are_computed_from_verdicts_and_only_from_all_of_them() -> None:
    given = rated(
        {
            "x": {"h1": {"a": 1, "b": 0}, "h2": {"a": 0.5, "b": 1}},
            "y": {"h1": {"a": 1}, "h2": {"a": 0, "b": 0}},
        },
        HUMANS,
    )
    found = Panel(given, "judge")
    # 3 of 4; (1.5 + 1) of 4; a verdict is missing; 0 of 4
    expected = [[75, 62.5, np.nan], [np.nan, 0, np.nan]]
    assert np.array_equal(found.totals(["x", "y"], RUBRIC), expected, equal_nan=True)
    assert np.isnan(found.totals(["x", "y"], None)).all()
    assert found.scale == Scale(low=1, high=5)


def test_overall_ratings_are_totals_in_percent_of_their_scale() -> None:
    given = rated(
        {"x": {"h1": {OVERALL: 2}, "h2": {OVERALL: 6}}, "y": {"h1": {OVERALL: 4}}},
        HUMANS,
        scale=Scale(low=2, high=6),
    )
    found = Panel(given, "judge")
    assert np.array_equal(
        found.totals(["x", "y"], None), [[0, 100, np.nan], [50, np.nan, np.nan]], equal_nan=True
    )
    assert found.scale == Scale(low=2, high=6)
    assert list(on_scale(np.array([0, 50, 100]), found.scale)) == [2, 4, 6]
    assert list(percent_of(np.array([2, 4, 6]), found.scale)) == [0, 50, 100]


def test_decisions_are_those_that_judge_and_panel_both_have() -> None:
    given = rated(
        {
            "x": {"h1": {"a": 1, "b": 1}, "h2": {"a": 0, "b": 1}, "j": {"a": 1, "b": 0}},
            "y": {"h1": {"a": 0}, "j": {"b": 1}},
            "z": {"j": {"a": 1}},
        },
        {"h1": "human", "h2": "human", "j": "model"},
        probabilities={("x", "a"): 0.7, ("x", "b"): 0.2, ("y", "b"): 0.9, ("z", "a"): 0.9},
    )
    judged = from_set(given, "j")
    found = decisions(Panel(given, "j"), judged)
    rows = list(zip(*(column.tolist() for column in found), strict=True))
    assert rows == [("x", "x", "a", 0.7, 0.5, 1.0), ("x", "x", "b", 0.2, 1.0, 1.0)]


def test_the_signal_says_what_is_taken_as_the_judges_probability() -> None:
    given = rated({"x": {"h1": {"a": 1, "b": 0, "c": 1}}}, HUMANS)
    ratings = (
        rating("a", "partly", 1, probability=0.9),
        rating("b", "not_met", probability=0.4),
        rating("c", "cannot_assess"),
    )
    for signal, expected in ((Signal.PROBABILITY, [0.9, 0.4]), (Signal.VERDICT, [0.5, 0.0])):
        judged = Judged("j", signal, {"x": ratings}, {}, ())
        assert decisions(Panel(given, "j"), judged).probability.tolist() == expected


def test_partly_of_a_rater_is_no_share_of_met() -> None:
    given = rated({"x": {"h1": {"a": 0.5}, "h2": {"a": 1}, "j": {"a": 1}}}, {**HUMANS, "j": "model"})
    found = decisions(Panel(given, "j"), from_set(given, "j"))
    assert (found.share.tolist(), found.verdict.tolist()) == ([0.5], [0.5])


def test_without_common_decisions_the_columns_are_empty() -> None:
    given = rated({"x": {"h1": {"a": 1}}}, HUMANS)
    found = decisions(Panel(given, "j"), Judged("j", Signal.VERDICT, {}, {}, ()))
    assert len(found) == 0
    assert all(len(column) == 0 for column in found)

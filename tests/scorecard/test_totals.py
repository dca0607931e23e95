from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.assessment import Assessment
from grader.domain.scorecard import SectionScore, Standard
from grader.scorecard.answers import Answer
from grader.scorecard.totals import Totals, totals
from tests.support.scorecards import RUBRICS, SHARES, answered, assessment

SMALL = assessment()
HAND = {
    "mail": answered("mail", 71.4286, error=6.0, calibration="operational"),
    "memo": answered("memo", 53.5714, error=9.0, calibration="demonstration"),
    "rate": answered("rate", 100.0, calibration="exact"),
    "story": answered("story", 62.5),
}


def found(answers: Mapping[str, Answer], of: Assessment = SMALL) -> Totals:
    return totals(of, answers, RUBRICS)


def section(made: Totals, name: str) -> SectionScore:
    return next(s for part in made.parts for s in part.sections if s.id == name)


def plain(standard: Standard) -> tuple[float | None, float | None]:
    return standard.percent, standard.standard_error


def test_a_candidate_counted_by_hand() -> None:
    # writing   (71.4286 + 2 x 53.5714) / 3 = 178.5714 / 3           = 59.5238
    # numbers   100
    # test      0.6 x 59.5238 + 0.4 x 100   = 35.71428 + 40          = 75.71428
    # interview 62.5
    # total     0.5 x 75.71428 + 0.5 x 62.5 = 37.85714 + 31.25       = 69.10714
    # errors, mail 6, memo 9, rate 0, story unknown and left out:
    # writing   sqrt((6 / 3)² + (2 x 9 / 3)²)     = sqrt(4 + 36)       = 6.324555
    # test      sqrt((0.2 x 6)² + (0.4 x 9)² + 0) = sqrt(1.44 + 12.96) = 3.794733
    # total     sqrt((0.1 x 6)² + (0.2 x 9)² + 0) = sqrt(0.36 + 3.24)  = 1.897367
    made = found(HAND)
    assert plain(section(made, "writing")) == (59.5238, 6.3246)
    assert plain(section(made, "numbers")) == (100.0, 0.0)
    assert [plain(part) for part in made.parts] == [(75.7143, 3.7947), (62.5, None)]
    assert plain(made.total) == (69.1071, 1.8974)
    assert (made.total.lowest, made.total.highest) == (69.1071, 69.1071)


def test_each_task_has_its_share_of_the_total() -> None:
    items = [item for part in found({}).parts for s in part.sections for item in s.items]
    assert {item.task: item.share for item in items} == SHARES
    assert {item.detail for item in items} == {"No answer was handed in."}
    assert {(item.state, item.percent, item.scale, item.record) for item in items} == {(None,) * 4}


def test_what_has_no_score_leaves_bounds_and_no_percent() -> None:
    # 0.1 x 71.4286 + 0.2 x 100 + 0.5 x 62.5 = 7.14286 + 20 + 31.25 = 58.39286; memo can add 20
    without = {task: answer for task, answer in HAND.items() if task != "memo"}
    failed = {**without, "memo": answered("memo", None, state="not_scored", detail="It was blank.")}
    for answers in (without, failed):
        total = found(answers).total
        assert (total.percent, total.lowest, total.highest) == (None, 58.3929, 78.3929)
        assert total.standard_error == 0.6, "of the tasks whose error is known"
    made = found(failed)
    assert (section(made, "writing").lowest, section(made, "writing").highest) == (23.8095, 90.4762)
    assert section(made, "numbers").percent == 100, "what is complete keeps its score"
    assert section(made, "writing").items[1].detail == "It was blank."


def test_an_item_says_what_its_score_may_be_used_for() -> None:
    items = {i.task: i for part in found(HAND).parts for s in part.sections for i in s.items}
    assert {t: (i.standing, i.standard_error) for t, i in items.items()} == {
        "mail": ("operational", 6.0),
        "memo": ("demonstration", 9.0),
        "rate": ("exact", 0.0),
        "story": ("uncalibrated", None),
    }
    assert items["mail"].scale == pytest.approx(1 + 71.4286 / 25, abs=1e-4)
    assert items["mail"].record != items["memo"].record


def test_an_answer_without_a_score_has_no_standing_or_says_why() -> None:
    unread = answered("mail", None, state="not_scored", detail="It was blank.")
    open_ = answered("memo", None, state="needs_review", calibration="operational")
    writing = section(found({"mail": unread, "memo": open_}), "writing")
    assert [i.standing for i in writing.items] == [None, "operational"]
    assert [i.detail for i in writing.items] == [
        "It was blank.",
        "The judge could not assess a criterion, so there is no score.",
    ]


PERCENT = st.integers(0, 1_000_000).map(lambda n: n / 10_000)
WEIGHT = st.integers(1, 10_000).map(lambda n: n / 100)
SPLIT = st.integers(1, 9_999).map(lambda n: (n / 100, round(100 - n / 100, 2)))


@st.composite
def weighted(draw: st.DrawFn) -> Assessment:
    body = SMALL.model_dump()
    test, interview = body["parts"]
    test["weight"], interview["weight"] = draw(SPLIT)
    for own, weight in zip(test["sections"], draw(SPLIT), strict=True):
        own["weight"] = weight
    for part in (test, interview):
        for own in part["sections"]:
            own["tasks"] = {task: draw(WEIGHT) for task in own["tasks"]}
    return Assessment.model_validate(body)


def exact(value: float) -> Fraction:
    return Fraction(str(value))


@given(weighted(), st.fixed_dictionaries(dict.fromkeys(SHARES, PERCENT)))
def test_totals_lie_between_the_tasks_and_agree_on_all_levels(
    of: Assessment, percents: dict[str, float]
) -> None:
    made = found({task: answered(task, percent) for task, percent in percents.items()}, of)
    assert made.total.percent is not None
    assert min(percents.values()) <= made.total.percent <= max(percents.values())
    total = Fraction(0)
    for part in of.parts:
        whole = Fraction(0)
        for own in part.sections:
            weights = {task: exact(weight) for task, weight in own.tasks.items()}
            mean = sum(w * exact(percents[t]) for t, w in weights.items()) / sum(weights.values())
            assert section(made, own.id).percent == float(round(mean, 4))
            whole += exact(own.weight) / 100 * mean
        assert next(p for p in made.parts if p.id == part.id).percent == float(round(whole, 4))
        total += exact(part.weight) / 100 * whole
    assert made.total.percent == float(round(total, 4))


@given(weighted(), st.fixed_dictionaries(dict.fromkeys(SHARES, PERCENT)), st.sets(st.sampled_from([*SHARES])))
def test_bounds_hold_whatever_the_missing_answers_come_to(
    of: Assessment, percents: dict[str, float], missing: set[str]
) -> None:
    complete = found({task: answered(task, percent) for task, percent in percents.items()}, of).total
    partial = found({t: answered(t, p) for t, p in percents.items() if t not in missing}, of).total
    assert complete.percent is not None
    assert partial.lowest <= complete.percent <= partial.highest
    assert (partial.percent is None) == bool(missing)
    assert missing or partial == complete

from functools import cache

import numpy as np
import pytest

from grader.calibration.calibrate import Wish, calibrate
from grader.calibration.curves import calibrated
from grader.calibration.judged import from_set
from grader.calibration.study import Study
from grader.domain.calibration import Signal, Status
from grader.domain.calibration_set import OVERALL, Exclusion, RaterKind, Scale
from grader.domain.thresholds import Thresholds
from tests.calibration.planted import RUBRIC, Draw, Skill, draw, planted
from tests.support.calibrations import binding, rated

QUICK = Wish(resamples=200)
GOOD, BAD = Skill(), Skill(sensitivity=0.6, specificity=0.6)


@cache
def studied(answers: int, skill: Skill, kind: RaterKind = RaterKind.HUMAN) -> tuple[Study, Draw]:
    found, judged, drawn = planted(answers, skill, kind=kind)
    return calibrate(found, RUBRIC, judged, binding(), QUICK), drawn


def after(study: Study, drawn: Draw) -> np.ndarray:
    """The calibrated probabilities, shape (answers, criteria)."""
    curves = {c.criterion: c.curve for c in study.calibration.criteria}
    return np.column_stack(
        [calibrated(curves[c.id], drawn.probability[:, n]) for n, c in enumerate(RUBRIC.criteria)]
    )


def test_a_good_judge_with_many_ratings_is_operational() -> None:
    study, _ = studied(1200, GOOD)
    assert study.calibration.status is Status.OPERATIONAL, study.calibration.gauges
    assert [g.outcome for g in study.calibration.gauges] == ["kept"] * 4
    assert study.calibration.reference == ("h1", "h2")
    assert study.calibration.reference_kinds == ("human",)
    assert (study.calibration.rater, study.calibration.signal) == ("j", Signal.PROBABILITY)
    assert study.calibration.binding == binding()


def test_a_bad_judge_is_not_good_enough_however_well_it_is_calibrated() -> None:
    study, _ = studied(400, BAD)
    assert study.calibration.status is Status.NOT_GOOD_ENOUGH
    assert "missed" in [g.outcome for g in study.calibration.gauges]


def test_few_answers_are_not_enough_data() -> None:
    study, _ = studied(60, GOOD)
    assert study.calibration.status is Status.NOT_ENOUGH_DATA
    assert study.calibration.gauges[0].outcome == "open"


def test_without_people_the_best_judge_is_a_demonstration() -> None:
    study, _ = studied(400, GOOD, RaterKind.CONSTRUCTED)
    assert study.calibration.status is Status.DEMONSTRATION
    assert study.calibration.reference_kinds == ("constructed",)


def test_calibrated_probabilities_are_the_raters_own() -> None:
    study, drawn = studied(1200, GOOD)
    found = after(study, drawn)
    before = np.abs(drawn.probability - drawn.share).mean()
    off = np.abs(found - drawn.share).mean()
    assert off < 0.03, "the planted distortion is not quite of a fitted form"
    assert off < before / 2
    fresh = draw(np.random.default_rng(77), 2000, GOOD)
    assert np.abs(after(study, fresh) - fresh.share).mean() < 0.03


def test_the_truth_lies_in_the_reliability_diagrams_intervals() -> None:
    """Each bin's true share against its interval: all but what chance explains at 95% a bin."""
    inside = []
    for answers, skill in ((1200, GOOD), (400, BAD)):
        study, drawn = studied(answers, skill)
        predicted, truth = after(study, drawn)[1::2].ravel(), drawn.share[1::2].ravel()
        which = np.minimum((predicted * 10).astype(int), 9)
        for number, shown in zip(np.unique(which), study.reliability_after, strict=True):
            assert shown.n == (which == number).sum()
            assert shown.predicted == pytest.approx(predicted[which == number].mean())
            inside.append(shown.low <= truth[which == number].mean() <= shown.high)
    assert len(inside) >= 10
    # of ten or more intervals at 95% three misses or more have a chance of about one percent
    assert inside.count(False) <= 2


def test_calibration_makes_probabilities_better_where_they_were_not_fitted() -> None:
    study, _ = studied(1200, GOOD)
    assert [q.where for q in study.qualities] == ["out of fold", "held out"]
    for both in study.qualities:
        assert both.after.log_loss < both.before.log_loss
        assert both.after.brier < both.before.brier
        assert both.after.ece < both.before.ece
        assert both.after.n == both.before.n == 600 * len(RUBRIC.criteria)


@pytest.mark.parametrize(("answers", "skill"), [(1200, GOOD), (400, Skill(0.99, 0.99, 0.005))])
def test_the_promise_holds_on_a_large_fresh_population(answers: int, skill: Skill) -> None:
    study, _ = studied(answers, skill)
    promise = study.calibration.guarantee
    assert promise is not None
    assert promise.threshold is not None
    fresh = draw(np.random.default_rng(5), 10_000, skill)
    p = after(study, fresh)
    sure = np.maximum(p, 1 - p) >= promise.threshold
    # of two raters who differ the first one's verdict counts
    agrees = (p >= 0.5) == fresh.raters[0]
    assert sure.mean() > 0.1
    assert agrees[sure].mean() >= promise.agreement
    assert sure.mean() == pytest.approx(promise.coverage, abs=0.06)


def test_all_answers_and_decisions_are_accounted_for() -> None:
    found, judged, _ = planted(60, GOOD)
    ratings = dict(judged.ratings)
    for name in ("r3", "r4", "r5"):
        del ratings[name]
    unrated = tuple(r for r in found.ratings if r.response not in {"r8", "r9"})
    lost = Exclusion(place="file row 9", reason="Blank.")
    some = found.model_copy(update={"ratings": unrated, "exclusions": (lost,)})
    gone = tuple(Exclusion(place=name, reason="It said no.") for name in ("r3", "r4", "r5"))
    study = calibrate(some, RUBRIC, judged._replace(ratings=ratings, missing=gone), None, QUICK)
    counts = study.counts
    assert counts.responses == 60
    assert counts.unused == 5
    assert counts.fit + counts.held_out + counts.unused == counts.responses
    each = len(RUBRIC.criteria)
    assert (counts.decisions_fit, counts.decisions_held_out) == (counts.fit * each, counts.held_out * each)
    assert counts.ratings == 58 * 2 * each
    assert sum(b.n for b in study.reliability_after) == counts.decisions_held_out
    assert sum(c.n for c in study.calibration.criteria) == counts.decisions_fit
    # what was left out before, the three without a verdict and the two without a rating
    assert [e.place for e in study.exclusions] == ["file row 9", "r3", "r4", "r5", "r8", "r9"]
    assert study.exclusions[-1].reason == "No reference rater rated it."


def test_the_held_out_half_has_no_say_in_the_curves() -> None:
    found, judged, _ = planted(60, GOOD)
    held_out = set(found.manifest.held_out)
    turned = tuple(
        r.model_copy(update={"value": 1 - r.value}) if r.response in held_out and r.rater != "j" else r
        for r in found.ratings
    )
    one = calibrate(found, RUBRIC, judged, None, QUICK)
    other = calibrate(found.model_copy(update={"ratings": turned}), RUBRIC, judged, None, QUICK)
    assert one.calibration.criteria == other.calibration.criteria
    assert one.qualities[0] == other.qualities[0]
    assert one.qualities[1] != other.qualities[1]
    assert one.coverage != other.coverage


def test_the_same_data_gives_the_same_calibration() -> None:
    found, judged, _ = planted(60, GOOD)
    one, other = (calibrate(found, RUBRIC, judged, None, QUICK) for _ in range(2))
    assert one == other
    assert one.calibration.digest == other.calibration.digest


def test_the_studys_agreement_goes_by_the_rubrics_order_then_all_then_totals() -> None:
    study, _ = studied(60, GOOD)
    names = [a.name for a in study.agreement]
    assert names == [*(c.id for c in RUBRIC.criteria), "all criteria", "total"]
    every = study.agreement[-2]
    assert every.before.pair.n == study.counts.decisions_held_out


def test_raters_of_one_mind_give_no_curves_and_the_study_says_so() -> None:
    answers = {f"r{n}": {"h": {"thanks": 1.0}, "j": {"thanks": float(n % 2)}} for n in range(8)}
    found = rated(answers, {"h": "human", "j": "model"}, held_out=("r0", "r1", "r2", "r3"))
    study = calibrate(found, RUBRIC, from_set(found, "j"), None, QUICK)
    assert study.calibration.criteria == ()
    assert study.calibration.method is None
    assert study.qualities == ()
    assert "No curves were fitted: the raters gave the same verdict everywhere." in study.notes
    assert study.calibration.status is Status.NOT_ENOUGH_DATA
    assert any("totals are not compared" in note for note in study.notes)


def test_whole_answers_are_put_on_the_raters_line() -> None:
    rng = np.random.default_rng(3)
    answers = {}
    for n in range(300):
        truth = rng.normal(3.5, 1)
        people = {name: {OVERALL: float(np.clip(round(truth + rng.normal(0, 0.3)), 1, 6))} for name in "hk"}
        own = float(np.clip(1 + 0.6 * truth + rng.normal(0, 0.2), 1, 6))
        answers[f"r{n}"] = {**people, "j": {OVERALL: own}}
    kinds = {"h": "human", "k": "human", "j": "model"}
    names = tuple(answers)[1::2]
    found = rated(answers, kinds, held_out=names, scale=Scale(low=1, high=6))
    study = calibrate(found, None, from_set(found, "j"), None, QUICK)
    assert study.calibration.criteria == ()
    assert study.calibration.guarantee is None
    assert study.calibration.line is not None
    assert study.calibration.line.slope > 1.3, "the judge's totals lie too close together"
    (total,) = study.agreement
    assert total.name == "total"
    assert total.after.pair.qwk.value > total.before.pair.qwk.value
    assert (study.counts.fit, study.counts.held_out, study.counts.unused) == (150, 150, 0)


def test_thresholds_are_those_that_were_asked_for() -> None:
    found, judged, _ = planted(60, GOOD)
    lax = Thresholds(qwk=0.1, degradation=None, smd=None, responses=10)
    study = calibrate(found, RUBRIC, judged, None, Wish(thresholds=lax, resamples=200))
    assert study.calibration.status is Status.OPERATIONAL
    assert study.thresholds == lax
    assert [g.threshold for g in study.calibration.gauges] == [">= 10", ">= 0.10"]


def test_the_calibration_survives_being_written_and_read() -> None:
    study, _ = studied(60, GOOD)
    again = Study.model_validate_json(study.model_dump_json())
    assert again.calibration == study.calibration
    assert again.calibration.digest == study.calibration.digest

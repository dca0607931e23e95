import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import brier_score_loss, log_loss
from sklearn.model_selection import GroupKFold

from grader.calibration import fitting
from grader.calibration.curves import calibrated, log_odds
from grader.calibration.decisions import Decisions
from grader.calibration.fitting import FOLDS, fit, quality
from grader.domain.calibration import LogisticCurve, Method, StepCurve

FORMS = {
    "pooled": lambda d: fitting._pooled(d, 1.0),
    "platt": fitting._platt,
    "isotonic": fitting._isotonic,
}


def decisions(p, share, criteria=None, candidates=None) -> Decisions:
    """Rows with these values; where nothing else is said, on one criterion and each of its own candidate."""
    p, share = np.asarray(p, dtype=float), np.asarray(share, dtype=float)
    names = [f"c{n}" for n in range(len(p))] if candidates is None else candidates
    return Decisions(
        responses=np.array(names),
        candidates=np.array(names),
        criteria=np.array(["a"] * len(p) if criteria is None else criteria),
        probability=p,
        share=share,
        verdict=(share >= 0.5).astype(float),
    )


def planted(
    n: int, slope: float, levels: dict[str, float], seed: int = 0, raters: int | None = 1
) -> tuple[Decisions, np.ndarray]:
    """Decisions whose true probability is a known distortion of the judge's, and that probability.

    `raters`: how many say met by chance; None: the share is the probability itself.
    """
    rng = np.random.default_rng(seed)
    criteria = np.repeat(list(levels), n)
    p = rng.uniform(0.01, 0.99, len(criteria))
    true = expit(slope * log_odds(p) + np.array([levels[c] for c in criteria]))
    share = true if raters is None else rng.binomial(raters, true) / raters
    candidates = [f"c{row % n}" for row in range(len(criteria))]
    return decisions(p, share, criteria, candidates), true


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("slope", "levels"),
    [
        (0.5, {"a": 0.0, "b": 0.5}),
        (2.0, {"a": -1.0, "b": -1.5}),
        (1.0, {"a": 1.5, "b": 1.0}),
    ],
)
def test_each_form_recovers_a_planted_distortion(form: str, slope: float, levels: dict[str, float]) -> None:
    rows, true = planted(1500, slope, levels)
    found = fitting.apply(FORMS[form](rows), rows, 0.5)
    before = np.abs(rows.probability - true).mean()
    off = np.abs(found - true).mean()
    assert off < (0.04 if form == "isotonic" else 0.03)
    assert off < before / 2


@pytest.mark.parametrize("form", ["pooled", "platt"])
def test_logistic_forms_find_slope_and_level(form: str) -> None:
    rows, _ = planted(4000, 0.7, {"a": 0.4, "b": 1.2}, seed=3)
    curves = FORMS[form](rows)
    for name, level in {"a": 0.4, "b": 1.2}.items():
        curve = curves[name]
        assert isinstance(curve, LogisticCurve)
        assert curve.slope == pytest.approx(0.7, abs=0.1)
        assert curve.intercept == pytest.approx(level, abs=0.15)


def test_shares_of_many_raters_teach_more_than_one_rater() -> None:
    errors = {}
    for raters in (None, 1):
        off = []
        for seed in range(8):
            rows, true = planted(60, 0.7, {"a": 0.5}, seed=seed, raters=raters)
            off.append(np.abs(fitting.apply(fitting._platt(rows), rows, 0.5) - true).mean())
        errors[raters] = np.mean(off)
    assert errors[None] < errors[1] / 2


def test_a_share_counts_as_so_many_ratings_of_each_verdict() -> None:
    soft = decisions([0.2, 0.7, 0.9], [0.25, 0.5, 0.75])
    hard = decisions(np.repeat([0.2, 0.7, 0.9], 4), [1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    one = fitting._isotonic(soft)["a"]
    assert isinstance(one, StepCurve)
    assert calibrated(one, [0.2, 0.7, 0.9]) == pytest.approx([0.25, 0.5, 0.75])
    # four ratings as rows weigh four times a row of shares, so that only the order of the priors differs
    weak, strong = fitting._platt(soft)["a"], fitting._platt(hard)["a"]
    assert isinstance(weak, LogisticCurve)
    assert isinstance(strong, LogisticCurve)
    assert 0 < weak.slope <= strong.slope


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("verdict", [0.0, 1.0])
def test_a_criterion_with_one_verdict_only_stays_finite(form: str, verdict: float) -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(size=60)
    share = np.concatenate([np.full(30, verdict), rng.integers(2, size=30)])
    rows = decisions(p, share, ["a"] * 30 + ["b"] * 30, [f"c{n % 30}" for n in range(60)])
    curve = FORMS[form](rows)["a"]
    found = calibrated(curve, [0.0, 0.25, 0.5, 0.75, 1.0])
    assert np.all(np.isfinite(found))
    assert 0 < found[2] < 1
    assert abs(found[2] - verdict) < 0.5
    if isinstance(curve, LogisticCurve):
        assert np.isfinite([curve.slope, curve.intercept]).all()
        assert abs(curve.intercept) < 20


def test_a_judge_that_is_always_wrong_gets_a_level_curve_and_never_a_falling_one() -> None:
    rows, _ = planted(300, -1.0, {"a": 0.0, "b": 0.0})
    for form in FORMS.values():
        for curve in form(rows).values():
            low, high = calibrated(curve, [0.05, 0.95])
            assert low <= high < low + 0.2


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_whatever_the_data_curves_never_fall(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 40))
    share = rng.choice([0.0, 0.5, 1.0], size=n)
    share[:2] = 0.0, 1.0
    rows = decisions(rng.uniform(size=n), share, rng.choice(["a", "b"], size=n))
    grid = np.linspace(0, 1, 21)
    for form in FORMS.values():
        for curve in form(rows).values():
            found = calibrated(curve, grid)
            assert np.all(np.diff(found) >= 0)
            assert found[0] >= 0
            assert found[-1] <= 1


@pytest.mark.parametrize("form", FORMS)
def test_a_candidates_own_labels_never_touch_its_own_prediction(form: str) -> None:
    rows, _ = planted(25, 1.0, {"a": 0.0, "b": 0.5, "c": -0.5})
    before = fitting._out_of_fold(rows, FORMS[form])
    folds = list(GroupKFold(FOLDS).split(rows.probability, groups=rows.candidates))
    for name in ("c0", "c7", "c24"):
        own = rows.candidates == name
        turned = Decisions(**{**rows._asdict(), "share": np.where(own, 1 - rows.share, rows.share)})
        after = fitting._out_of_fold(turned, FORMS[form])
        assert np.array_equal(after[own], before[own])
        # its labels do reach the other folds: else nothing would have been learnt from them
        test = next(t for _, t in folds if own[t].any())
        assert np.array_equal(after[test], before[test])
        others = np.setdiff1d(np.arange(len(own)), test)
        assert not np.array_equal(after[others], before[others])


def test_what_is_returned_was_predicted_out_of_fold() -> None:
    rows, _ = planted(25, 1.0, {"a": 0.0, "b": 0.5})
    found = fit(rows)
    every = {
        Method.PLATT: [fitting._platt],
        Method.ISOTONIC: [fitting._isotonic],
        Method.POOLED: [lambda d, s=spread: fitting._pooled(d, s) for spread in (0.5, 1.0, 2.0)],
    }[found.method]
    assert any(np.array_equal(fitting._out_of_fold(rows, form), found.out_of_fold) for form in every)
    inside = fitting.apply(found.curves, rows, 0.5)
    assert not np.array_equal(inside, found.out_of_fold)


def test_the_form_with_the_least_log_loss_out_of_fold_is_taken() -> None:
    rows, _ = planted(40, 0.6, {"a": 0.0, "b": 1.0})
    found = fit(rows)
    losses = [quality(fitting._out_of_fold(rows, form), rows.share).log_loss for _, form in fitting._forms()]
    assert quality(found.out_of_fold, rows.share).log_loss == min(losses)


def test_with_few_answers_criteria_borrow_from_each_other() -> None:
    rows, _ = planted(12, 1.0, dict.fromkeys("abcdefgh", 1.5), seed=2)
    assert fit(rows).method is Method.POOLED


def test_a_step_is_found_by_steps() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.02, 0.98, 1200)
    true = np.where(p > 0.8, 0.95, np.where(p > 0.75, 0.5, 0.45))
    assert fit(decisions(p, rng.binomial(1, true))).method is Method.ISOTONIC


def test_what_cannot_be_fitted_is_told() -> None:
    with pytest.raises(ValueError, match="at least two candidates"):
        fit(decisions([0.1, 0.9], [0, 1], candidates=["c", "c"]))
    with pytest.raises(ValueError, match="same verdict everywhere"):
        fit(decisions([0.1, 0.9], [1, 1]))


def test_two_candidates_are_enough() -> None:
    found = fit(decisions([0.1, 0.9, 0.2, 0.8], [0, 1, 0, 1], candidates=["c", "c", "d", "d"]))
    assert len(found.out_of_fold) == 4
    assert np.isfinite(found.out_of_fold).all()


def test_a_criterion_that_a_fold_has_never_seen_gets_the_common_share() -> None:
    rows = decisions(
        [0.9, 0.1, 0.9, 0.1, 0.6], [1, 0, 1, 0, 1], ["a", "a", "a", "a", "b"], ["c", "c", "d", "d", "e"]
    )
    found = fitting._out_of_fold(rows, fitting._platt)
    assert found[4] == pytest.approx(0.5)


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), min_size=2, max_size=40))
def test_quality_equals_scikit_learns_on_hard_labels(rows: list[tuple[float, bool]]) -> None:
    p, y = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=float)
    found = quality(p, y)
    assert found.brier == pytest.approx(brier_score_loss(y, p, pos_label=1))
    assert found.log_loss == pytest.approx(log_loss(y, p, labels=[0, 1]))
    assert found.n == len(rows)


def test_quality_of_shares_is_that_of_the_ratings_they_stand_for() -> None:
    soft = quality(np.array([0.3, 0.8]), np.array([0.5, 0.75]))
    hard = quality(np.repeat([0.3, 0.8], 4), np.array([1, 1, 0, 0, 1, 1, 1, 0]))
    assert (soft.brier, soft.log_loss, soft.ece) == pytest.approx((hard.brier, hard.log_loss, hard.ece))


def test_calibration_error_by_hand() -> None:
    # bin 0.2-0.3: predicted 0.25, observed 0.5; bin 0.9-1: predicted 0.95, observed 1
    found = quality(np.array([0.24, 0.26, 0.9, 1.0]), np.array([0.0, 1.0, 1.0, 1.0]))
    assert found.ece == pytest.approx((2 * 0.25 + 2 * 0.05) / 4)


def test_certain_and_wrong_is_bad_and_not_infinite() -> None:
    assert quality(np.array([0.0, 1.0]), np.array([1.0, 0.0])).log_loss == pytest.approx(-np.log(1e-6))

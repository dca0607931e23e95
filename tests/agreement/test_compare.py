import time

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from grader.agreement.compare import compare
from grader.domain.calibration_set import Scale

NAN = np.nan
VERDICTS = [0, 0.5, 1]
HUNDRED = Scale(low=0, high=100)


def verdicts(random: np.random.Generator, truth: np.ndarray, share: float) -> np.ndarray:
    return np.where(random.random(truth.size) < share, truth, random.choice(VERDICTS, truth.size))


@pytest.fixture
def rated():
    random = np.random.default_rng(11)
    truth = random.choice(VERDICTS, 400, p=[0.3, 0.1, 0.6])
    reference, other, second = (verdicts(random, truth, share) for share in (0.9, 0.7, 0.8))
    return reference, other, np.where(random.random(400) < 0.5, second, NAN), np.repeat(np.arange(40), 10)


def test_every_figure_has_an_interval_around_it(rated):
    reference, other, second, candidates = rated
    agreement = compare(reference, other, candidates, labels=VERDICTS, further=second[:, None])
    assert agreement.human_human
    assert agreement.pair.n == 400
    assert agreement.pair.candidates == 40
    assert agreement.human_human.n == (~np.isnan(second)).sum()
    for part in (agreement.pair, agreement.human_human, agreement.degradation, agreement.baseline):
        for name, found in part:
            if hasattr(found, "value"):
                assert found.reason is None, name
                assert found.low <= found.value <= found.high, name
    assert agreement.pair.false_credit.value == (other > reference).sum()
    assert agreement.pair.miss.value == (other < reference).sum()
    assert agreement.pair.reference.prevalence.value == np.mean(reference == 1)
    assert agreement.degradation.kappa.value < 0
    assert agreement.prmse.n == 400


def test_intervals_are_those_of_drawing_candidates(rated):
    reference, other, _, candidates = rated
    agreement = compare(reference, other, candidates, labels=VERDICTS, resamples=400, seed=7)
    random = np.random.default_rng(7)
    kappas = []
    for drawn in random.integers(40, size=(400, 40)):
        rows = (drawn[:, None] * 10 + np.arange(10)).ravel()
        kappas.append(cohen_kappa_score(2 * reference[rows], 2 * other[rows], labels=[0, 1, 2]))
    found = agreement.pair.kappa
    assert [found.low, found.high] == pytest.approx(np.quantile(kappas, [0.025, 0.975]), abs=1e-12)


def test_a_seed_gives_the_same_figures(rated):
    reference, other, second, candidates = rated
    one, two, three = (
        compare(
            reference, other, candidates, labels=VERDICTS, further=second[:, None], resamples=100, seed=seed
        )
        for seed in (1, 1, 2)
    )
    assert one == two
    assert one.pair.kappa.low != three.pair.kappa.low


def test_a_lower_level_gives_a_narrower_interval(rated):
    reference, other, _, candidates = rated
    wide, narrow = (
        compare(reference, other, candidates, labels=VERDICTS, level=a).pair.kappa for a in (0.95, 0.5)
    )
    assert wide.low < narrow.low < narrow.high < wide.high


def test_binary_verdicts_have_no_adjacency():
    agreement = compare([0, 1, 1, 0], [0, 1, 0, 0], "abcd", labels=[0, 1])
    assert agreement.pair.adjacent.value is None
    assert agreement.pair.adjacent.reason == "two labels are always adjacent"


def test_without_second_ratings():
    agreement = compare([0, 1, 1, 0], [0, 1, 0, 0], "abcd", labels=[0, 1])
    assert agreement.human_human is None
    assert agreement.prmse.reason.startswith("no response has two human ratings")
    assert agreement.degradation.kappa.value is None
    assert agreement.degradation.kappa.reason == (
        "undefined between two people: no response was rated by both raters"
    )


def test_constant_ratings_give_reasons_and_no_warnings():
    agreement = compare([1.0] * 6, [1.0] * 6, "aabbcc", labels=[0, 1], further=[[1.0]] * 6)
    pair = agreement.pair
    assert (pair.exact.value, pair.exact.low, pair.exact.high) == (1, 1, 1)
    assert pair.ac1.value == 1
    for found in (pair.kappa, pair.qwk, pair.alpha, pair.pearson, pair.smd, agreement.prmse):
        assert found.value is None
        assert found.reason
    assert agreement.degradation.kappa.reason.startswith("undefined between this rater: both raters gave")


def test_no_ratings_at_all():
    agreement = compare([NAN, 1], [1, NAN], "ab", labels=[0, 1], further=[[NAN], [NAN]])
    assert agreement.pair.n == 0
    assert agreement.pair.exact.reason == "no response was rated by both raters"
    assert agreement.baseline.constant is None
    assert compare([], [], [], scale=HUNDRED).pair.candidates == 0


def test_one_candidate_has_no_interval():
    found = compare([0, 1, 1], [0, 1, 0], "aaa", labels=[0, 1]).pair.exact
    assert found.value == pytest.approx(2 / 3)
    assert found.low is None
    assert found.reason == "no interval: it needs two candidates or more"


def test_rare_disagreement_may_leave_no_interval():
    found = compare([0, 1, 1, 1], [0, 1, 1, 1], "abcd", labels=[0, 1]).pair.kappa
    assert found.value == 1
    assert found.low is None
    assert "of the resamples" in found.reason


def test_the_baseline_gives_the_commonest_label():
    baseline = compare([0, 1, 1, 0.5, 1], [0, 1, 1, 1, 1], "abcde", labels=VERDICTS).baseline
    assert baseline.constant == 1
    assert baseline.exact.value == pytest.approx(0.6)
    assert baseline.kappa.value == 0


def test_scores_on_a_scale():
    agreement = compare(
        [60, 70, 80, 0], [61.4, 70.2, 77, 0], "abcd", scale=HUNDRED, further=[[61], [70], [80], [0]]
    )
    pair = agreement.pair
    assert pair.reference.prevalence.reason == "scores on a scale have no prevalence"
    assert pair.reference.mean.value == 52.5
    assert (pair.exact.value, pair.adjacent.value) == (0.5, 0.75)
    assert (pair.false_credit.value, pair.miss.value) == (1, 1)
    assert agreement.baseline.constant == 52.5
    assert agreement.baseline.exact.value == 0
    assert agreement.prmse.value > 0.9


def test_the_first_of_further_ratings_is_the_second_person():
    agreement = compare([0, 1, 1], [0, 1, 0], "abc", labels=[0, 1], further=[[NAN, 1], [1, 0], [NAN, NAN]])
    assert agreement.human_human
    assert agreement.human_human.n == 2
    assert agreement.human_human.exact.value == 0.5


@pytest.mark.parametrize(
    ("other", "candidates", "further"),
    [([0], "ab", None), ([0, 1], "abc", None), ([0, 1], "ab", [0, 1]), ([0, 1], "ab", [[0]])],
)
def test_arrays_that_do_not_fit_are_refused(other, candidates, further):
    with pytest.raises(ValueError, match="don't fit together"):
        compare([0, 1], other, candidates, labels=[0, 1], further=further)


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="level"):
        compare([0, 1], [0, 1], "ab", labels=[0, 1], level=95)
    with pytest.raises(ValueError, match="infinite"):
        compare([0, np.inf], [0, 1], "ab", labels=[0, 1])
    with pytest.raises(ValueError, match="not among the labels"):
        compare([0, 2], [0, 1], "ab", labels=[0, 1])


def test_a_thousand_ratings_are_quick():
    random = np.random.default_rng(2)
    truth = random.choice(VERDICTS, 1000)
    reference, other, second = (verdicts(random, truth, share) for share in (0.9, 0.8, 0.8))
    started = time.process_time()
    compare(reference, other, range(1000), labels=VERDICTS, further=second[:, None])
    assert time.process_time() - started < 2

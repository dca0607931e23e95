import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from grader.calibration import abstention
from grader.calibration.abstention import STARTS, Ask, design_effects, fewest, guarantee, lower_bounds
from tests.calibration.populations import LEVELS, Population, judge, sample

RESAMPLES = 2000
ASKS = (Ask(0.80, 0.90), Ask(0.90, 0.90), Ask(0.95, 0.90))


def lower_bound(agreeing: int, n: int, effect: float, confidence: float) -> float:
    counts = (np.array([float(x)]) for x in (agreeing, n, effect))
    return float(lower_bounds(*counts, confidence)[0])


def design_effect(errors: np.ndarray, candidates: np.ndarray) -> float:
    _, whose = np.unique(candidates, return_inverse=True)
    sizes, wrong = (np.bincount(whose, weights=w)[None, :] for w in (np.ones(len(errors)), errors))
    return float(design_effects(sizes, wrong)[0])


def sure(ask: Ask) -> float:
    """The confidence of one of the sequences that share the allowed doubt."""
    return 1 - (1 - ask.confidence) / STARTS


@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]),
)
def test_the_bound_is_that_of_the_one_sided_exact_test(counts: tuple[int, int], confidence: float) -> None:
    agreeing, n = counts
    exact = binomtest(agreeing, n, alternative="greater").proportion_ci(confidence, method="exact")
    assert lower_bound(agreeing, n, 1.0, confidence) == pytest.approx(exact.low, abs=1e-9)


@given(st.integers(1, 200), st.floats(1, 20), st.floats(1, 20))
def test_decisions_that_hang_together_prove_less(agreeing: int, one: float, other: float) -> None:
    loose, tight = sorted((one, other))
    assert lower_bound(agreeing, 200, tight, 0.95) <= lower_bound(agreeing, 200, loose, 0.95) + 1e-12


def test_an_effect_of_two_halves_the_decisions() -> None:
    assert lower_bound(180, 200, 2.0, 0.9) == lower_bound(90, 100, 1.0, 0.9)


@pytest.mark.parametrize(
    ("ask", "needed"), [(Ask(0.9, 0.95), 78), (Ask(0.8, 0.9), 32), (Ask(0.95, 0.95), 160), (Ask(0.5, 0.5), 6)]
)
def test_the_fewest_decisions_are_twice_what_faultless_ones_would_need(ask: Ask, needed: int) -> None:
    assert fewest(ask) == needed
    half = needed // 2
    assert lower_bound(half, half, 1.0, sure(ask)) >= ask.agreement - 1e-12
    assert lower_bound(half - 1, half - 1, 1.0, sure(ask)) < ask.agreement


def test_the_design_effect_of_single_decisions_is_about_one() -> None:
    rng = np.random.default_rng(0)
    errors = rng.random(2000) < 0.2
    assert design_effect(errors, np.arange(2000).astype(str)) == pytest.approx(1, abs=0.01)


def test_the_design_effect_of_copies_is_their_number() -> None:
    rng = np.random.default_rng(0)
    errors = np.repeat(rng.random(500) < 0.2, 8)
    candidates = np.repeat(np.arange(500), 8).astype(str)
    assert design_effect(errors, candidates) == pytest.approx(8, rel=0.01)


def test_the_design_effect_is_never_below_one_and_has_no_meaning_without_a_mix() -> None:
    candidates = np.repeat(np.arange(20), 2).astype(str)
    balanced = np.tile([True, False], 20)  # one error each: less spread than by chance
    assert design_effect(balanced, candidates) == 1
    assert design_effect(np.zeros(40, dtype=bool), candidates) == 1
    assert design_effect(np.ones(40, dtype=bool), candidates) == 1
    assert design_effect(balanced, np.full(40, "one")) == 40


def drawn(n: int = 400, rate: float = 0.97, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 1, n), rng.random(n) < rate, np.array([f"c{i % 50}" for i in range(n)])


def test_what_is_promised_is_what_was_measured() -> None:
    confidence, agrees, candidates = drawn()
    found = guarantee(confidence, agrees, candidates, Ask(0.9, 0.95))
    assert found.threshold is not None
    taken = confidence >= found.threshold
    assert found.coverage == pytest.approx(taken.mean())
    assert found.observed == pytest.approx(agrees[taken].mean())
    assert found.design_effect == pytest.approx(design_effect(~agrees[taken], candidates[taken]))
    assert found.lower == pytest.approx(
        lower_bound(int(agrees[taken].sum()), int(taken.sum()), found.design_effect, sure(Ask(0.9, 0.95)))
    )
    assert found.lower >= 0.9
    assert (found.n, found.candidates, found.reason) == (400, 50, "")
    assert found.threshold == confidence.min(), "97% agree, so all may be decided"


def test_thresholds_are_laid_before_any_verdict_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    confidence, agrees, candidates = drawn()
    seen: list[np.ndarray] = []
    levels = abstention._levels

    def noted(*given) -> np.ndarray:
        seen.append(levels(*given))
        return seen[-1]

    monkeypatch.setattr(abstention, "_levels", noted)
    for verdicts in (agrees, ~agrees, np.ones_like(agrees)):
        guarantee(confidence, verdicts, candidates, Ask())
    assert seen[0].tolist() == seen[1].tolist() == seen[2].tolist()
    assert seen[0].tolist() == sorted(seen[0], reverse=True)
    assert (confidence >= seen[0][0]).sum() == fewest(Ask())
    assert seen[0][-1] == confidence.min()
    assert 1 < len(seen[0]) <= abstention.STEPS


def test_the_first_threshold_that_fails_ends_a_sequence() -> None:
    n = 1000
    confidence = np.linspace(1, 0.5, n)
    agrees = np.ones(n, dtype=bool)
    agrees[300:600] = False  # a bad stretch; from there on it is good again, and 70% at the end
    found = guarantee(confidence, agrees, np.array([f"c{i % 50}" for i in range(n)]), Ask(0.8, 0.9))
    assert found.threshold is not None
    assert confidence[600] < confidence[400] < found.threshold < confidence[300]


def test_a_stumble_at_the_start_does_not_hide_what_all_decisions_together_keep() -> None:
    n = 1000
    confidence = np.linspace(1, 0.5, n)
    agrees = np.arange(n) >= 30
    found = guarantee(confidence, agrees, np.array([f"c{i % 50}" for i in range(n)]), Ask(0.9, 0.95))
    assert (found.threshold, found.coverage) == (0.5, 1)
    assert found.observed == pytest.approx(0.97)


def test_decisions_of_one_confidence_are_taken_all_or_none() -> None:
    _, agrees, candidates = drawn()
    found = guarantee(np.full(400, 0.75), agrees, candidates, Ask(0.9, 0.95))
    assert (found.threshold, found.coverage) == (0.75, 1)


@pytest.mark.parametrize(
    ("n", "people", "words"),
    [
        (77, 40, "Not enough data: 77 decisions on 40 candidates; at least 78 on 30 are needed."),
        (400, 29, "Not enough data: 400 decisions on 29 candidates; at least 78 on 30 are needed."),
        (0, 0, "Not enough data: 0 decisions on 0 candidates; at least 78 on 30 are needed."),
    ],
)
def test_with_too_little_nothing_is_promised_and_what_is_needed_is_told(
    n: int, people: int, words: str
) -> None:
    candidates = np.array([f"c{i % people}" for i in range(n)], dtype=str)
    found = guarantee(np.linspace(0.5, 1, n), np.ones(n, dtype=bool), candidates, Ask(0.9, 0.95))
    assert (found.threshold, found.reason, found.coverage, found.observed) == (None, words, 0, None)


def test_with_too_little_agreement_nothing_is_promised() -> None:
    confidence, _, candidates = drawn()
    found = guarantee(confidence, np.arange(400) % 2 == 0, candidates, Ask())
    assert found.threshold is None
    assert found.reason.startswith("Not enough data, or not enough agreement")


def share_broken(
    population: Population, ask: Ask, *, people: int, each: int, likeness: float
) -> tuple[float, float]:
    """Of RESAMPLES sets: how many take a threshold that breaks the promise, and how many take one."""
    rng = np.random.default_rng(20_260_301)
    taken = broken = 0
    for _ in range(RESAMPLES):
        drawn_set = sample(population, rng, people, each, likeness)
        found = guarantee(drawn_set.confidence, drawn_set.agrees, drawn_set.candidates, ask)
        if found.threshold is not None:
            taken += 1
            broken += population.true_agreement(found.threshold) < ask.agreement
    return broken / RESAMPLES, taken / RESAMPLES


def allowed(ask: Ask) -> float:
    """1 - confidence, and three binomial standard errors of a simulation of RESAMPLES sets."""
    promised = 1 - ask.confidence
    return promised + 3 * math.sqrt(promised * (1 - promised) / RESAMPLES)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: f"{ask.agreement:.2f}")
@pytest.mark.parametrize("likeness", [0.0, 0.3], ids=["independent", "clustered"])
@pytest.mark.parametrize("kind", ["well calibrated", "overconfident", "underconfident", "pure noise"])
def test_the_promise_is_kept_however_the_judge_is_calibrated(kind: str, likeness: float, ask: Ask) -> None:
    population = judge(kind, ask.agreement)
    broken, taken = share_broken(population, ask, people=60, each=6, likeness=likeness)
    assert broken <= allowed(ask)
    if kind == "underconfident" and ask.agreement == 0.80:
        assert taken > 0.8, "a judge that is good enough is put to use"


def test_the_fewest_candidates_are_enough_for_the_promise_where_errors_cluster_strongly() -> None:
    ask = Ask(0.90, 0.95)
    broken, taken = share_broken(
        judge("pure noise", ask.agreement), ask, people=abstention.MIN_CANDIDATES, each=24, likeness=0.5
    )
    assert broken <= allowed(ask)
    assert taken > 0, "else nothing was put to the test"


CLIFF = Population(np.where(LEVELS > 0.8, 1.0, (0.895 - 0.4) / 0.6))
"""Agrees on its surest 40% always, and on all its decisions just less often than 0.9."""


def test_the_cliff_lies_where_it_is_said() -> None:
    assert CLIFF.true_agreement(0.81) == 1
    assert CLIFF.true_agreement(0.5) == pytest.approx(0.895)


def test_where_errors_cluster_only_the_design_effect_keeps_the_promise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = Ask(0.9, 0.9)
    kept, _ = share_broken(CLIFF, ask, people=40, each=24, likeness=0.5)
    monkeypatch.setattr(abstention, "design_effects", lambda sizes, _: np.ones(len(sizes)))
    forced, _ = share_broken(CLIFF, ask, people=40, each=24, likeness=0.5)
    assert kept <= allowed(ask) < forced

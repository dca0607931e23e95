"""Figures from sums are those of the libraries, on the ratings as they are and on any draw of them."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.agreement.figures import Figure
from grader.agreement.pair import Pair, pair_up
from grader.agreement.pair_figures import Compared, baseline, pair_figures
from grader.agreement.pair_sums import pair_draws, pair_rows, share_draws
from grader.domain.calibration_set import Scale

VERDICTS = [0, 0.5, 1]
PAIRS_OF_VERDICTS = st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(VERDICTS)), max_size=25)
SCORES = st.integers(0, 1000).map(lambda hundredths: hundredths / 100)
PAIRS_OF_SCORES = st.lists(st.tuples(SCORES, SCORES), max_size=25)


def of_verdicts(rows: np.ndarray, people: bool) -> Pair:
    return pair_up(rows[:, 0], rows[:, 1], labels=VERDICTS, scale=None, people=people)


def of_scores(rows: np.ndarray, people: bool) -> Pair:
    return pair_up(rows[:, 0], rows[:, 1], labels=None, scale=Scale(low=0, high=10), people=people)


def points(pair: Pair) -> dict[str, Figure]:
    figures = pair_figures(Compared(pair, 1, np.empty((0, pair_rows(pair).shape[1])), 0.95))
    named = {name: value for name, value in figures if isinstance(value, Figure)}
    for who, summary in (("reference", figures.reference), ("other", figures.other)):
        named |= {f"{name}_{who}": value for name, value in summary}
    return named


def assert_same(draws: dict[str, np.ndarray], place: int, expected: dict[str, Figure]) -> None:
    assert draws.keys() == expected.keys()
    for name, values in draws.items():
        value = expected[name].value
        if value is None and "prevalence" not in name:
            assert np.isnan(values[place]), name
        elif value is not None:
            assert values[place] == pytest.approx(value, abs=1e-12, rel=1e-12), name


def check(pairs, people, draw, build) -> None:
    rows = np.array(pairs, dtype=float).reshape(-1, 2)
    pair = build(rows, people)
    drawn = np.array(draw, dtype=int) % max(len(rows), 1) if len(rows) else np.array([], dtype=int)
    sums = pair_rows(pair)
    draws = pair_draws(pair, np.stack([sums.sum(axis=0), sums[drawn].sum(axis=0)]))
    assert_same(draws, 0, points(pair))
    assert_same(draws, 1, points(build(rows[drawn], people)))


@given(PAIRS_OF_VERDICTS, st.booleans(), st.lists(st.integers(0, 24), max_size=25))
@example([(1, 1)] * 5, False, [0, 1])
@example([(0, 1)] * 5, True, [0, 1])
def test_verdicts(pairs, people, draw):
    check(pairs, people, draw, of_verdicts)


@given(PAIRS_OF_SCORES, st.booleans(), st.lists(st.integers(0, 24), max_size=25))
@example([(0.1, 0.3)] * 7 + [(9.9, 0.1)], False, [0, 1, 2])
@example([(3.33, 3.33)] * 7 + [(9.9, 0.1)], True, [0, 1, 2])
def test_scores(pairs, people, draw):
    check(pairs, people, draw, of_scores)


@given(PAIRS_OF_VERDICTS.filter(len))
def test_share_of_the_baseline(pairs):
    pair = of_verdicts(np.array(pairs, dtype=float), False)
    sums = pair_rows(pair).sum(axis=0)[None]
    always = baseline(Compared(pair, 1, sums[:0], 0.95))
    assert always.constant is not None
    assert share_draws(pair, sums, always.constant)[0] == pytest.approx(always.exact.value)
    assert share_draws(pair, sums, 0.7)[0] == 0

import numpy as np
import pytest

from grader.agreement.figures import UndefinedError
from grader.agreement.true_score import human_sums, prmse, prmse_draws, true_score

NAN = np.nan


def test_without_double_ratings_the_error_is_unknown():
    with pytest.raises(UndefinedError, match="no response has two human ratings or more"):
        prmse([1, 2, 3], [[1, NAN], [NAN, 2], [3, NAN]])


def test_too_few_responses():
    with pytest.raises(UndefinedError, match="there are 1"):
        prmse([1, NAN], [[1, 2], [3, 4]])


def test_people_who_only_differ_by_error():
    with pytest.raises(UndefinedError, match="no more between responses than within"):
        prmse([1, 2], [[0, 2], [2, 0]])


def test_unrated_responses_change_nothing():
    plain = true_score([1, 2, 4], [[1, 2], [3, 3], [4, 5]])
    more = true_score([1, 2, 4, 5, NAN], [[1, 2], [3, 3], [4, 5], [NAN, NAN], [1, 2]])
    assert more == pytest.approx(plain, abs=1e-12)


def test_sums_give_the_same_prmse():
    random = np.random.default_rng(5)
    truth = random.normal(50, 10, 300)
    human = np.where(random.random((300, 3)) < 0.6, truth[:, None] + random.normal(0, 4, (300, 3)), NAN)
    machine = np.where(random.random(300) < 0.9, truth + random.normal(0, 5, 300), NAN)
    rows = np.column_stack(human_sums(machine, human))
    drawn = random.integers(300, size=300)
    found = prmse_draws(np.stack([rows.sum(axis=0), rows[drawn].sum(axis=0)]))
    expected = [prmse(machine, human), prmse(machine[drawn], human[drawn])]
    assert found == pytest.approx(expected, abs=1e-12)


def test_sums_without_double_ratings_are_undefined():
    assert np.isnan(prmse_draws(np.column_stack(human_sums([1, 2], [[1], [2]])))).all()


def test_shapes_must_fit():
    with pytest.raises(ValueError, match=r"human ratings \(n, raters\)"):
        human_sums([1, 2], [1, 2])

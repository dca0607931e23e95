import numpy as np
import pytest

from grader.agreement.figures import UndefinedError
from grader.agreement.scale import both, constant, indexes, round_scores, spread, trim

NAN = np.nan


def test_trimmed_scores_round_to_the_ends():
    trimmed = trim([0, 0.6, 3.2, 6.7, NAN], 1, 6)
    np.testing.assert_allclose(trimmed, [0.5002, 0.6, 3.2, 6.4998, NAN])
    np.testing.assert_array_equal(round_scores(trimmed), [1, 1, 3, 6, NAN])


def test_halves_are_rounded_to_the_even_neighbor():
    np.testing.assert_array_equal(round_scores([0.5, 1.5, 2.5, 3.5]), [0, 2, 2, 4])


def test_pairs_with_a_gap_are_left_out():
    x, y = both([1, NAN, 3, 0], [2, 2, NAN, 0])
    np.testing.assert_array_equal(x, [1, 0])
    np.testing.assert_array_equal(y, [2, 0])


def test_no_pairs():
    with pytest.raises(UndefinedError, match="no response was rated by both raters"):
        both([1, NAN], [NAN, 1])


def test_too_few_pairs():
    with pytest.raises(UndefinedError, match="needs 3 responses that both rated, and there are 2"):
        both([1, 2], [1, 2], at_least=3)


def test_lists_of_different_length():
    with pytest.raises(ValueError, match="of one length"):
        both([1, 2], [1])


def test_constant_scores():
    assert constant(np.array([0.1, 0.3 - 0.2, 0.1]))
    assert constant(np.zeros(3))
    assert not constant(np.array([0.1, 0.11]))


def test_no_spread():
    with pytest.raises(UndefinedError, match="the rater gave every response the same score"):
        spread(np.ones(4), "the rater")


def test_places_of_labels():
    np.testing.assert_array_equal(indexes(np.array([0, 1, NAN, 0.5]), [0, 0.5, 1]), [0, 2, -1, 1])


@pytest.mark.parametrize("strange", [0.25, -1, 2])
def test_what_is_no_label_is_refused(strange):
    with pytest.raises(ValueError, match=f"not among the labels: {strange:g}"):
        indexes(np.array([0, strange]), [0, 0.5, 1])


@pytest.mark.parametrize("labels", [[1], [1, 0], [0, 0]])
def test_labels_must_rise(labels):
    with pytest.raises(ValueError, match="rising order"):
        indexes(np.array([0.0]), labels)

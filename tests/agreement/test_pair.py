import numpy as np
import pytest

from grader.agreement.pair import first_rating, pair_up
from grader.domain.calibration_set import Scale

NAN = np.nan
ONE, TWO = np.array([0, 1.0]), np.array([0.5, 1])


def test_labels_are_adjacent_by_place():
    pair = pair_up(ONE, TWO, labels=[0, 0.5, 1], scale=None, people=False)
    np.testing.assert_array_equal(pair.y_step, [1, 2])
    np.testing.assert_array_equal(pair.y_category, TWO)


def test_scores_are_adjacent_when_rounded():
    pair = pair_up(ONE, np.array([0.6, 2.4]), labels=None, scale=Scale(low=0, high=5), people=False)
    np.testing.assert_array_equal(pair.y_step, [1, 2])
    np.testing.assert_array_equal(pair.categories, range(6))


def test_scores_beyond_the_scale_are_refused():
    with pytest.raises(ValueError, match="beyond the scale, 1 to 5"):
        pair_up(ONE, TWO, labels=None, scale=Scale(low=1, high=5), people=False)


@pytest.mark.parametrize(("labels", "scale"), [(None, None), ([0, 1], Scale(low=0, high=1))])
def test_labels_or_a_scale(labels, scale):
    with pytest.raises(ValueError, match="either labels or a scale"):
        pair_up(ONE, ONE, labels=labels, scale=scale, people=False)


def test_first_rating_of_each_row():
    np.testing.assert_array_equal(first_rating([[NAN, 2], [0, 1], [NAN, NAN]]), [2, 0, NAN])
    np.testing.assert_array_equal(first_rating(np.empty((2, 0))), [NAN, NAN])

import numpy as np
import pytest

from grader.agreement.figures import UndefinedError
from grader.agreement.reliability import intraclass


def test_a_constant_shift_spares_consistency_only():
    found = intraclass([[1, 2], [2, 3], [4, 5]])
    assert found.icc3 == pytest.approx(1)
    assert found.icc2 < 1


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1, 2]], "two responses and two raters"),
        ([[1, 2], [1, np.nan]], "every response rated by every rater"),
        ([[1, 2], [1, 2]], "mean ratings are all the same"),
    ],
)
def test_undefined(ratings, reason):
    with pytest.raises(UndefinedError, match=reason):
        intraclass(ratings)

from typing import Any

import pytest
from pydantic import ValidationError

from grader.domain.answer_key import ChoiceKey, NumberKey

OPTIONS = {"A": "Ask", "B": "Wait"}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "either number, or both"),
        ({"low": 1}, "either number, or both"),
        ({"number": 1, "high": 2}, "either number, or both"),
        ({"number": 1, "low": 0, "high": 2}, "either number, or both"),
        ({"low": 2, "high": 1}, "low is above high"),
        ({"number": 10, "work": (5, 10)}, "work holds the right answer"),
        ({"low": 38, "high": 39, "work": (38.5,)}, "work holds the right answer"),
        ({"number": -1}, "greater than or equal to 0"),
        ({"number": float("nan")}, "finite number"),
        ({"number": 1, "unit": "boxes"}, "Input should be"),
    ],
)
def test_a_number_key_that_contradicts_itself_is_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        NumberKey(**fields)


@pytest.mark.parametrize(
    ("choice", "options", "complaint"),
    [
        ("C", OPTIONS, "choice is not among the options"),
        ("AB", OPTIONS, "pattern"),
        ("a", {"a": "Ask", "B": "Wait"}, "pattern"),
        ("A", {"A": "Ask"}, "at least 2"),
        ("A", {"A": "Ask", "B": " "}, "at least 1"),
    ],
)
def test_a_choice_key_that_contradicts_itself_is_refused(
    choice: str, options: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        ChoiceKey(choice=choice, options=options)


def test_bounds_are_exact() -> None:
    assert [str(b) for b in NumberKey(low=0.1, high=0.3).bounds] == ["0.1", "0.3"]
    assert len(set(NumberKey(number=38.5).bounds)) == 1

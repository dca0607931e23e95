"""How requests are put into batches, and what is done around a provider that fails."""

import pytest

from grader.batches.sending import Limits, _groups
from grader.domain.batch import Outgoing
from grader.domain.exchange import JudgeRequest
from tests.support.judges import SPEC

ONE = JudgeRequest(judge=SPEC, prompt="p", messages=(), answer_schema={})


def sizes(lengths: list[int], limits: Limits) -> list[int]:
    """Rows in each batch, for requests whose lines have these lengths."""
    lines = iter(lengths)
    outgoing = (Outgoing(ONE, ONE, 1, 1) for _ in lengths)
    found: dict[int, int] = {}
    for number, group in _groups(outgoing, lambda _: b"x" * next(lines), limits):
        assert 0 < len(group) <= 500
        found[number] = found.get(number, 0) + len(group)
    return list(found.values())


@pytest.mark.parametrize(
    ("lengths", "limits", "expected"),
    [
        ([], Limits(), []),
        ([10] * 5, Limits(rows=2), [2, 2, 1]),
        ([10] * 4, Limits(rows=2), [2, 2]),
        ([10] * 5, Limits(size=25), [2, 2, 1]),
        ([10] * 5, Limits(size=20), [2, 2, 1]),
        ([30, 10, 30], Limits(size=20), [1, 1, 1]),
        ([1] * 1203, Limits(rows=1000), [1000, 203]),
        ([1] * 1000, Limits(), [1000]),
        ([1] * 50_001, Limits(), [50_000, 1]),
    ],
)
def test_limits(lengths: list[int], limits: Limits, expected: list[int]) -> None:
    assert sizes(lengths, limits) == expected


def test_the_limits_are_those_of_openai() -> None:
    assert Limits() == (50_000, 200_000_000)

from decimal import Decimal

import pytest

from grader.domain.exchange import Usage
from grader.domain.prices import FREE, Prices

PRICES = Prices(input=Decimal("0.15"), cached=Decimal("0.075"), output=Decimal("0.6"))


def test_cached_tokens_cost_their_own_price() -> None:
    usage = Usage(prompt_tokens=1000, cached_tokens=400, completion_tokens=100)
    assert PRICES.cost(usage) == Decimal("0.00018")


def test_a_hundred_thousand_calls_sum_to_exactly_what_they_cost() -> None:
    usage = Usage(prompt_tokens=7, completion_tokens=3)
    one = PRICES.cost(usage)
    assert sum([one] * 100_000, Decimal(0)) == 100_000 * one == Decimal("0.285")
    assert sum([float(one)] * 100_000) != 0.285, "what floats make of it"


@pytest.mark.parametrize(("cached", "expected"), [("0.075", "0.21"), ("0.3", "0.36")])
def test_the_most_is_the_dearer_of_fresh_and_cached(cached: str, expected: str) -> None:
    prices = PRICES.model_copy(update={"cached": Decimal(cached)})
    assert prices.most(1_000_000, 100_000) == Decimal(expected)


def test_free() -> None:
    assert FREE.free
    assert not PRICES.free

"""Judges with prices of their own spend from one cap."""

from decimal import Decimal

import pytest

from grader.budget import Cap, Meter, metered, most
from grader.domain.exchange import Completion, JudgeRequest, Usage
from grader.domain.prices import FREE, Prices
from grader.errors import BudgetError
from tests.providers.conftest import grading_request, spec
from tests.support.judges import Judge

CHEAP = Prices(input=Decimal(2), cached=Decimal(1), output=Decimal(8))
DEAR = Prices(input=Decimal(20), cached=Decimal(10), output=Decimal(80))
REQUEST = grading_request(spec("openai"))
USAGE = Usage(prompt_tokens=100, completion_tokens=10)


def vendor() -> Judge:
    def respond(_request: JudgeRequest) -> Completion:
        return Completion(text="{}", model="m", usage=USAGE)

    return Judge(respond)


async def test_each_call_is_counted_at_the_prices_of_its_judge() -> None:
    meter = Meter(CHEAP, Cap(usd=Decimal(1)), {"dear": DEAR})
    for name in ("cheap", "dear"):
        await metered(vendor(), meter, name).complete(REQUEST)
    assert meter.usd == CHEAP.cost(USAGE) + DEAR.cost(USAGE)
    assert not meter.free


async def test_what_one_judge_spent_the_other_cannot() -> None:
    meter = Meter(CHEAP, Cap(usd=most(REQUEST, DEAR).usd), {"dear": DEAR})
    first, other = vendor(), vendor()
    await metered(first, meter, "cheap").complete(REQUEST)
    with pytest.raises(BudgetError):
        await metered(other, meter, "dear").complete(REQUEST)
    assert other.asked == []


@pytest.mark.parametrize(
    ("prices", "other", "usd", "free"),
    [(FREE, FREE, Decimal(0), True), (FREE, CHEAP, Decimal(0), False), (FREE, None, None, False)],
)
def test_the_price_of_all_is_known_only_where_that_of_each_is(
    prices: Prices, other: Prices | None, usd: Decimal | None, free: bool
) -> None:
    meter = Meter(prices, by_judge={"other": other})
    assert (meter.usd, meter.free) == (usd, free)

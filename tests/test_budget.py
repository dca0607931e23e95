"""A cap is never passed, whatever is in flight; what was spent is what the answers said."""

import asyncio
import random
from decimal import Decimal

import pytest

from grader.budget import Amount, Cap, Meter, metered, most
from grader.domain.exchange import Completion, JudgeRequest, Usage
from grader.domain.prices import FREE, Prices
from grader.errors import BudgetError, ProviderError, TransientError
from grader.providers.retry import complete_with_retries
from tests.providers.conftest import grading_request, spec

PRICES = Prices(input=Decimal(2), cached=Decimal(1), output=Decimal(8))
REQUEST = grading_request(spec("openai"))
MOST = most(REQUEST, PRICES)


class Vendor:
    """Answers after a while with some usage; keeps count of what it would bill and of calls under way."""

    def __init__(self, seed: int = 0, *, fails: float = 0.0, stated: bool = True) -> None:
        self.spec = REQUEST.judge
        self.billed = Amount()
        self.begun = self.ended = 0
        self._random = random.Random(seed)
        self._fails = fails
        self._stated = stated

    async def complete(self, request: JudgeRequest) -> Completion:
        self.begun += 1
        for _ in range(self._random.randrange(4)):
            await asyncio.sleep(0)
        self.ended += 1
        if self._random.random() < self._fails:
            raise TransientError("busy", status=503)
        read = self._random.randrange(100, 200)
        usage = Usage(prompt_tokens=read, completion_tokens=self._random.randrange(10, 321))
        cost = PRICES.cost(usage)
        self.billed = self.billed.plus(Amount(usage.prompt_tokens + usage.completion_tokens, cost))
        return Completion(text="{}", model="m", usage=usage if self._stated else Usage())

    async def close(self) -> None:
        pass


async def ask_until_refused(vendor: Vendor, meter: Meter, workers: int) -> list[BaseException | None]:
    judge = metered(vendor, meter)

    async def work() -> None:
        while True:
            try:
                await judge.complete(REQUEST)
            except TransientError:
                continue

    return list(await asyncio.gather(*(work() for _ in range(workers)), return_exceptions=True))


@pytest.mark.parametrize("workers", [1, 8, 50])
@pytest.mark.parametrize("cap", [Cap(usd=Decimal("0.25")), Cap(tokens=30_000)])
@pytest.mark.parametrize("fails", [0.0, 0.2])
async def test_calls_in_flight_never_pass_the_cap_and_use_it_up(cap: Cap, workers: int, fails: float) -> None:
    vendor, meter = Vendor(workers, fails=fails), Meter(PRICES, cap)
    ended = await ask_until_refused(vendor, meter, workers)
    assert all(isinstance(error, BudgetError) for error in ended)
    assert cap.covers(vendor.billed)
    assert meter.spent == vendor.billed
    assert not cap.covers(vendor.billed.plus(MOST)), "stopped before the cap was near"
    assert vendor.begun == vendor.ended, "a call under way was broken off"


async def test_no_call_begins_after_the_first_was_refused() -> None:
    vendor, meter = Vendor(), Meter(PRICES, Cap(tokens=MOST.tokens - 1))
    with pytest.raises(BudgetError):
        await metered(vendor, meter).complete(REQUEST)
    small = REQUEST.model_copy(update={"messages": REQUEST.messages[:1]})
    with pytest.raises(BudgetError):
        await metered(vendor, meter).complete(small)
    assert vendor.begun == 0


async def test_a_refusal_waits_for_the_calls_under_way() -> None:
    release = asyncio.Event()

    class Slow(Vendor):
        async def complete(self, request: JudgeRequest) -> Completion:
            await release.wait()
            return await super().complete(request)

    meter = Meter(PRICES, Cap(tokens=MOST.tokens + 10))
    judge = metered(Slow(), meter)
    first, second = (asyncio.ensure_future(judge.complete(REQUEST)) for _ in range(2))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not second.done()
    release.set()
    assert (await first).text == "{}"
    with pytest.raises(BudgetError):
        await second


async def test_every_try_is_reserved_and_a_budget_error_is_not_tried_again() -> None:
    class Down(Vendor):
        async def complete(self, request: JudgeRequest) -> Completion:
            self.begun += 1
            raise TransientError("reset")

    async def at_once(_seconds: float) -> None:
        pass

    down, meter = Down(), Meter(PRICES, Cap(usd=Decimal(1)))
    with pytest.raises(ProviderError):
        await complete_with_retries(metered(down, meter), REQUEST, attempts=4, sleep=at_once)
    assert (down.begun, meter.unanswered, meter.spent) == (4, 4, Amount())
    broke = Meter(PRICES, Cap(usd=Decimal("0.000001")))
    with pytest.raises(BudgetError, match=r"^0\.0000 of 0\.000001 US dollars are spent, and the next"):
        await complete_with_retries(metered(down, broke), REQUEST, attempts=4, sleep=at_once)
    assert down.begun == 4


async def test_a_call_that_is_broken_off_leaves_nothing_set_aside() -> None:
    meter = Meter(PRICES, Cap(tokens=MOST.tokens))
    call = asyncio.ensure_future(metered(Vendor(seed=3), meter).complete(REQUEST))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert meter.unanswered == 1
    await meter.reserve(MOST)


async def test_an_answer_that_does_not_say_what_it_used_counts_as_the_most() -> None:
    meter = Meter(PRICES)
    await metered(Vendor(stated=False), meter).complete(REQUEST)
    assert (meter.spent, meter.unstated) == (MOST, 1)


@pytest.mark.parametrize(
    ("prices", "cost", "usd"),
    [
        (PRICES, None, Decimal("0.00028")),
        (PRICES, 0.1, Decimal("0.1")),
        (None, None, None),
        (FREE, 0.0, Decimal(0)),
    ],
)
async def test_money(prices: Prices | None, cost: float | None, usd: Decimal | None) -> None:
    meter = Meter(prices)
    usage = Usage(prompt_tokens=100, completion_tokens=10)
    await meter.reserve(MOST)
    meter.settle(MOST, Completion(text="{}", model="m", usage=usage, cost_usd=cost))
    assert (meter.usd, meter.spent.tokens) == (usd, 110)


async def test_an_answer_that_is_free_and_says_no_usage_took_nothing() -> None:
    meter = Meter(FREE)
    await meter.reserve(MOST)
    meter.settle(MOST, Completion(text="{}", model="m", cost_usd=0.0))
    assert (meter.spent, meter.unstated) == (Amount(), 0)


@pytest.mark.parametrize("content", ["plain words", "naïve — żółć", "張偉四二", "\ud800"])
def test_the_most_counts_bytes_and_the_longest_answer(content: str) -> None:
    message = REQUEST.messages[1].model_copy(update={"content": content})
    bare = REQUEST.model_copy(update={"messages": (message,), "answer_schema": {}})
    size = len(content.encode("utf-8", "surrogatepass"))
    assert most(bare, None).tokens >= size + REQUEST.judge.max_tokens
    assert most(bare, PRICES).usd >= PRICES.most(size, REQUEST.judge.max_tokens)


def test_without_a_meter_a_provider_is_as_it_is() -> None:
    vendor = Vendor()
    assert metered(vendor, None) is vendor

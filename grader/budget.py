"""What a run spends, and the cap that it never passes: each call is reserved before it is sent."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from grader.domain.exchange import Completion, JudgeRequest, Provider, Usage
from grader.domain.prices import Prices
from grader.errors import BudgetError

_FRAME = 64
"""Tokens that a vendor may put around one message, generously."""


class Amount(NamedTuple):
    """Tokens, read and written, and what they cost in US dollars."""

    tokens: int = 0
    usd: Decimal = Decimal(0)

    def plus(self, other: "Amount") -> "Amount":
        """Both together."""
        return Amount(self.tokens + other.tokens, self.usd + other.usd)

    def minus(self, other: "Amount") -> "Amount":
        """What is left without the other."""
        return Amount(self.tokens - other.tokens, self.usd - other.usd)


class Cap(NamedTuple):
    """The most that one run may spend; None: no limit."""

    usd: Decimal | None = None
    tokens: int | None = None

    def covers(self, amount: Amount) -> bool:
        """Whether the amount is within the cap."""
        within_usd = self.usd is None or amount.usd <= self.usd
        return within_usd and (self.tokens is None or amount.tokens <= self.tokens)


NO_CAP = Cap()


class Count(NamedTuple):
    """What a meter has counted, to be told to another process."""

    spent: Amount = Amount()
    unanswered: int = 0
    unstated: int = 0
    unpriced: int = 0


def most(request: JudgeRequest, prices: Prices | None) -> Amount:
    """The most that one call can take: a token is at least a byte, and an answer at most `max_tokens`."""
    told = sum(len(m.content.encode("utf-8", "surrogatepass")) for m in request.messages)
    read = told + len(json.dumps(request.answer_schema)) + _FRAME * (len(request.messages) + 1)
    written = request.judge.max_tokens
    return Amount(read + written, prices.most(read, written) if prices else Decimal(0))


class Meter:
    """Counts what the calls of one run take, and holds back a call that the cap might not cover.

    `prices` None: unknown; money is then counted where an answer itself comes with its cost. `by_judge`:
    by name, the prices of judges that have their own; all judges of a run spend from one cap.
    """

    def __init__(
        self,
        prices: Prices | None = None,
        cap: Cap = NO_CAP,
        by_judge: Mapping[str, Prices | None] = MappingProxyType({}),
    ) -> None:
        self.prices = prices
        self.cap = cap
        self.by_judge = by_judge
        self.spent = Amount()
        self.unanswered = 0
        """Tries that ended without an answer: what they cost, if anything, nobody says."""
        self.unstated = 0
        """Answers that did not say what they used; they count as the most that they can have used."""
        self._unpriced = 0
        self._held = Amount()
        self._in_flight = 0
        self._settled = asyncio.Event()
        self._stop: BudgetError | None = None

    def prices_of(self, judge: str) -> Prices | None:
        """What this judge's tokens cost; None: unknown."""
        return self.by_judge.get(judge, self.prices)

    @property
    def sources(self) -> tuple[Prices | None, ...]:
        """The prices of all judges."""
        return (self.prices, *self.by_judge.values())

    @property
    def free(self) -> bool:
        """Whether no judge of the run costs anything."""
        return all(prices is not None and prices.free for prices in self.sources)

    @property
    def usd(self) -> Decimal | None:
        """US dollars spent; None where the price of any call is unknown."""
        return None if self._unpriced or None in self.sources else self.spent.usd

    @property
    def count(self) -> Count:
        """All that was counted so far."""
        return Count(self.spent, self.unanswered, self.unstated, self._unpriced)

    def hear(self, counts: Iterable[Count]) -> None:
        """Show what other meters have counted, all together; for one that meters no calls of its own."""
        spent, self.unanswered, self.unstated, self._unpriced = Amount(), 0, 0, 0
        for count in counts:
            spent = spent.plus(count.spent)
            self.unanswered += count.unanswered
            self.unstated += count.unstated
            self._unpriced += count.unpriced
        self.spent = spent

    async def reserve(self, amount: Amount) -> None:
        """Set aside the most that a call can take; waits for calls under way where they may leave room.

        Raises BudgetError where the cap does not cover it though no other call is under way; from then on
        every call is refused.
        """
        while self._stop is None and not self._has_room(amount) and self._in_flight:
            self._settled.clear()
            await self._settled.wait()
        if self._stop is None and not self._has_room(amount):
            self._stop = BudgetError(self._sentence(amount))
        if self._stop is not None:
            raise self._stop
        self._held = self._held.plus(amount)
        self._in_flight += 1

    def settle(self, reserved: Amount, completion: Completion | None, judge: str = "") -> None:
        """Put what was set aside right by what the judge's call took; None: it ended without an answer."""
        self._held = self._held.minus(reserved)
        self._in_flight -= 1
        self._settled.set()
        if completion is None:
            self.unanswered += 1
        else:
            self.spent = self.spent.plus(self._taken(reserved, completion, self.prices_of(judge)))

    def _taken(self, reserved: Amount, completion: Completion, prices: Prices | None) -> Amount:
        usage, stated = completion.usage, completion.cost_usd
        if usage == Usage() and stated != 0:
            self.unstated += 1
            self._unpriced += prices is None
            return reserved if stated is None else reserved._replace(usd=Decimal(str(stated)))
        tokens = usage.prompt_tokens + usage.completion_tokens
        if stated is not None:
            return Amount(tokens, Decimal(str(stated)))
        self._unpriced += prices is None
        return Amount(tokens, prices.cost(usage) if prices else Decimal(0))

    def _has_room(self, amount: Amount) -> bool:
        return self.cap.covers(self.spent.plus(self._held).plus(amount))

    def _sentence(self, amount: Amount) -> str:
        spent = self.spent
        if self.cap.usd is not None and spent.usd + amount.usd > self.cap.usd:
            told, cap, more = f"{spent.usd:.4f}", f"{self.cap.usd:f} US dollars", f"{amount.usd:.4f}"
        else:
            told, cap, more = f"{spent.tokens:,}", f"{self.cap.tokens:,} tokens", f"{amount.tokens:,}"
        return f"{told} of {cap} are spent, and the next call may take up to {more}"


def metered(provider: Provider, meter: Meter | None, judge: str = "") -> Provider:
    """The provider with every try counted by `meter`, at the prices of `judge`; as it is without one."""
    return provider if meter is None else _Metered(provider, meter, judge)


class _Metered:
    """A provider that reserves each try before it is sent."""

    def __init__(self, provider: Provider, meter: Meter, judge: str) -> None:
        self.spec = provider.spec
        self._judge = judge
        self._provider = provider
        self._meter = meter

    async def complete(self, request: JudgeRequest) -> Completion:
        reserved = most(request, self._meter.prices_of(self._judge))
        await self._meter.reserve(reserved)
        completion = None
        try:
            completion = await self._provider.complete(request)
        finally:
            self._meter.settle(reserved, completion, self._judge)
        return completion

    async def close(self) -> None:
        await self._provider.close()

"""A judge within its limits: by a simulated clock, and before a real server."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from grader.domain.exchange import Completion, JudgeRequest, Usage
from grader.errors import PermanentError, ProviderError, TransientError
from grader.providers.limits import LimitedProvider, Limits
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode
from grader.providers.status import Fault, Kind, provider_error
from tests.providers.conftest import grading_request, spec
from tests.providers.simulated import simulate
from tests.standin import StandIn, Step, serving

SPEC = spec("openai")
REQUEST = grading_request(SPEC)
UNREACHABLE = Fault(Kind.CONNECTION)


def refusal(retry_after: float | None = None) -> Fault:
    return Fault(Kind.STATUS, status=429, retry_after=retry_after)


class Server:
    """A judge on the simulated clock. `faults` decides by the moment and what is under way."""

    def __init__(
        self,
        faults: Callable[["Server"], Fault | None] = lambda _: None,
        latency_s: float = 1.0,
        usage: Usage = Usage(prompt_tokens=400, completion_tokens=100),  # noqa: B008
    ) -> None:
        self.spec = SPEC
        self.started: list[float] = []
        self.under_way: list[int] = []
        self.running = 0
        self.closed = False
        self._faults = faults
        self._latency_s = latency_s
        self._usage = usage

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def complete(self, request: JudgeRequest) -> Completion:
        self.running += 1
        self.started.append(self.now)
        self.under_way.append(self.running)
        fault = self._faults(self)
        try:
            await asyncio.sleep(0.05 if fault else self._latency_s)
        finally:
            self.running -= 1
        if fault:
            raise provider_error(SPEC.name, fault)
        return Completion(text="{}", model="m", usage=self._usage)

    async def close(self) -> None:
        self.closed = True


async def work(judge: LimitedProvider, calls: int, workers: int = 50) -> list[Completion | ProviderError]:
    """So many calls by so many workers, as a batch makes them."""
    outcomes: list[Completion | ProviderError] = []
    left = iter(range(calls))

    async def worker() -> None:
        for _ in left:
            try:
                outcomes.append(await judge.complete(REQUEST))
            except ProviderError as error:
                outcomes.append(error)

    await asyncio.gather(*(worker() for _ in range(workers)))
    return outcomes


def answered(outcomes: Sequence[object]) -> int:
    return sum(isinstance(outcome, Completion) for outcome in outcomes)


def busiest_minute(moments: list[float], weight: float = 1) -> float:
    window: deque[float] = deque()
    most = 0
    for moment in moments:
        window.append(moment)
        while window[0] <= moment - 60 + 1e-6:
            window.popleft()
        most = max(most, len(window))
    return most * weight


def test_requests_a_minute_are_obeyed_and_used() -> None:
    server = Server()
    judge = LimitedProvider(server, Limits(in_flight=50, rpm=300))
    assert answered(simulate(work(judge, 1500))) == 1500
    assert busiest_minute(server.started) == 300
    assert server.started[-1] - server.started[0] < 5 * 61


def test_tokens_a_minute_are_obeyed_and_used_though_answers_are_shorter_than_they_may_be() -> None:
    server = Server(usage=Usage(prompt_tokens=400, completion_tokens=100))
    judge = LimitedProvider(server, Limits(in_flight=50, tpm=60_000))
    assert answered(simulate(work(judge, 600))) == 600
    assert busiest_minute(server.started, weight=500) <= 60_000 + 500
    assert server.started[-1] - server.started[100] < 500 / 120 * 61 * 1.1


def test_without_usage_the_estimate_stands() -> None:
    server = Server(usage=Usage())
    judge = LimitedProvider(server, Limits(in_flight=50, tpm=6100))
    simulate(work(judge, 11))
    size = sum(len(m.content) for m in REQUEST.messages) / 4 + SPEC.max_tokens
    assert server.started[-1] == pytest.approx(10 * size / 100 - 1)


def test_a_wish_to_be_left_alone_is_every_calls() -> None:
    """One refusal at second 5 asks for 30 seconds: nobody calls, and then they come back spread out."""
    refused: list[float] = []

    def once(server: Server) -> Fault | None:
        if server.now >= 5 and not refused:
            refused.append(server.now)
            return refusal(30)
        return None

    server = Server(once)
    judge = LimitedProvider(server, Limits(in_flight=50))
    assert answered(simulate(work(judge, 1000))) == 1000
    told = refused[0] + 0.05
    assert not [moment for moment in server.started if told < moment < told + 30]
    back = [moment for moment in server.started if told + 30 <= moment < told + 31]
    assert len(set(back)) == len(back) > 30
    assert judge.tally.failed == {"HTTP 429 (too many requests)": 1}
    assert judge.tally.paused_s == pytest.approx(30)


def test_a_long_storm_loses_nobody_and_does_not_hammer() -> None:
    def storm(server: Server) -> Fault | None:
        return refusal() if 3 < server.now < 603 else None

    server = Server(storm)
    judge = LimitedProvider(server, Limits(in_flight=50))
    assert answered(simulate(work(judge, 500))) == 500
    assert judge.tally.fewest_in_flight < 10
    assert sum(moment > 60 for moment in server.started if moment < 603) < 50 * 600 / 30


def test_fewer_at_once_while_the_judge_refuses_and_more_afterwards() -> None:
    """Until second 60 the judge takes ten calls at once."""

    def narrow(server: Server) -> Fault | None:
        return refusal() if server.running > 10 and server.now < 60 else None

    server = Server(narrow)
    judge = LimitedProvider(server, Limits(in_flight=50))
    assert answered(simulate(work(judge, 3000))) == 3000
    seen = list(zip(server.started, server.under_way, strict=True))
    assert max(n for moment, n in seen if moment < 1) == 50
    assert max(n for moment, n in seen if 30 < moment < 60) < 20
    assert max(n for moment, n in seen if moment > 60) == 50
    assert judge.tally.fewest_in_flight < 20


def test_no_answer_in_time_is_a_sign_of_overload() -> None:
    server = Server(lambda s: Fault(Kind.TIMEOUT) if s.now < 5 else None)
    judge = LimitedProvider(server, Limits(in_flight=50))
    assert answered(simulate(work(judge, 200))) == 200
    assert judge.tally.fewest_in_flight < 50


def test_who_came_first_goes_first() -> None:
    order: list[int] = []

    async def main() -> None:
        judge = LimitedProvider(Server(), Limits(in_flight=2))

        async def call(number: int) -> None:
            await judge.complete(REQUEST)
            order.append(number)

        await asyncio.gather(*map(call, range(20)))

    simulate(main())
    assert order == list(range(20))


def test_a_slow_judge_holds_no_place_of_another() -> None:
    slow, quick = Server(latency_s=100.0), Server(latency_s=1.0)

    async def main() -> float:
        judges = [LimitedProvider(s, Limits(in_flight=5)) for s in (slow, quick)]
        hung = asyncio.create_task(work(judges[0], 20, workers=20))
        await work(judges[1], 20, workers=20)
        took = quick.now
        await hung
        return took

    assert simulate(main()) == pytest.approx(4.0)


def test_who_is_cancelled_in_line_or_at_work_leaves_no_place_taken() -> None:
    server = Server()

    async def main() -> int:
        judge = LimitedProvider(server, Limits(in_flight=2))
        tasks = [asyncio.create_task(judge.complete(REQUEST)) for _ in range(6)]
        await asyncio.sleep(0.5)
        for task in tasks[1:5]:
            task.cancel()
        await asyncio.sleep(0.5)
        # the last was let in at this very moment
        tasks[5].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return answered(await work(judge, 10))

    assert simulate(main()) == 10
    assert max(server.under_way[-10:]) == 2


@pytest.mark.parametrize("workers", [1, 8])
def test_a_judge_out_of_reach_ends_the_run(workers: int) -> None:
    server = Server(lambda _: UNREACHABLE)
    judge = LimitedProvider(server, Limits())
    outcomes = simulate(work(judge, 8, workers))
    assert [isinstance(outcome, PermanentError) for outcome in outcomes] == [False, False, *[True] * 6]
    (first, *_) = (outcome for outcome in outcomes if isinstance(outcome, PermanentError))
    assert first.concerns_all
    assert str(first) == (
        "openai:test-model: connection failed; 3 calls in a row were given up. "
        "Check the endpoint and the network, then start the same command again."
    )
    assert judge.tally.failed == {"connection failed": 48}


def test_a_judge_that_only_refuses_ends_the_run_once_patience_is_out() -> None:
    server = Server(lambda _: refusal(86_400))
    judge = LimitedProvider(server, Limits(patience_s=900))
    outcomes = simulate(work(judge, 3, workers=1))
    assert [type(outcome) for outcome in outcomes] == [TransientError, TransientError, PermanentError]
    assert "HTTP 429 (too many requests), for longer than the patience of 900 seconds" in str(outcomes[0])
    assert "--rpm" in str(outcomes[2])
    assert server.started[-1] < 1, "a day is not waited out"


@pytest.mark.parametrize("heard", [None, Fault(Kind.STATUS, status=400), Fault(Kind.STATUS, status=500)])
def test_an_answer_of_any_kind_in_between_does_not(heard: Fault | None) -> None:
    """Two calls can't connect, the third is heard, and so on."""
    calls = 0

    def mixed(_: Server) -> Fault | None:
        nonlocal calls
        calls += 1
        return heard if calls % 3 == 0 else UNREACHABLE

    judge = LimitedProvider(Server(mixed), Limits(tries=1))
    outcomes = simulate(work(judge, 30, workers=1))
    assert not [o for o in outcomes if isinstance(o, PermanentError) and o.concerns_all]


def test_a_judge_without_credit_is_not_waited_for() -> None:
    fault = Fault(Kind.STATUS, status=429, code="insufficient_quota")
    server = Server(lambda _: fault)
    (outcome,) = simulate(work(LimitedProvider(server, Limits()), 1, workers=1))
    assert isinstance(outcome, PermanentError)
    assert outcome.concerns_all
    assert server.started == [0.0]


def test_a_tally_where_nothing_went_wrong_says_nothing() -> None:
    judge = LimitedProvider(Server(), Limits())
    simulate(work(judge, 5))
    assert judge.tally.sentence == ""


async def test_closing_closes_the_judge() -> None:
    server = Server()
    await LimitedProvider(server, Limits()).close()
    assert server.closed


class Crowd(StandIn):
    """A stand-in that counts the requests under way at the start of each."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.under_way: list[int] = []
        self._running = 0

    async def _chat(self, request: Any) -> Any:
        self._running += 1
        self.under_way.append(self._running)
        try:
            return await super()._chat(request)
        finally:
            self._running -= 1


def before(server: StandIn, limits: Limits) -> LimitedProvider:
    provider = OpenAIProvider(
        SPEC, base_url=server.url, api_key="none", timeout_s=60.0, output=OutputMode.JSON_SCHEMA
    )
    return LimitedProvider(provider, limits)


async def test_one_in_twenty_refused_by_a_server_and_all_are_answered() -> None:
    fault = Step("status", status=429, headers={"retry-after-ms": "20"})
    with serving(StandIn(rates=[(fault, 0.05)], seed=4)) as server:
        judge = before(server, Limits(in_flight=20, first_wait_s=0.01))
        outcomes = await work(judge, 200, workers=20)
        await judge.close()
    assert answered(outcomes) == 200
    refused = server.requests - 200
    assert refused > 3
    assert judge.tally.failed == {"HTTP 429 (too many requests)": refused}
    assert 0 < judge.tally.paused_s <= 0.02 * refused


async def test_a_server_sees_fewer_at_once_after_refusals_and_more_again() -> None:
    wall = [Step("status", status=429)] * 60
    with serving(Crowd(wall, latency_s=0.2)) as server:
        judge = before(server, Limits(in_flight=12, first_wait_s=0.01))
        outcomes = await work(judge, 150, workers=12)
        await judge.close()
    assert answered(outcomes) == 150
    assert max(server.under_way[:12]) == 12
    # how far up it comes depends on this machine's load too; the simulated clock shows all of it
    assert min(max(server.under_way[i : i + 6]) for i in range(24, 60)) <= 4
    assert max(server.under_way[-40:]) > 5

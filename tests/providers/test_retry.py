"""Retries: who is asked again, how often, and after how long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.errors import PermanentError, ProviderError, TransientError
from grader.providers.retry import Plan, is_refusal, wait_before, with_retries
from tests.providers.conftest import Build, grading_request, spec
from tests.standin import StandIn, Step


class Failing:
    """Raises the given errors one after the other, then answers."""

    def __init__(self, *errors: ProviderError) -> None:
        self.spec: JudgeSpec = spec("openai")
        self.errors = list(errors)
        self.calls = 0

    async def complete(self, request: JudgeRequest) -> Completion:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return Completion(text="{}", model="m")

    async def close(self) -> None:
        self.errors.clear()


class Clock:
    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def plan(attempts: int = 3, patience_s: float = 60.0, longest_wait_s: float = 60.0) -> Plan:
    return Plan(attempts=attempts, patience_s=patience_s, longest_wait_s=longest_wait_s)


async def ask(provider: Failing, clock: Clock, chosen: Plan) -> Completion:
    request = grading_request(provider.spec)
    return await with_retries(lambda: provider.complete(request), chosen, clock.sleep)


async def test_asked_again_until_it_answers() -> None:
    provider, clock = Failing(TransientError("a"), TransientError("b")), Clock()
    completion = await ask(provider, clock, plan())
    assert completion.text == "{}"
    assert provider.calls == 3
    assert 0.5 <= clock.waits[0] <= 1.0 <= clock.waits[1] <= 2.0


async def test_the_last_error_is_raised_as_it_is() -> None:
    errors = [TransientError("a", status=500), TransientError("b", status=503)]
    provider, clock = Failing(*errors), Clock()
    with pytest.raises(TransientError) as caught:
        await ask(provider, clock, plan(attempts=2))
    assert caught.value is errors[1]
    assert provider.calls == 2
    assert len(clock.waits) == 1


@pytest.mark.parametrize("status", [401, 429])
async def test_a_permanent_error_is_not_retried(status: int) -> None:
    provider, clock = Failing(PermanentError("no", status=status)), Clock()
    with pytest.raises(PermanentError):
        await ask(provider, clock, plan())
    assert provider.calls == 1
    assert clock.waits == []


async def test_the_wish_of_a_failing_server_is_obeyed_up_to_the_limit() -> None:
    errors = [TransientError("a", status=500, retry_after=s) for s in (20, 9000)]
    provider, clock = Failing(*errors), Clock()
    await ask(provider, clock, plan())
    assert 20 <= clock.waits[0] <= 21
    assert 60 <= clock.waits[1] <= 61


@pytest.mark.parametrize(
    ("status", "wish", "refused"),
    [
        (429, None, True),
        (429, 2.0, True),
        (503, 2.0, True),
        (529, 0.0, True),
        (503, None, False),
        (500, 2.0, False),
        (None, None, False),
    ],
)
def test_a_refusal_is_a_429_or_an_overload_that_says_when(
    status: int | None, wish: float | None, refused: bool
) -> None:
    assert is_refusal(TransientError("x", status=status, retry_after=wish)) is refused
    assert not is_refusal(PermanentError("x", status=status))


@pytest.mark.parametrize("wish", [None, 0.0, 5.0])
async def test_a_storm_of_refusals_uses_up_no_tries(wish: float | None) -> None:
    storm = [TransientError("busy", status=429, retry_after=wish) for _ in range(100)]
    provider, clock = Failing(*storm, TransientError("a"), TransientError("b")), Clock()
    completion = await ask(provider, clock, plan(attempts=3, patience_s=6000))
    assert completion.text == "{}"
    assert provider.calls == 103
    assert min(clock.waits[:100]) >= (wish or 0)


@pytest.mark.parametrize(("wish", "calls"), [(0.0, 31), (7.0, 5), (31.0, 1)])
async def test_patience_ends_a_storm_with_the_reason(wish: float, calls: int) -> None:
    storm = [TransientError("m: busy", status=429, reason="busy", retry_after=wish) for _ in range(100)]
    provider, clock = Failing(*storm), Clock()
    with pytest.raises(
        TransientError, match=r"^m: busy, for longer than the patience of 30 seconds$"
    ) as given_up:
        await ask(provider, clock, plan(patience_s=30))
    assert provider.calls in (calls, calls - 1)
    assert (given_up.value.status, given_up.value.reason) == (429, "busy")


async def test_a_long_wish_of_a_refusal_is_obeyed_to_the_end() -> None:
    provider, clock = Failing(TransientError("busy", status=429, retry_after=300)), Clock()
    await ask(provider, clock, plan(patience_s=900))
    assert 300 <= clock.waits[0] <= 301


@settings(deadline=None)
@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e9), st.floats(0.001, 10), st.floats(10, 1000))
def test_waits_are_bounded(attempt: int, wish: float | None, first: float, longest: float) -> None:
    seconds = wait_before(attempt, wish, first, longest)
    assert 0 <= seconds <= longest + first
    if wish is None:
        assert first / 2 <= seconds <= longest
    else:
        assert seconds >= min(wish, longest)


async def test_a_busy_server_is_asked_again_after_its_time(build: Build, standin: StandIn) -> None:
    standin.steps.extend([Step("status", status=429, headers={"Retry-After": "3"}), Step("reset")])
    provider, clock = build(), Clock()
    request = grading_request(provider.spec)
    completion = await with_retries(lambda: provider.complete(request), plan(attempts=2), clock.sleep)
    assert completion.text
    assert standin.requests == 3
    assert standin.bodies[0] == standin.bodies[1] == standin.bodies[2]
    assert clock.waits[0] >= 3

"""Retries: who is asked again, how often, and after how long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.errors import PermanentError, ProviderError, TransientError
from grader.providers.retry import complete_with_retries, wait_before
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


async def test_asked_again_until_it_answers() -> None:
    provider, clock = Failing(TransientError("a"), TransientError("b")), Clock()
    request = grading_request(provider.spec)
    completion = await complete_with_retries(provider, request, attempts=3, sleep=clock.sleep)
    assert completion.text == "{}"
    assert provider.calls == 3
    assert 0.5 <= clock.waits[0] <= 1.0 <= clock.waits[1] <= 2.0


async def test_the_last_error_is_raised_as_it_is() -> None:
    errors = [TransientError("a", status=500), TransientError("b", status=503)]
    provider, clock = Failing(*errors), Clock()
    with pytest.raises(TransientError) as caught:
        await complete_with_retries(provider, grading_request(provider.spec), attempts=2, sleep=clock.sleep)
    assert caught.value is errors[1]
    assert provider.calls == 2
    assert len(clock.waits) == 1


async def test_a_permanent_error_is_not_retried() -> None:
    provider, clock = Failing(PermanentError("no", status=401)), Clock()
    with pytest.raises(PermanentError):
        await complete_with_retries(provider, grading_request(provider.spec), attempts=5, sleep=clock.sleep)
    assert provider.calls == 1
    assert clock.waits == []


async def test_the_servers_wish_is_obeyed_up_to_the_limit() -> None:
    errors = [TransientError("a", retry_after=20), TransientError("b", retry_after=9000)]
    provider, clock = Failing(*errors), Clock()
    await complete_with_retries(
        provider, grading_request(provider.spec), attempts=3, longest_wait_s=60, sleep=clock.sleep
    )
    assert 20 <= clock.waits[0] <= 21
    assert 60 <= clock.waits[1] <= 61


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
    completion = await complete_with_retries(
        provider, grading_request(provider.spec), attempts=5, sleep=clock.sleep
    )
    assert completion.text
    assert standin.requests == 3
    assert standin.bodies[0] == standin.bodies[1] == standin.bodies[2]
    assert clock.waits[0] >= 3

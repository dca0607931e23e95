"""The one place that decides whether a judge is asked again after a failed try, and how soon."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from typing import TypeGuard, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from grader.errors import ProviderError, TransientError

TOO_MANY = 429
OVERLOADED = frozenset({TOO_MANY, 503, 529})
"""529: some vendors' own status for too much traffic."""

Sleep = Callable[[float], Awaitable[None]]
T = TypeVar("T")


def is_refusal(error: ProviderError) -> TypeGuard[TransientError]:
    """Whether the judge is well and only wants the call later: 429, or another overload that says when."""
    if not isinstance(error, TransientError):
        return False
    return error.status == TOO_MANY or (error.status in OVERLOADED and error.retry_after is not None)


class Plan:
    """What is left to one call: so many tries that end in a fault, so many seconds of waiting after refusals.

    A refusal is no fault, so that a storm of them doesn't use up the tries.
    """

    def __init__(
        self, *, attempts: int, patience_s: float, first_wait_s: float = 1.0, longest_wait_s: float = 60.0
    ) -> None:
        """At least 1 of `attempts`. Waits as in `wait_before`; a refusal counts `first_wait_s` or more."""
        self._attempts = attempts
        self._patience_s = patience_s
        self._first_s = first_wait_s
        self._longest_s = longest_wait_s
        self._faults = 0
        self._refusals = 0
        self._waited_s = 0.0

    def wait_after(self, error: TransientError) -> float:
        """Seconds to wait before the next try. Raises a TransientError if `error` was the last straw."""
        if not is_refusal(error):
            self._faults += 1
            if self._faults >= self._attempts:
                raise error
            return wait_before(self._faults, error.retry_after, self._first_s, self._longest_s)
        self._refusals += 1
        # how long a refusal may last is for the patience to say
        longest = self._longest_s if error.retry_after is None else math.inf
        wait = wait_before(self._refusals, error.retry_after, self._first_s, longest)
        self._waited_s += max(wait, self._first_s)
        if self._waited_s > self._patience_s:
            message = f"{error}, for longer than the patience of {self._patience_s:g} seconds"
            raise TransientError(message, status=error.status, reason=error.reason)
        return wait


async def with_retries(ask: Callable[[], Awaitable[T]], plan: Plan, sleep: Sleep = asyncio.sleep) -> T:
    """What `ask` returns, asked again after each TransientError as `plan` says; other errors go through."""

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, TransientError)  # noqa: S101 - nothing else is asked again
        return plan.wait_after(error)

    try:
        return await ask()
    except TransientError as error:
        first: list[TransientError] = [error]

    async def once() -> T:
        if first:  # nearly all calls need no other try, and are spared tenacity's work
            raise first.pop()
        return await ask()

    retrying = AsyncRetrying(retry=retry_if_exception_type(TransientError), wait=wait, sleep=sleep)
    return await retrying(once)


def wait_before(attempt: int, wish: float | None, first_s: float, longest_s: float) -> float:
    """Seconds to wait after failed try `attempt` (from 1), with the server's `wish` where it gave one.

    Waits grow from `first_s` by doubling, with full jitter on the last half, up to `longest_s`. A wish is
    obeyed up to the same limit, plus up to `first_s`, so that callers do not come back all at once.
    """
    if wish is not None:
        return min(wish, longest_s) + random.uniform(0, first_s)  # noqa: S311  # spreads load, guards nothing
    step = min(first_s * 2 ** min(attempt - 1, 30), longest_s)
    return random.uniform(step / 2, step)  # noqa: S311  # spreads load, guards nothing

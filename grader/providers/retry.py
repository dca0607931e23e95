"""The one place that asks a judge again after a fault of the network or the server."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from grader.domain.exchange import Completion, JudgeRequest, Provider
from grader.errors import TransientError

Sleep = Callable[[float], Awaitable[None]]


async def complete_with_retries(
    provider: Provider,
    request: JudgeRequest,
    *,
    attempts: int,
    first_wait_s: float = 1.0,
    longest_wait_s: float = 60.0,
    sleep: Sleep = asyncio.sleep,
) -> Completion:
    """Ask `provider` up to `attempts` times (at least 1); only a TransientError is asked again.

    Waits grow from `first_wait_s` by doubling, with full jitter on the last half, up to `longest_wait_s`. A
    wait that the server asked for is obeyed up to the same limit, plus up to `first_wait_s` so that callers
    do not come back all at once. After the last try its error is raised as it is; a PermanentError is
    raised at once.
    """

    def wait(state: RetryCallState) -> float:
        return wait_before(state.attempt_number, _wish(state), first_wait_s, longest_wait_s)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(attempts),
        wait=wait,
        retry=retry_if_exception_type(TransientError),
        sleep=sleep,
        reraise=True,
    )
    return await retrying(provider.complete, request)


def wait_before(attempt: int, wish: float | None, first_s: float, longest_s: float) -> float:
    """Seconds to wait after failed try `attempt` (from 1), with the server's `wish` where it gave one."""
    if wish is not None:
        return min(wish, longest_s) + random.uniform(0, first_s)  # noqa: S311  # spreads load, guards nothing
    step = min(first_s * 2 ** min(attempt - 1, 30), longest_s)
    return random.uniform(step / 2, step)  # noqa: S311  # spreads load, guards nothing


def _wish(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, TransientError) else None

"""A judge within its limits: how many calls at once and a minute, when it wants none, and when to give up."""

import asyncio
from collections import Counter
from typing import NamedTuple

from grader.domain.exchange import Completion, JudgeRequest, Provider, Usage
from grader.domain.tally import Tally
from grader.errors import PermanentError, ProviderError, TransientError
from grader.providers.gate import Gate
from grader.providers.line import Line
from grader.providers.retry import OVERLOADED, Plan, is_refusal, with_retries
from grader.providers.status import Kind

_WALL = 3
"""Calls in a row that were given up, without any answer in between, after which no other is tried."""
_FORGETTING = 0.95
_CHARACTERS_A_TOKEN = 4


class Limits(NamedTuple):
    """What one judge is spared."""

    in_flight: int = 8
    """Calls under way at once, at most."""
    rpm: int | None = None
    """Requests a minute; None: no limit."""
    tpm: int | None = None
    """Tokens a minute, read and written; None: no limit."""
    tries: int = 6
    """Calls for one answer when the network or the server fails."""
    first_wait_s: float = 1.0
    """Wait before the second call; it doubles from call to call."""
    patience_s: float = 900.0
    """How long the judge may put off one answer by refusing it for now (429, Retry-After)."""


class LimitedProvider:
    """A provider that asks again after passing faults, and keeps to the limits of its judge.

    One judge (a model at an endpoint) has one of these, and shares nothing with the next: a call waits in its
    own judge's line and takes a place of that judge alone, so one that is slow, paused or out of tokens holds
    up no other. Within the line, who came first goes first; a call that has to wait before its next try gives
    up its place, and then lines up again. What several judges do share are the workers that ask them: with as
    many workers as all their places together, none waits for a worker that another judge keeps.

    The limits are those of this process: of two processes on one judge, each is given its share.
    """

    def __init__(self, provider: Provider, limits: Limits) -> None:
        self.spec = provider.spec
        self._provider = provider
        self._limits = limits
        self._gate = Gate(limits.in_flight, limits.rpm, limits.tpm, limits.first_wait_s)
        self._line = Line(self._gate)
        self._beside_text = float(provider.spec.max_tokens)
        self._failed: Counter[str] = Counter()
        self._lost_in_a_row = 0

    @property
    def tally(self) -> Tally:
        """What has gone wrong so far."""
        return Tally(
            failed=dict(self._failed.most_common()),
            paused_s=self._gate.paused_s,
            in_flight=self._limits.in_flight,
            fewest_in_flight=self._gate.places.fewest,
        )

    async def complete(self, request: JudgeRequest) -> Completion:
        """The answer, after as many tries as it takes.

        Raises the last TransientError where tries or patience are at an end, and a PermanentError that
        concerns all requests once several calls in a row could not even reach the judge or were only put off.
        """
        limits = self._limits
        plan = Plan(attempts=limits.tries, patience_s=limits.patience_s, first_wait_s=limits.first_wait_s)
        try:
            return await with_retries(lambda: self._ask(request), plan)
        except TransientError as error:
            if _unheard(error):
                self._lost_in_a_row += 1
                if self._lost_in_a_row >= _WALL:
                    raise _wall(error) from None
            raise

    async def close(self) -> None:
        """Let go of connections and processes."""
        await self._provider.close()

    async def _ask(self, request: JudgeRequest) -> Completion:
        """One try, as soon as the gate lets it through."""
        clock = asyncio.get_running_loop().time
        tokens = self._estimate(request)
        await self._line.enter(tokens)
        started = clock()
        try:
            completion = await self._provider.complete(request)
            self._gate.places.answered(started, clock())
            self._lost_in_a_row = 0
            self._settle(request, tokens, completion.usage)
        except ProviderError as error:
            self._note_failure(error, started, clock())
            raise
        finally:
            self._line.leave()
        return completion

    def _estimate(self, request: JudgeRequest) -> float:
        """Tokens of a call before it is made: its text, and the most of late that came on top of it."""
        return _text_tokens(request) + self._beside_text

    def _settle(self, request: JudgeRequest, estimate: float, usage: Usage) -> None:
        """Put the estimate right, and the next ones; it stands where the judge does not count."""
        used = usage.prompt_tokens + usage.completion_tokens
        if used:
            self._gate.correct(used - estimate)
            # the answer, the schema, and what a token holds less than in English
            self._beside_text = max(used - _text_tokens(request), self._beside_text * _FORGETTING)

    def _note_failure(self, error: ProviderError, started: float, now: float) -> None:
        # tokens stay as estimated: vendors count failed calls too
        self._failed[error.reason] += 1
        if error.status in OVERLOADED or error.reason == Kind.TIMEOUT:
            self._gate.places.overloaded(started, now)
        if not _unheard(error):
            self._lost_in_a_row = 0
        wish = error.retry_after if is_refusal(error) else None
        if wish is not None and wish <= self._limits.patience_s:
            self._gate.pause(now, wish)


def _text_tokens(request: JudgeRequest) -> float:
    return sum(len(message.content) for message in request.messages) / _CHARACTERS_A_TOKEN


def _unheard(error: ProviderError) -> bool:
    """Whether the judge did nothing with the request at all."""
    return error.reason == Kind.CONNECTION or is_refusal(error)


def _wall(error: TransientError) -> PermanentError:
    remedy = (
        "Check the endpoint and the network" if error.status is None else "Ask for less with --rpm or --tpm"
    )
    message = f"{error}; {_WALL} calls in a row were given up. {remedy}, then start the same command again."
    return PermanentError(message, reason=error.reason, concerns_all=True)

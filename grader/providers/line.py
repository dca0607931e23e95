"""The line before a gate: who came first starts first, and nobody is woken before it is time."""

import asyncio
import math
from collections import deque

from grader.providers.gate import Gate


class Line:
    """Lets calls through a gate. Each has one future of its own, and all together have one timer."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._waiting: deque[tuple[asyncio.Future[None], float]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    async def enter(self, tokens: float) -> None:
        """Wait until a call of about so many tokens may start; `leave` when it is over."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if not self._waiting and self._gate.wait(now) <= 0:
            self._gate.start(now, tokens)
            return
        turn = loop.create_future()
        self._waiting.append((turn, tokens))
        self._let_in(loop)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been let in
                self.leave()
            raise

    def leave(self) -> None:
        """A call is over, whatever came of it."""
        self._gate.end()
        self._let_in(asyncio.get_running_loop())

    def _let_in(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._waiting:
            turn, tokens = self._waiting[0]
            if not turn.cancelled():
                wait = self._gate.wait(now)
                if wait > 0:
                    self._come_back(loop, now + wait)
                    return
                self._gate.start(now, tokens)
                turn.set_result(None)
            self._waiting.popleft()

    def _come_back(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        """See again at `when`; if that is never, the end of a call will do it."""
        if self._alarm is not None and self._alarm.when() <= when:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if math.isinf(when) else loop.call_at(when, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._alarm = None
        self._let_in(loop)

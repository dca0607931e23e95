"""When the next call to a judge may start: its places, its limits a minute, its wish to be left alone."""

import math
import random
from collections.abc import Callable

from grader.providers.pace import Pace
from grader.providers.places import Places


class Gate:
    """One judge's limits together. Pure: the clock's seconds are given, and `draw` (0 to 1) is the chance.

    `rpm` and `tpm` are requests and tokens a minute; None: no limit. After a pause calls don't come back all
    at once but at random distances, over about `spread_s` seconds.
    """

    def __init__(
        self,
        in_flight: int,
        rpm: float | None,
        tpm: float | None,
        spread_s: float,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.places = Places(in_flight)
        self.paused_s = 0.0
        """Seconds for which the judge asked for no calls."""
        self._requests = Pace(rpm) if rpm else None
        self._tokens = Pace(tpm) if tpm else None
        self._spread_s = spread_s
        self._draw = draw
        self._under_way = 0
        self._paused_until = -math.inf
        self._next_start = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a call may start; 0 or less: now; infinite: when another one ends."""
        if self._under_way >= self.places.open:
            return math.inf
        wait = self._next_start - now
        if self._requests:
            wait = max(wait, self._requests.wait(now))
        if self._tokens:
            wait = max(wait, self._tokens.wait(now))
        return wait

    def start(self, now: float, tokens: float) -> None:
        """A call starts that will take about so many tokens."""
        self._under_way += 1
        if self._requests:
            self._requests.spend(now, 1)
        if self._tokens:
            self._tokens.spend(now, tokens)
        if now < self._paused_until + self._spread_s:
            self._next_start = now + self._distance()

    def end(self) -> None:
        """A call that had started is over, whatever came of it."""
        self._under_way -= 1

    def correct(self, tokens: float) -> None:
        """A call took so many tokens more than it started with (fewer, if negative)."""
        if self._tokens:
            self._tokens.correct(tokens)

    def pause(self, now: float, seconds: float) -> None:
        """The judge asks for no calls at all for so long; of several wishes the longest counts."""
        until = now + seconds
        if until > self._paused_until:
            self.paused_s += until - max(now, self._paused_until)
            self._paused_until = until
            self._next_start = until + self._distance()

    def _distance(self) -> float:
        return 2 * self._draw() * self._spread_s / self.places.open

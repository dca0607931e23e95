"""How many calls a judge is given at once: fewer when it refuses or slows down, more when it recovers."""

import math
from collections import deque

_LEAST_WINDOW = 8
"""Outcomes without which nothing is decided."""
_STEPS = 20
"""Windows without trouble that lead from nothing back to the ceiling."""
_STRAY = 0.1
_RECENT = 512
_SLOW = 3.0
"""Latency is a sign of overload from so many times the usual on; below, answers just differ in length."""
_NOISE_S = 0.5
"""Smaller differences in latency are this program's own."""
_HELPED = 0.9


class Places:
    """Calls at once, between 1 and `ceiling`; it starts at the ceiling.

    Additive increase, multiplicative decrease, once a window. A window is as many outcomes as there are
    places; those of calls that began before the last cut don't count, as they say nothing of what it did.

    * The share of refused calls decides how deep a cut is, up to a half, as in data center TCP (RFC 8257,
      3.3). Up to a tenth is no sign of overload: stray refusals, whatever their cause, cost no places.
    * A window whose median latency is far above the tenth percentile of the last 512 answers is cut by
      the ratio of the two, as in the gradient limits of Netflix's concurrency-limits. Some queue is left at
      the judge, which is kept busy. Where such a cut does not help, the load was not the cause (other
      tasks, a slow day), and what is usual is learned anew.
    * Any other window adds a twentieth of the ceiling, at least 1.

    Pure: all times are given, in seconds of any clock that only goes forward.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = float(ceiling)
        self._cut_at = -math.inf
        self._refused = 0
        self._latencies: list[float] = []
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._slow_before: float | None = None
        self.fewest = ceiling
        """The lowest that it came to."""

    @property
    def open(self) -> int:
        """Calls that may be under way now."""
        return int(self._limit)

    def answered(self, started: float, now: float) -> None:
        """A call that began at `started` has its answer."""
        if started >= self._cut_at:
            self._latencies.append(now - started)
            self._close_window(now)

    def overloaded(self, started: float, now: float) -> None:
        """A call that began at `started` was refused for now, or had no answer in time."""
        if started >= self._cut_at:
            self._refused += 1
            self._close_window(now)

    def _close_window(self, now: float) -> None:
        outcomes = self._refused + len(self._latencies)
        if outcomes < max(self.open, _LEAST_WINDOW):
            return
        refused = self._refused / outcomes
        kept = 1 - refused / 2 if refused > _STRAY else self._kept_for_latency()
        if kept < 1:
            self._limit = max(1.0, self._limit * kept)
            self._cut_at = now
            self.fewest = min(self.fewest, self.open)
        else:
            self._limit = min(self._ceiling, self._limit + max(1.0, self._ceiling / _STEPS))
        self._refused = 0
        self._latencies = []

    def _kept_for_latency(self) -> float:
        """The share of places that is kept after a window in which calls were answered."""
        median = _quantile(self._latencies, 0.5)
        before, self._slow_before = self._slow_before, None
        if before is not None and median > before * _HELPED:
            self._recent.clear()
        self._recent.extend(self._latencies)
        usual = _quantile(self._recent, 0.1)
        if median <= usual * _SLOW or median - usual < _NOISE_S:
            return 1.0
        self._slow_before = median
        return max(0.5, usual * _SLOW / median)


def _quantile(values: list[float] | deque[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]

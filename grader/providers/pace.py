"""How soon the next call may start, where only so many units (requests or tokens) a minute are allowed."""

import math

_MINUTE_S = 60.0
_SLACK_S = 1.0
"""What was left unused for up to so long may be made up for: clocks wake late."""


class Pace:
    """A meter of units a minute: the generic cell rate algorithm of ITU-T I.371 (virtual scheduling).

    It keeps the moment at which all that was spent is paid for at the steady rate; a call may start from then
    on. So calls are spread over the minute, which vendors that look at single seconds want too. In no 60
    seconds do more than `limit` units start, but for what the last call in them goes over. Times are seconds
    of any clock that only goes forward.
    """

    def __init__(self, limit: float) -> None:
        self._unit_s = (_MINUTE_S + _SLACK_S) / limit
        self._paid_at = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a call may start, of any size; 0 or less: now."""
        return self._paid_at - now

    def spend(self, now: float, units: float) -> None:
        """A call of so many units starts."""
        self._paid_at = max(self._paid_at, now - _SLACK_S) + units * self._unit_s

    def correct(self, units: float) -> None:
        """A call that was let in took so many units more (or fewer, if negative) than it was taken for."""
        self._paid_at += units * self._unit_s

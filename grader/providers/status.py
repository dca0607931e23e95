"""The one map from what went wrong in a call to whether a retry may help."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from grader.errors import (
    ContextTooLongError,
    PermanentError,
    ProviderError,
    RefusedError,
    TransientError,
)

TRANSIENT_CLIENT_ERRORS = frozenset({408, 409, 425, 429})
OUT_OF_CREDIT = "insufficient_quota"
TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
FILTERED = frozenset({"content_filter", "content_policy_violation"})
# Only these are repeated in messages: any other code is the server's own text and could hold anything.
KNOWN_CODES = frozenset(
    {
        OUT_OF_CREDIT,
        "rate_limit_exceeded",
        *TOO_LONG,
        *FILTERED,
        "model_not_found",
        "invalid_api_key",
        "unsupported_parameter",
        "unsupported_value",
        "overloaded_error",
    }
)


class Kind(StrEnum):
    """What went wrong; the value is the phrase that the user reads."""

    STATUS = "HTTP error"
    TIMEOUT = "no answer in time"
    CONNECTION = "connection failed"
    GARBLED = "the answer is no chat completion"
    FOREIGN = "the answer is none of a batch API; check the endpoint"


@dataclass(frozen=True)
class Fault:
    """A failed call, free of any SDK's types and of anything that was sent."""

    kind: Kind
    status: int | None = None
    code: str | None = None
    retry_after: float | None = None
    """Seconds."""


def provider_error(judge: str, fault: Fault) -> ProviderError:
    """TransientError where a retry of `judge` (provider:model) may help after `fault`, else PermanentError.

    The message holds the judge's name, the status and a known error code; never a key or a candidate's text.
    """
    reason, status = _phrase(fault), fault.status
    message = f"{judge}: {reason}"
    if fault.code in TOO_LONG or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return ContextTooLongError(message, status=status, reason=reason)
    if fault.code in FILTERED:
        return RefusedError(message, status=status, reason=reason)
    if _retry_may_help(fault):
        return TransientError(message, status=status, reason=reason, retry_after=fault.retry_after)
    return PermanentError(message, status=status, reason=reason)


def _retry_may_help(fault: Fault) -> bool:
    if fault.status is None:
        return True
    if fault.code == OUT_OF_CREDIT:
        return False
    return fault.status in TRANSIENT_CLIENT_ERRORS or fault.status >= 500


def _phrase(fault: Fault) -> str:
    if fault.status is None:
        return fault.kind.value
    try:
        name = HTTPStatus(fault.status).phrase.lower()
    except ValueError:
        name = "server error" if fault.status >= 500 else "refused"
    code = f", {fault.code}" if fault.code in KNOWN_CODES else ""
    return f"HTTP {fault.status} ({name}{code})"


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait; None where it does not say, or says nonsense.

    Reads `retry-after-ms`, then `retry-after` as seconds or as an HTTP date (RFC 9110, 10.2.3), which
    counts from `now` (default: the clock) and is 0 when past. Header names are matched in any case.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    milliseconds = _seconds(lower.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    wish = lower.get("retry-after", "")
    seconds = _seconds(wish)
    return seconds if seconds is not None else _until(wish, now or datetime.now(UTC))


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())

"""The status map and Retry-After, apart from any SDK."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import PermanentError, TransientError
from grader.providers.status import Fault, Kind, provider_error, retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"RETRY-AFTER-MS": "250", "Retry-After": "9"}, 0.25),
        ({"retry-after-ms": "soon", "Retry-After": "9"}, 9.0),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90.0),
        ({"Retry-After": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 0.0),
        ({"Retry-After": "Sun, 01 Mar 2026 12:00:05 -0000"}, 5.0),
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["Retry-After", "retry-after-ms"]), st.text(), max_size=2))
def test_retry_after_never_fails(headers: dict[str, str]) -> None:
    seconds = retry_after(headers, NOW)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.CONNECTION, Kind.GARBLED])
def test_faults_without_a_status_are_transient(kind: Kind) -> None:
    error = provider_error("openai:m", Fault(kind))
    assert isinstance(error, TransientError)
    assert str(error) == f"openai:m: {kind.value}"


def test_a_message_names_status_and_known_code_only() -> None:
    known = provider_error("openai:m", Fault(Kind.STATUS, status=400, code="context_length_exceeded"))
    unknown = provider_error("openai:m", Fault(Kind.STATUS, status=529, code="sk-secret"))
    assert str(known) == "openai:m: HTTP 400 (bad request, context_length_exceeded)"
    assert str(unknown) == "openai:m: HTTP 529 (server error)"


def test_out_of_credit_is_permanent_only_by_its_code() -> None:
    assert isinstance(
        provider_error("m", Fault(Kind.STATUS, status=429, code="insufficient_quota")), PermanentError
    )
    assert isinstance(
        provider_error("m", Fault(Kind.STATUS, status=429, code="rate_limit_exceeded")), TransientError
    )

"""Answers in shapes of their own end as provider errors, never as anything else."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.exchange import Usage
from grader.errors import ProviderError
from grader.providers.chat_format import error_code, parse_body, read_completion, read_usage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def body(message: Any, **fields: Any) -> dict[str, Any]:
    return {"model": "m", "choices": [{"message": message, "finish_reason": "stop"}], **fields}


def test_parts_of_a_text_are_joined() -> None:
    parts = [{"type": "text", "text": '{"a"'}, {"type": "image"}, {"type": "text", "text": ": 1}"}]
    assert read_completion("p:m", body({"content": parts}), latency_s=0).text == '{"a": 1}'


@pytest.mark.parametrize(
    "message", [{"tool_calls": [{}]}, {"content": 5}, "words", [1], {"content": [{"type": "text"}]}]
)
def test_what_cannot_be_read_is_a_provider_error(message: Any) -> None:
    with pytest.raises(ProviderError, match="no chat completion"):
        read_completion("p:m", body(message), latency_s=0)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "choices": st.lists(st.fixed_dictionaries({}, optional={"message": JSON, "finish_reason": JSON})),
            "usage": JSON,
            "model": JSON,
            "system_fingerprint": JSON,
            "error": JSON,
        },
    )
)
def test_any_body_gives_a_completion_or_a_provider_error(answer: dict[str, Any]) -> None:
    with contextlib.suppress(ProviderError):
        read_completion("p:m", answer, latency_s=0)


@pytest.mark.parametrize(
    ("counted", "cached"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 128}}, 128),
        ({"prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 236}, 64),
        ({"prompt_tokens_details": {"cached_tokens": 64}, "prompt_cache_hit_tokens": 64}, 64),
        ({"prompt_tokens_details": None}, 0),
        ({"prompt_tokens_details": {"cached_tokens": None}, "prompt_cache_hit_tokens": None}, 0),
        ({}, 0),
    ],
)
def test_tokens_from_a_cache(counted: dict[str, Any], cached: int) -> None:
    usage = {"prompt_tokens": 300, "completion_tokens": 20, **counted}
    assert read_usage({"usage": usage}) == Usage(
        prompt_tokens=300, completion_tokens=20, cached_tokens=cached
    )


def test_half_a_character_is_marked() -> None:
    half = json.loads('"I am \\ud83d"')
    read = read_completion("p:m", body({"content": half, "refusal": half}, model=half), latency_s=0)
    assert (read.text, read.refusal, read.model) == ("I am \ufffd",) * 3
    assert read.model_dump_json()


def test_a_whole_character_stays() -> None:
    assert read_completion("p:m", body({"content": "é 🙂"}), latency_s=0).text == "é 🙂"


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b'"words"', b"\xff\xfe{", b"[" * 100_000])
def test_what_is_no_json_object(content: bytes) -> None:
    assert error_code(content) is None
    with pytest.raises(ProviderError, match="no chat completion"):
        parse_body("p:m", content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"error": {"code": "rate_limit_exceeded", "type": "tokens"}}', "rate_limit_exceeded"),
        (b'{"error": {"code": 429, "type": "overloaded_error"}}', "overloaded_error"),
        (b'{"error": {"code": null}}', None),
        (b'{"error": "busy"}', None),
        (b"{}", None),
    ],
)
def test_the_code_of_an_error(content: bytes, code: str | None) -> None:
    assert error_code(content) == code

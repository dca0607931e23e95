"""Answers in shapes of their own end as provider errors, never as anything else."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import ProviderError
from grader.providers.chat_format import read_completion

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

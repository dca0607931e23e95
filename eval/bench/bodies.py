"""Bodies of requests and answers in the two formats of OpenAI's API: chat completions and responses."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from eval.bench.schemas import TEXT, instance

_NAMED = re.compile(r'<rubric_criterion id="([^"]+)"')
_GRADE = re.compile(r"\bGRADE:")
_DIFFERENT = 120
"""Answers to one schema; they are made once, so that the server costs little."""


def prompt_of(body: Mapping[str, Any]) -> str:
    """All text of a request's messages, in order."""
    asked = body.get("messages", body.get("input", ""))
    messages = asked if isinstance(asked, list) else [{"content": asked}]
    return "\n".join([body.get("instructions") or "", *(_content(m) for m in messages)]).lstrip("\n")


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def answer_text(body: Mapping[str, Any], prompt: str) -> str:
    """An answer in the form that was asked for: by schema, by tool, or in the plain words of a peer."""
    draw = crc32(prompt.encode())
    schema = schema_of(body)
    if schema is not None:
        return _instance_text(json.dumps(schema), draw % _DIFFERENT, tuple(_NAMED.findall(prompt)))
    if _GRADE.search(prompt):
        return f"{TEXT}\n\nGRADE: {'CI'[draw % 2]}"
    return json.dumps({"score": draw % 11, "reason": TEXT})


@lru_cache(maxsize=4096)
def _instance_text(schema: str, draw: int, criteria: tuple[str, ...]) -> str:
    return json.dumps(_for_all(instance(json.loads(schema), draw), criteria))


def schema_of(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The JSON schema of the answer, wherever the request has it."""
    form = body.get("response_format") or (body.get("text") or {}).get("format") or {}
    if form.get("type") == "json_schema":
        return dict((form.get("json_schema") or form)["schema"])
    if tools := body.get("tools"):
        return dict(tools[0].get("function", tools[0])["parameters"])
    return None


def _for_all(answer: Any, criteria: Sequence[str]) -> Any:
    """An answer whose list has an entry for each criterion that the prompt names, where it names any."""
    if not criteria or not isinstance(answer, dict):
        return answer
    return {name: _entries(value, criteria) for name, value in answer.items()}


def _entries(value: Any, criteria: Sequence[str]) -> Any:
    if not (isinstance(value, list) and value and isinstance(value[0], dict) and "criterion_id" in value[0]):
        return value
    return [value[0] | {"criterion_id": criterion} for criterion in criteria]


def chat_completion(body: Mapping[str, Any], prompt: str, text: str) -> dict[str, Any]:
    """A chat completion that says `text`, as content or as arguments of the tool that was offered."""
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    finish = "stop"
    if body.get("tools"):
        called = {"name": body["tools"][0]["function"]["name"], "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": called}]}
        finish = "tool_calls"
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": finish}
    if body.get("logprobs"):
        choice["logprobs"] = {"content": [_token(piece) for piece in re.findall(r"\d+|\D+", text)]}
    sent, said = len(prompt) // 4, len(text) // 4
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_795_000_000,
        "model": body.get("model"),
        "system_fingerprint": "fp_stand_in",
        "choices": [choice],
        "usage": {"prompt_tokens": sent, "completion_tokens": said, "total_tokens": sent + said},
    }


def _token(piece: str) -> dict[str, Any]:
    token = {"token": piece, "logprob": -0.1, "bytes": None}
    return token | {"top_logprobs": [token]}


def response(body: Mapping[str, Any], prompt: str, text: str) -> dict[str, Any]:
    """An object of the responses endpoint that says `text`."""
    sent, said = len(prompt) // 4, len(text) // 4
    content = [{"type": "output_text", "text": text, "annotations": []}]
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_795_000_000,
        "status": "completed",
        "model": body.get("model"),
        "output": [message | {"content": content}],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": sent,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sent + said,
        },
    }

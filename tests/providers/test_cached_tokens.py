"""Tokens that a vendor read from its cache, as litellm tells of them from the vendor's own words."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from grader.domain.exchange import JudgeSpec, Usage
from grader.providers.litellm import LiteLLMProvider
from grader.providers.output import OutputMode
from tests.providers.conftest import KEY, grading_request

ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": "{}"}],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 50,
        "cache_read_input_tokens": 700,
        "cache_creation_input_tokens": 0,
        "output_tokens": 20,
    },
}
DEEPSEEK = {
    "id": "1",
    "object": "chat.completion",
    "created": 1_750_000_000,
    "model": "deepseek-chat",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"},
    ],
    "usage": {
        "prompt_tokens": 750,
        "prompt_cache_hit_tokens": 700,
        "prompt_cache_miss_tokens": 50,
        "completion_tokens": 20,
        "total_tokens": 770,
    },
}


@pytest.mark.usefixtures("_sdks")
@pytest.mark.parametrize(
    ("model", "told"), [("anthropic/claude-sonnet-4-5", ANTHROPIC), ("deepseek/deepseek-chat", DEEPSEEK)]
)
async def test_each_vendors_count_is_read(model: str, told: dict[str, Any]) -> None:
    async def reply(_: web.Request) -> web.Response:
        return web.json_response(told)

    app = web.Application()
    app.router.add_post("/{path:.*}", reply)
    judge = JudgeSpec(provider="litellm", model=model)
    async with TestServer(app) as server:
        provider = LiteLLMProvider(
            judge,
            api_base=str(server.make_url("")),
            api_key=KEY,
            timeout_s=60,
            output=OutputMode.JSON_OBJECT,
        )
        completion = await provider.complete(grading_request(judge))
        await provider.close()
    assert completion.usage == Usage(prompt_tokens=750, completion_tokens=20, cached_tokens=700)

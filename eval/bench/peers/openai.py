"""OpenAI's SDK, with the client that it comes with (`httpx`) or with aiohttp's (`aiohttp`)."""

import asyncio
from typing import Any

import openai

from eval.bench.measuring import job, tell
from eval.bench.peers.plain import rate_all


async def main() -> None:
    """Rate all letters."""
    todo = job()
    http = openai.DefaultAioHttpClient() if todo.mode == "aiohttp" else None
    async with openai.AsyncOpenAI(base_url=todo.url, api_key="none", http_client=http) as client:
        chat: Any = client.chat.completions

        async def ask(body: dict[str, Any]) -> str:
            return str((await chat.create(**body)).choices[0].message.content)

        tell(*await rate_all(ask, todo))


if __name__ == "__main__":
    asyncio.run(main())

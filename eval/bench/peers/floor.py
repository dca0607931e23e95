"""The floor: plain aiohttp, nothing checked, nothing kept."""

import asyncio
from typing import Any

import aiohttp

from eval.bench.measuring import job, tell
from eval.bench.peers.plain import rate_all


async def main() -> None:
    """Rate all letters."""
    todo = job()
    connector = aiohttp.TCPConnector(limit=todo.in_flight)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(body: dict[str, Any]) -> str:
            async with session.post(f"{todo.url}/chat/completions", json=body) as response:
                response.raise_for_status()
                return str((await response.json())["choices"][0]["message"]["content"])

        tell(*await rate_all(ask, todo))


if __name__ == "__main__":
    asyncio.run(main())

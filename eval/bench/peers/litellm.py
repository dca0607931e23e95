"""litellm's completion call."""

import asyncio
from typing import Any

import litellm

from eval.bench.measuring import job, tell
from eval.bench.peers.plain import MODEL, rate_all


async def main() -> None:
    """Rate all letters."""
    todo = job()
    call: Any = litellm.acompletion

    async def ask(body: dict[str, Any]) -> str:
        answer = await call(**body | {"model": f"openai/{MODEL}"}, api_base=todo.url, api_key="none")
        return str(answer.choices[0].message.content)

    tell(*await rate_all(ask, todo))


if __name__ == "__main__":
    asyncio.run(main())

"""Processor time of one call, by the client that makes it, against a stand-in server in a process of its own.

    python -m eval.bench.clients [--url http://HOST:PORT/v1] [--calls 400] [--in-flight 50]

Each client works in a fresh process; the clock starts after its first calls. Without --url the stand-in of
the tests is started. Compare the ratios of one run: the milliseconds are those of the machine.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from grader.datafiles import load_prompt, load_rubrics
from grader.domain.exchange import JudgeRequest, JudgeSpec, Provider
from grader.judge import build_requests, passages
from grader.providers.chat_format import messages, output_arguments
from grader.providers.output import OutputMode
from grader.segments import segment

ROOT = Path(__file__).parents[2]
SPEC = JudgeSpec(provider="openai", model="bench-model")
WARM_UP = 20
_TEXT = (
    "Order {n} came without two boxes of gloves. Please send them by Friday, and tell me when they leave. "
)

Ask = Callable[[JudgeRequest], Awaitable[object]]


class Figures(NamedTuple):
    """What one client took."""

    cpu_ms: float
    """Milliseconds of processor time a call, of the client's process."""
    wall_s: float


def requests(count: int) -> list[JudgeRequest]:
    """`count` requests of eight criteria and some 150 words each, no two the same."""
    rubric, prompt = load_rubrics()["vendor_email"], load_prompt("structured-v3")
    made: list[JudgeRequest] = []
    for n in range(count):
        text = _TEXT.format(n=n) * 8
        made += build_requests(rubric, passages(text, segment(text)), prompt, SPEC, "one_call")
    return made


def body(request: JudgeRequest) -> dict[str, Any]:
    """A request as the endpoint takes it."""
    judge = request.judge
    settings = {"model": judge.model, "temperature": judge.temperature, "seed": judge.seed}
    limit = {"max_tokens": judge.max_tokens}
    form = output_arguments(request.answer_schema, OutputMode.JSON_SCHEMA)
    return {"messages": messages(request), **settings, **limit, **form}


@asynccontextmanager
async def aiohttp_client(url: str) -> AsyncIterator[Ask]:
    """The floor: nothing but the exchange."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(request: JudgeRequest) -> object:
            data = json.dumps(body(request)).encode()
            headers = {"Content-Type": "application/json", "Authorization": "Bearer none"}
            async with session.post(f"{url}/chat/completions", data=data, headers=headers) as response:
                return json.loads(await response.read())

        yield ask


@asynccontextmanager
async def openai_sdk(url: str, *, ready_body: bool = False, over_httpx: bool = False) -> AsyncIterator[Ask]:
    """OpenAI's SDK: its typed method, or its `post` with a body that is ready."""
    import httpx
    import openai

    transport = openai.DefaultAsyncHttpxClient() if over_httpx else openai.DefaultAioHttpClient()
    async with openai.AsyncOpenAI(
        base_url=url, api_key="none", max_retries=0, http_client=transport
    ) as client:

        async def typed(request: JudgeRequest) -> object:
            raw = await client.chat.completions.with_raw_response.create(**body(request))
            return json.loads(raw.content)

        async def ready(request: JudgeRequest) -> object:
            data = json.dumps(body(request)).encode()
            headers = {"Content-Type": "application/json"}
            options: Any = {"headers": headers}
            raw = await client.post(
                "/chat/completions", cast_to=httpx.Response, content=data, options=options
            )
            return json.loads(raw.content)

        yield ready if ready_body else typed


@asynccontextmanager
async def judge(url: str, kind: str) -> AsyncIterator[Ask]:
    """This program's own judge of a kind, as `grader grade` uses it, retries left out."""
    provider: Provider
    if kind == "openai":
        from grader.providers.openai import OpenAIProvider

        provider = OpenAIProvider(
            SPEC, base_url=url, api_key=None, timeout_s=120, output=OutputMode.JSON_SCHEMA
        )
    else:
        from grader.providers.litellm import LiteLLMProvider

        spec = SPEC.model_copy(update={"provider": "litellm", "model": f"openai/{SPEC.model}"})
        provider = LiteLLMProvider(
            spec, api_base=url, api_key="none", timeout_s=120, output=OutputMode.JSON_SCHEMA
        )
    try:
        yield provider.complete
    finally:
        await provider.close()


CLIENTS: dict[str, Callable[[str], AbstractAsyncContextManager[Ask]]] = {
    "aiohttp alone": aiohttp_client,
    "judge openai:": lambda url: judge(url, "openai"),
    "judge litellm:": lambda url: judge(url, "litellm"),
    "openai SDK, post, aiohttp": lambda url: openai_sdk(url, ready_body=True),
    "openai SDK, create, aiohttp": openai_sdk,
    "openai SDK, create, httpx": lambda url: openai_sdk(url, over_httpx=True),
}


def measure(name: str, url: str, calls: int, in_flight: int) -> Figures:
    """Make the calls through the client called `name`."""
    return asyncio.run(_measure(CLIENTS[name], url, calls, in_flight))


async def _measure(
    client: Callable[[str], AbstractAsyncContextManager[Ask]], url: str, calls: int, in_flight: int
) -> Figures:
    places = asyncio.Semaphore(in_flight)
    first, counted = requests(WARM_UP), requests(calls)

    async with client(url) as ask:

        async def one(request: JudgeRequest) -> None:
            async with places:
                await ask(request)

        await asyncio.gather(*map(one, first))
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*map(one, counted))
        return Figures((time.process_time() - cpu) / calls * 1000, time.perf_counter() - wall)


@contextmanager
def standin(latency_s: float) -> Iterator[str]:
    """The address of a stand-in endpoint, started in a process of its own."""
    command = [sys.executable, "-m", "tests.standin", "--latency", str(latency_s)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def table(url: str, names: list[str], calls: int, in_flight: int) -> Iterator[str]:
    """The lines of the table, each when its client is done; ratios are to the first."""
    yield f"{'client':<28} {'ms CPU/call':>12} {'ratio':>6} {'wall s':>7}"
    floor: Figures | None = None
    for name in names:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
            figures = process.submit(measure, name, url, calls, in_flight).result()
        floor = floor or figures
        ratio = figures.cpu_ms / floor.cpu_ms
        yield f"{name:<28} {figures.cpu_ms:>12.2f} {ratio:>6.1f} {figures.wall_s:>7.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--url", help="an OpenAI-compatible endpoint that is running")
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--in-flight", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds, of the stand-in")
    parser.add_argument("--only", choices=CLIENTS, action="append", help="a client; may be repeated")
    chosen = parser.parse_args()
    names = chosen.only or list(CLIENTS)

    def show(url: str) -> None:
        for line in table(url, names, chosen.calls, chosen.in_flight):
            print(line, flush=True)

    if chosen.url:
        show(chosen.url)
        return
    with standin(chosen.latency) as url:
        show(url)


if __name__ == "__main__":
    main()

"""A stand-in OpenAI-compatible server on loopback: valid answers after a fixed time, and faults by rate.

    python -m eval.bench.server --latency 0.2 [--too-many 0.05] [--broken 0.02] [--truncated 0.05] [--seed 1]

Prints its address and serves until it is ended. GET /stats tells what it was asked since POST /reset. It
keeps no answer and no text beyond the first prompts, so that it costs little and always the same.
"""

import argparse
import asyncio
import json
import random
import time
from os.path import commonprefix
from typing import Any, NamedTuple

from aiohttp import web

from eval.bench.bodies import answer_text, chat_completion, prompt_of, response

_SAMPLED = 20
"""Prompts kept, to tell how much of them is the same for all."""
_RETRY_AFTER_S = 1


class Faults(NamedTuple):
    """Shares of requests that meet a fault."""

    too_many: float = 0.0
    """Status 429 with Retry-After."""
    broken: float = 0.0
    """Status 500."""
    truncated: float = 0.0
    """An answer whose JSON ends in the middle, with nothing else to show it."""


class StandIn:
    """Answers and counts."""

    def __init__(self, latency_s: float, faults: Faults, seed: int) -> None:
        self._latency_s = latency_s
        self._faults = faults
        self._seed = seed
        self._in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Count from zero, and draw faults from the seed on."""
        self._random = random.Random(self._seed)
        self._prompts: list[str] = []
        self._cpu_before = time.process_time()
        self._counts = dict.fromkeys(
            ("requests", "peak_in_flight", "prompt_chars", "body_bytes", *Faults._fields), 0
        )

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """One request: an answer, a fault or the counts."""
        if request.path == "/reset":
            self.reset()
            return web.Response()
        if request.path == "/stats":
            return web.json_response(self.stats())
        raw = await request.read()
        self._in_flight += 1
        try:
            return await self._answer(request.path, raw)
        finally:
            self._in_flight -= 1

    async def _answer(self, path: str, raw: bytes) -> web.Response:
        body = json.loads(raw)
        prompt = prompt_of(body)
        self._count(prompt, raw)
        await asyncio.sleep(self._latency_s)
        fault = self._draw()
        if fault == "too_many":
            after = {"Retry-After": str(_RETRY_AFTER_S)}
            return web.json_response(_error("rate_limit_exceeded"), status=429, headers=after)
        if fault == "broken":
            return web.json_response(_error("server_error"), status=500)
        text = answer_text(body, prompt)
        if fault == "truncated":
            text = text[: len(text) // 2]
        form = response if path.endswith("/responses") else chat_completion
        return web.Response(body=json.dumps(form(body, prompt, text)), content_type="application/json")

    def _count(self, prompt: str, raw: bytes) -> None:
        counts = self._counts
        counts["requests"] += 1
        counts["prompt_chars"] += len(prompt)
        counts["body_bytes"] += len(raw)
        counts["peak_in_flight"] = max(counts["peak_in_flight"], self._in_flight)
        if len(self._prompts) < _SAMPLED:
            self._prompts.append(prompt)

    def _draw(self) -> str | None:
        draw = self._random.random()
        for name, share in self._faults._asdict().items():
            draw -= share
            if draw < 0:
                self._counts[name] += 1
                return str(name)
        return None

    def stats(self) -> dict[str, Any]:
        """Counts so far, CPU seconds, and the share of prompts that stays the same."""
        sampled = sum(map(len, self._prompts))
        same = len(commonprefix(self._prompts)) * len(self._prompts)  # noqa: RUF071 - texts, no paths
        cpu_s = time.process_time() - self._cpu_before
        return {**self._counts, "prefix_share": same / sampled if sampled else 0.0, "cpu_s": cpu_s}


def _error(code: str) -> dict[str, Any]:
    return {"error": {"message": "A fault by rate.", "type": code, "code": code}}


async def start(stand_in: StandIn) -> tuple[web.ServerRunner, str]:
    """Listen on a free port of loopback; returns what to clean up, and the address."""
    runner = web.ServerRunner(web.Server(stand_in.handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _serve(stand_in: StandIn) -> None:
    _, address = await start(stand_in)
    print(address, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve as the options say."""
    parser = argparse.ArgumentParser(description="A stand-in OpenAI-compatible server on loopback.")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds before each answer")
    for name in Faults._fields:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=0.0, help="share of requests")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faults = Faults(*(getattr(options, name) for name in Faults._fields))
    asyncio.run(_serve(StandIn(options.latency, faults, options.seed)))


if __name__ == "__main__":
    main()

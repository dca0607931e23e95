"""A stand-in for an OpenAI-compatible endpoint on loopback: valid answers, and faults by script or rate.

As a server of its own, for tests of whole programs; it prints its address and serves until killed:

    python -m tests.standin --port 0 --rate status:429=0.1 --rate truncated=0.05 --seed 1
"""

import argparse
import asyncio
import hashlib
import json
import math
import random
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

VERDICTS = ("met", "partly", "not_met", "cannot_assess")


@dataclass(frozen=True)
class Step:
    """What the server does with one request.

    Kinds: `ok`; `status` (an error of `status`); `reset` (connection reset before any answer), `cut` (in
    mid-body), `stall` (silent for `seconds`), `hang` (in mid-body, for `seconds`);
    `html` (200, but no JSON); `error_in_200`;
    `truncated` (answer cut off, finish_reason length), `wrong_ids`, `missing_id`, `extra_text`,
    `out_of_range`, `duplicate_key`, `empty` (no content); `refusal`, `content_filter`; `other_model`;
    `no_usage`; `two_calls`.
    """

    kind: str = "ok"
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    seconds: float = 30.0


class StandIn:
    """What the server will do next (steps first, then by rates), and what it was sent."""

    def __init__(
        self,
        steps: Sequence[Step] = (),
        *,
        rates: Sequence[tuple[Step, float]] = (),
        seed: int = 0,
        criteria: Sequence[str] = (),
        latency_s: float = 0.0,
    ) -> None:
        """`rates`: share of requests that meet a step. `criteria`: answered when a request has no schema."""
        self.steps = deque(steps)
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.rates = rates
        self._random = random.Random(seed)
        self._criteria = criteria
        self._latency_s = latency_s

    @property
    def requests(self) -> int:
        """Requests received so far."""
        return len(self.bodies)

    async def start(self, port: int = 0) -> web.AppRunner:
        """Listen on loopback; sets `url`. Port 0: any free one."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_post("/v1/chat/completions", self._chat)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return runner

    def _next_step(self) -> Step:
        if self.steps:
            return self.steps.popleft()
        draw = self._random.random()
        for step, rate in self.rates:
            draw -= rate
            if draw < 0:
                return step
        return Step()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        step = self._next_step()
        await asyncio.sleep(step.seconds if step.kind == "stall" else self._latency_s)
        if step.kind == "status":
            # the server's own words hold what must never come out again: the key and the candidate's text
            told = f"{request.headers.get('Authorization')} {body['messages'][-1]['content']}"
            error = {"message": told, "type": "some_error", "code": step.code}
            return web.json_response({"error": error}, status=step.status, headers=dict(step.headers))
        if step.kind in ("reset", "cut", "hang"):
            silent_s = step.seconds if step.kind == "hang" else 0.02
            return await _drop(request, midway=step.kind != "reset", silent_s=silent_s)
        if step.kind == "html":
            return web.Response(text="<html>Welcome</html>", content_type="text/html")
        if step.kind == "error_in_200":
            return web.json_response({"error": {"message": "upstream", "code": step.status}})
        return web.json_response(completion(body, step.kind, self._criteria))


async def _drop(request: web.Request, *, midway: bool, silent_s: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    if midway:
        await response.prepare(request)
        await response.write(b'{"id": "chatcmpl')
        await asyncio.sleep(silent_s)
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return response


def completion(body: Mapping[str, Any], kind: str, criteria: Sequence[str]) -> dict[str, Any]:
    """A chat completion for `body`, spoiled in the way of `kind`."""
    text = _spoil(answer(body, criteria), kind)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    finish = {"truncated": "length", "content_filter": "content_filter"}.get(kind, "stop")
    if kind == "refusal":
        message |= {"content": None, "refusal": "I can't help with that."}
    elif kind in ("content_filter", "empty"):
        message["content"] = None
    elif tools := body.get("tools"):
        function = {"name": tools[0]["function"]["name"], "arguments": text}
        count = 2 if kind == "two_calls" else 1
        calls = [{"id": f"call_{i}", "type": "function", "function": function} for i in range(count)]
        message |= {"content": None, "tool_calls": calls}
        finish = "length" if kind == "truncated" else "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": finish}
    if body.get("logprobs") and message["content"]:
        choice["logprobs"] = {"content": list(_logprobs(text)), "refusal": None}
    prompt_tokens = sum(len(m["content"]) for m in body["messages"]) // 4
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": len(text) // 4,
        "total_tokens": prompt_tokens + len(text) // 4,
        "prompt_tokens_details": {"cached_tokens": prompt_tokens // 2},
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_750_000_000,
        "model": "another-model" if kind == "other_model" else body["model"],
        "system_fingerprint": "fp_standin",
        "choices": [choice],
    } | ({} if kind == "no_usage" else {"usage": usage})


def answer(body: Mapping[str, Any], criteria: Sequence[str]) -> dict[str, Any]:
    """A valid answer: verdicts follow from the last message's text, so equal requests get equal answers."""
    asked = _schema(body)
    told = body["messages"][-1]["content"]
    grading = {}
    for criterion in asked["properties"] if asked else criteria:
        number = int(hashlib.sha256(f"{criterion}\n{told}".encode()).hexdigest(), 16)
        verdict = VERDICTS[number % 3]
        segments = [] if verdict == "not_met" else [1]
        reason = f'The "verdict": "not_met" for {criterion} — naïve.'
        grading[criterion] = {"segments": segments, "reason": reason, "verdict": verdict}
    return grading


def _schema(body: Mapping[str, Any]) -> dict[str, Any] | None:
    if tools := body.get("tools"):
        return dict(tools[0]["function"]["parameters"])
    form = (body.get("response_format") or {}).get("json_schema")
    return dict(form["schema"]) if form else None


def _spoil(grading: dict[str, Any], kind: str) -> str:
    ids = list(grading)
    if kind == "wrong_ids":
        grading = {f"{criterion}_x": grading[criterion] for criterion in ids}
    elif kind == "missing_id":
        grading.pop(ids[-1])
    elif kind == "out_of_range":
        grading = {criterion: entry | {"segments": [9999]} for criterion, entry in grading.items()}
    text = json.dumps(grading, ensure_ascii=False)
    if kind == "truncated":
        return text[: len(text) // 2]
    if kind == "extra_text":
        return f"Here is the grading:\n```json\n{text}\n```\nI hope this helps."
    if kind == "duplicate_key":
        return text[:-1] + f', "{ids[0]}": ' + json.dumps(grading[ids[0]]) + "}"
    return text


def _logprobs(text: str) -> Iterator[dict[str, Any]]:
    """Tokens as words and signs; a sign of several bytes is split, as real tokenizers do."""
    for piece in re.findall(r"\w+|\W", text):
        encoded = piece.encode()
        parts = [encoded] if piece.isascii() or len(piece) > 1 else [encoded[:1], encoded[1:]]
        for part in parts:
            options = {part: 1.0} if piece not in VERDICTS else _alternatives(piece)
            top = [_token(option, share) for option, share in options.items()]
            yield _token(part, max(options.values())) | {"top_logprobs": top}


def _alternatives(verdict: str) -> dict[bytes, float]:
    others = [other for other in VERDICTS if other != verdict]
    return {verdict.encode(): 0.7} | {other[:3].encode(): 0.1 for other in others}


def _token(spelled: bytes, share: float) -> dict[str, Any]:
    return {"token": spelled.decode(errors="replace"), "logprob": math.log(share), "bytes": list(spelled)}


@contextmanager
def serving(server: StandIn) -> Iterator[StandIn]:
    """Run `server` in a thread with a loop of its own, so that a client may block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_stop(runner), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(runner: web.AppRunner) -> None:
    await runner.cleanup()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:  # requests that are still stalled
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def _rate(text: str) -> tuple[Step, float]:
    name, _, share = text.partition("=")
    kind, _, status = name.partition(":")
    return Step(kind, status=int(status or 500)), float(share)


async def _serve(server: StandIn, port: int) -> None:
    await server.start(port)
    print(server.url, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in OpenAI-compatible endpoint on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--rate", type=_rate, action="append", default=[], help="kind[:status]=share")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--criteria", default="", help="comma-separated ids for requests without a schema")
    options = parser.parse_args()
    server = StandIn(
        rates=options.rate,
        seed=options.seed,
        criteria=[c for c in options.criteria.split(",") if c],
        latency_s=options.latency,
    )
    asyncio.run(_serve(server, options.port))


if __name__ == "__main__":
    main()

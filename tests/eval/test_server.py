import asyncio
import json

import aiohttp
import pytest

from eval.bench.peers.plain import body
from eval.bench.server import Faults, StandIn, start


async def _post(session, url, content, times=1):
    async def one():
        async with session.post(url, json=content) as answer:
            return answer.status, answer.headers.get("Retry-After"), await answer.json()

    return await asyncio.gather(*(one() for _ in range(times)))


@pytest.fixture
def serve():
    """Runs `asking(session, address)` against a server with these faults."""

    def run(asking, faults=Faults(), latency_s=0.0):  # noqa: B008 - never changed
        async def whole():
            runner, address = await start(StandIn(latency_s, faults, seed=1))
            try:
                async with aiohttp.ClientSession() as session:
                    return await asking(session, address)
            finally:
                await runner.cleanup()

        return asyncio.run(whole())

    return run


def test_chat_answers_by_schema_and_counts(serve):
    asked = body("Dear Ms. Doe, we are sorry.")
    length = sum(len(m["content"]) for m in asked["messages"]) + 1

    async def asking(session, address):
        answers = await _post(session, f"{address}/v1/chat/completions", asked, times=3)
        async with session.get(f"{address}/stats") as stats:
            return answers, await stats.json()

    answers, stats = serve(asking, latency_s=0.05)
    for status, _, answer in answers:
        assert status == 200
        ratings = json.loads(answer["choices"][0]["message"]["content"])
        assert {r["verdict"] for r in ratings.values()} <= {"met", "not_met"}
        assert len(ratings) == 6
    assert (stats["requests"], stats["peak_in_flight"], stats["prompt_chars"]) == (3, 3, 3 * length)
    assert stats["prefix_share"] == 1.0


def test_responses_endpoint_and_tools_are_answered(serve):
    schema = {"type": "object", "properties": {"v": {"type": "string", "enum": ["met"]}}}
    form = {"type": "json_schema", "name": "r", "schema": schema}
    tool = {"type": "function", "function": {"name": "rate", "parameters": schema}}

    async def asking(session, address):
        ((_, _, said),) = await _post(
            session, f"{address}/v1/responses", {"model": "m", "input": "Rate it.", "text": {"format": form}}
        )
        called = {"model": "m", "messages": [{"role": "user", "content": "Rate it."}], "tools": [tool]}
        ((_, _, chat),) = await _post(session, f"{address}/v1/chat/completions", called)
        return said, chat

    said, chat = serve(asking)
    assert json.loads(said["output"][0]["content"][0]["text"]) == {"v": "met"}
    call = chat["choices"][0]["message"]["tool_calls"][0]["function"]
    assert (call["name"], json.loads(call["arguments"])) == ("rate", {"v": "met"})


@pytest.mark.parametrize(
    ("faults", "status", "after"),
    [(Faults(too_many=1.0), 429, "1"), (Faults(broken=1.0), 500, None), (Faults(truncated=1.0), 200, None)],
)
def test_faults_come_by_rate_and_are_counted(serve, faults, status, after):
    async def asking(session, address):
        answers = await _post(session, f"{address}/v1/chat/completions", body("Hello."), times=2)
        async with session.get(f"{address}/stats") as stats:
            counted = await stats.json()
        async with session.post(f"{address}/reset"), session.get(f"{address}/stats") as stats:
            return answers, counted, await stats.json()

    answers, counted, reset = serve(asking, faults)
    assert [a[:2] for a in answers] == [(status, after)] * 2
    assert {name: counted[name] for name in Faults._fields} == {
        name: 2 if share else 0 for name, share in faults._asdict().items()
    }
    assert reset["requests"] == 0
    if status == 200:
        with pytest.raises(json.JSONDecodeError):
            json.loads(answers[0][2]["choices"][0]["message"]["content"])

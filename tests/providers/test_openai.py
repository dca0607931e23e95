"""The live client on the wire: connections, redirects, compression, and silence."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from grader.errors import PermanentError, TransientError
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode
from tests.providers.conftest import CANDIDATE_TEXT, KEY, grading_request, spec
from tests.standin import StandIn, Step, completion

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(*handlers: tuple[str, Handler]) -> AsyncIterator[str]:
    app = web.Application()
    for path, handler in handlers:
        app.router.add_route("*", path, handler)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1"))


@asynccontextmanager
async def judge_at(url: str, timeout_s: float = 60) -> AsyncIterator[OpenAIProvider]:
    judge = OpenAIProvider(
        spec("openai"), base_url=url, api_key=KEY, timeout_s=timeout_s, output=OutputMode.JSON_SCHEMA
    )
    try:
        yield judge
    finally:
        await judge.close()


async def answered(request: web.Request) -> web.Response:
    return web.json_response(completion(await request.json(), "ok", ()))


async def test_connections_are_used_again_and_never_too_few() -> None:
    seen: list[object] = []
    together = asyncio.Barrier(150)

    async def wait_for_all(request: web.Request) -> web.Response:
        seen.append(request.transport)
        await together.wait()
        return await answered(request)

    async with serving(("/v1/chat/completions", wait_for_all)) as url, judge_at(url) as judge:
        asked = grading_request(judge.spec)
        for _ in range(2):
            await asyncio.gather(*(judge.complete(asked) for _ in range(150)))
    assert len(seen) == 300
    assert len(set(map(id, seen[:150]))) == 150
    assert set(map(id, seen[150:])) == set(map(id, seen[:150]))


async def test_a_text_goes_only_where_the_user_said() -> None:
    met: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        met.append(request.path)
        return await answered(request)

    async with serving(("/v1/chat/completions", elsewhere)) as other:

        async def moved(request: web.Request) -> web.Response:
            met.append(request.path)
            raise web.HTTPTemporaryRedirect(f"{other}/chat/completions")

        async with serving(("/v1/chat/completions", moved)) as url, judge_at(url) as judge:
            with pytest.raises(PermanentError, match="HTTP 307"):
                await judge.complete(grading_request(judge.spec))
    assert met == ["/v1/chat/completions"]


async def test_a_compressed_answer() -> None:
    async def small(request: web.Request) -> web.Response:
        response = await answered(request)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with serving(("/v1/chat/completions", small)) as url, judge_at(url) as judge:
        assert json.loads((await judge.complete(grading_request(judge.spec))).text)


async def test_what_only_claims_to_be_compressed() -> None:
    async def plain(_: web.Request) -> web.Response:
        return web.Response(body=b"no gzip", headers={"Content-Encoding": "gzip"})

    async with serving(("/v1/chat/completions", plain)) as url, judge_at(url) as judge:
        with pytest.raises(TransientError, match="connection failed"):
            await judge.complete(grading_request(judge.spec))


async def test_the_time_limit_covers_a_body_that_trickles() -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    async with serving(("/v1/chat/completions", trickle)) as url, judge_at(url, timeout_s=0.5) as judge:
        with pytest.raises(TransientError, match="no answer in time"):
            await judge.complete(grading_request(judge.spec))


async def test_the_proxy_is_asked_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str | None, str | None]] = []

    async def proxy(request: web.Request) -> web.Response:
        asked.append((request.headers.get("Host"), request.headers.get("Proxy-Authorization")))
        return await answered(request)

    async with serving(("/v1/chat/completions", proxy)) as url:
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("http_proxy", url.removesuffix("/v1").replace("://", "://me:pw@"))
        async with judge_at("http://judge.test/v1") as judge:
            assert (await judge.complete(grading_request(judge.spec))).text
    assert asked == [("judge.test", "Basic bWU6cHc=")]


async def test_no_cookie_is_kept() -> None:
    cookies: list[str | None] = []

    async def marked(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        response = await answered(request)
        response.set_cookie("visitor", "1")
        return response

    async with serving(("/v1/chat/completions", marked)) as url:
        url = url.replace("127.0.0.1", "localhost")
        async with judge_at(url) as judge:
            for _ in range(2):
                await judge.complete(grading_request(judge.spec))
    assert cookies == [None, None]


async def test_a_closed_judge_can_be_asked_again(standin: StandIn) -> None:
    async with judge_at(standin.url) as judge:
        await judge.complete(grading_request(judge.spec))
        await judge.close()
        assert (await judge.complete(grading_request(judge.spec))).text


async def test_nothing_of_key_or_candidate_is_logged(
    standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.steps.extend([Step("status", status=500), Step("reset"), Step("cut"), Step("html"), Step()])
    async with judge_at(standin.url) as judge:
        for _ in range(4):
            with pytest.raises(TransientError):
                await judge.complete(grading_request(judge.spec))
        await judge.complete(grading_request(judge.spec))
    assert standin.requests == 5
    assert KEY not in caplog.text
    assert CANDIDATE_TEXT not in caplog.text

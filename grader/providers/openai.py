"""Judges at OpenAI and at endpoints that speak its chat format, over plain HTTP.

No SDK: OpenAI's spends several times the processor time on a call (eval/bench/clients.py).
"""

import asyncio
import time
from typing import TYPE_CHECKING

from pydantic_core import to_json

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.prices import Prices
from grader.providers.chat_format import (
    ChatForm,
    chat_body,
    error_code,
    parse_body,
    read_completion,
    token_limit,
)
from grader.providers.endpoint import find_endpoint
from grader.providers.output import OutputMode
from grader.providers.status import Fault, Kind, provider_error, retry_after

if TYPE_CHECKING:
    from aiohttp import ClientSession

KEEP_ALIVE_S = 4.0
"""Idle connections are closed before servers close them (many after 5 s), lest a call meets the closing."""


class OpenAIProvider:
    """A chat model behind the OpenAI API. Meets `grader.domain.exchange.Provider`."""

    def __init__(
        self,
        spec: JudgeSpec,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_s: float,
        output: OutputMode,
        logprobs: bool = False,
        sampling: bool = True,
        prices: Prices | None = None,
    ) -> None:
        """Use `base_url` (None: OpenAI) with `api_key` (None: the environment's, for OpenAI alone).

        `timeout_s` bounds one whole call. `sampling=False` leaves out temperature and seed, which reasoning
        models refuse. `prices` gives calls a cost. Raises PermanentError where OpenAI's key is missing.
        """
        self.spec = spec
        self._timeout_s = timeout_s
        self._prices = prices
        self._form = ChatForm(output, logprobs, sampling, token_limit(base_url))
        self._endpoint = find_endpoint(spec.name, base_url, api_key)
        self._session: ClientSession | None = None

    async def complete(self, request: JudgeRequest) -> Completion:
        """Ask once. Raises TransientError or PermanentError."""
        start = time.perf_counter()
        content = await self._post(to_json(chat_body(request, self._form)))
        latency_s = time.perf_counter() - start
        body = parse_body(self.spec.name, content)
        completion = read_completion(self.spec.name, body, latency_s=latency_s)
        if self._prices is None or not body.get("usage"):
            return completion
        return completion.model_copy(update={"cost_usd": float(self._prices.cost(completion.usage))})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, body: bytes) -> bytes:
        """The body of a successful response. No redirect is followed: texts go only where the user said."""
        import aiohttp

        session = self._session = self._session or self._connect()
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                session.post(self._endpoint.url, data=body, allow_redirects=False) as response,
            ):
                content = await response.read()
        except TimeoutError:
            raise provider_error(self.spec.name, Fault(Kind.TIMEOUT)) from None
        except (aiohttp.ClientError, OSError):
            raise provider_error(self.spec.name, Fault(Kind.CONNECTION)) from None
        if response.status < 300:
            return content
        wish = retry_after(response.headers)
        fault = Fault(Kind.STATUS, response.status, code=error_code(content), retry_after=wish)
        raise provider_error(self.spec.name, fault)

    def _connect(self) -> "ClientSession":
        """A session of the running loop; how many calls are under way is for the caller to bound."""
        import aiohttp

        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=KEEP_ALIVE_S, ssl=self._endpoint.certificates
            ),
            headers=self._endpoint.headers,
            proxy=self._endpoint.proxy,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(),
        )

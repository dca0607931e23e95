"""Judges at OpenAI and at endpoints that speak its chat format, through OpenAI's SDK."""

import asyncio
import sys
import time

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.errors import PermanentError
from grader.providers.chat_format import (
    ChatForm,
    Prices,
    chat_body,
    parse_body,
    read_completion,
    read_usage,
    token_limit,
)
from grader.providers.output import OutputMode
from grader.providers.sdk_errors import read_fault
from grader.providers.status import provider_error


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
        """Connect to `base_url` (None: OpenAI) with `api_key` (None: the environment's, for OpenAI alone).

        `timeout_s` bounds one whole call. `sampling=False` leaves out temperature and seed, which reasoning
        models refuse. `prices` gives calls a cost. Raises PermanentError where OpenAI's key is missing.
        """
        # The SDK takes a second to import; only who asks this judge pays for it.
        import openai

        self.spec = spec
        self._timeout_s = timeout_s
        self._prices = prices
        self._form = ChatForm(output, logprobs, sampling, token_limit(base_url))
        if base_url is not None and api_key is None:
            api_key = "none"  # else the SDK would send OpenAI's key to whatever endpoint this is
        try:
            self._client = openai.AsyncOpenAI(
                base_url=base_url,
                api_key=api_key,
                timeout=timeout_s,
                max_retries=0,
                http_client=openai.DefaultAioHttpClient(),
            )
        except openai.OpenAIError:
            raise PermanentError(f"{spec.name}: no API key; set OPENAI_API_KEY") from None

    async def complete(self, request: JudgeRequest) -> Completion:
        """Ask once. Raises TransientError or PermanentError."""
        import openai

        outside = sys.exception()
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.chat.completions.with_raw_response.create(
                    **chat_body(request, self._form)
                )
        except (openai.OpenAIError, TimeoutError) as error:
            raise provider_error(self.spec.name, read_fault(error, outside)) from None
        latency_s = time.perf_counter() - start
        body = parse_body(self.spec.name, response.content)
        cost = self._prices.cost(read_usage(body)) if self._prices and body.get("usage") else None
        return read_completion(self.spec.name, body, latency_s=latency_s, cost_usd=cost)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

"""Judges of any vendor, through the litellm SDK."""

import asyncio
import os
import sys
import time
import warnings
from typing import Any

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.prices import Prices
from grader.errors import PermanentError
from grader.providers.chat_format import (
    SAMPLING,
    logprob_arguments,
    messages,
    output_arguments,
    read_completion,
    sampling_arguments,
)
from grader.providers.output import OutputMode
from grader.providers.sdk_errors import read_fault
from grader.providers.status import provider_error


class LiteLLMProvider:
    """A model by litellm's name (`vendor/model`). Meets `grader.domain.exchange.Provider`."""

    def __init__(
        self,
        spec: JudgeSpec,
        *,
        api_base: str | None,
        api_key: str | None,
        timeout_s: float,
        output: OutputMode,
        logprobs: bool = False,
        sampling: bool = True,
        prices: Prices | None = None,
    ) -> None:
        """Use `api_base` and `api_key` (None: the vendor's own, from the environment).

        `timeout_s` bounds one whole call. `sampling=False` leaves out temperature and seed, which reasoning
        models refuse; a vendor that has no seed is not sent one. `prices` go before litellm's own. Raises
        PermanentError for a vendor that litellm does not know.
        """
        self.spec = spec
        self._sdk = _import_litellm()
        try:
            self._sdk.get_llm_provider(spec.model)
        except self._sdk.BadRequestError:
            raise PermanentError(f"{spec.name}: unknown vendor; write litellm:vendor/model") from None
        self._timeout_s = timeout_s
        self._output = output
        self._prices = prices
        self._arguments = {
            "model": spec.model,
            "api_base": api_base,
            "api_key": api_key,
            "timeout": timeout_s,
            "num_retries": 0,
            "max_retries": 0,
            # else any tool makes litellm import a package for MCP gateways that is not among its requirements
            "_skip_mcp_handler": True,
            "max_tokens": spec.max_tokens,
            **logprob_arguments(logprobs),
        }
        supported = self._sdk.get_supported_openai_params(spec.model) or []
        self._sampled = tuple(name for name in SAMPLING if sampling and name in supported)

    async def complete(self, request: JudgeRequest) -> Completion:
        """Ask once. Raises TransientError or PermanentError."""
        import httpx
        import openai

        outside = sys.exception()
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._sdk.acompletion(
                    messages=messages(request),
                    **self._arguments,
                    **sampling_arguments(request.judge, self._sampled),
                    **output_arguments(request.answer_schema, self._output),
                )
        # litellm's own errors descend from openai's
        except (openai.OpenAIError, httpx.HTTPError, TimeoutError) as error:
            raise provider_error(self.spec.name, read_fault(error, outside)) from None
        latency_s = time.perf_counter() - start
        body = response.model_dump(warnings=False)
        if self._prices is None:
            # litellm prices each answer itself; None where it does not know the model
            cost = response._hidden_params.get("response_cost")
            return read_completion(self.spec.name, body, latency_s=latency_s, cost_usd=cost)
        completion = read_completion(self.spec.name, body, latency_s=latency_s)
        cost = float(self._prices.cost(completion.usage)) if body.get("usage") else None
        return completion.model_copy(update={"cost_usd": cost})

    async def close(self) -> None:
        """Close litellm's connections, which all litellm judges of the process share."""
        await self._sdk.close_litellm_async_clients()
        self._sdk.in_memory_llm_clients_cache.flush_cache()


def _import_litellm() -> Any:
    """litellm, with everything off that fetches, reports, prints or keeps what is sent. Takes seconds."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    # pydantic says this of litellm's own types at the first call
    warnings.filterwarnings("ignore", "Item .* is using the `ReadOnly` qualifier", UserWarning)
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.redact_messages_in_exceptions = True
    for callbacks in (litellm.callbacks, litellm.success_callback, litellm.failure_callback):
        callbacks.clear()
    return litellm

"""The stand-in endpoint, both SDKs' providers in front of it, and a small request."""

import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

import pytest

from grader.domain.exchange import JudgeRequest, JudgeSpec, Message, Provider
from grader.providers.litellm import LiteLLMProvider
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode
from tests.standin import StandIn, serving

KEY = "sk-test-0123456789abcdef"
CANDIDATE_TEXT = "I would call Mrs. Alvarez back today."


class Build(Protocol):
    """Makes a provider in front of the stand-in (or of another address)."""

    def __call__(
        self,
        *,
        output: OutputMode = OutputMode.JSON_SCHEMA,
        url: str | None = None,
        timeout_s: float = 60.0,
        logprobs: bool = False,
        sampling: bool = True,
    ) -> Provider: ...


def spec(provider: str) -> JudgeSpec:
    model = "openai/test-model" if provider == "litellm" else "test-model"
    return JudgeSpec(provider=provider, model=model, temperature=0.25, seed=11, max_tokens=321)


def grading_request(judge: JudgeSpec, criteria: tuple[str, ...] = ("calls_back", "tone")) -> JudgeRequest:
    entry = {
        "type": "object",
        "properties": {
            "segments": {"type": "array", "items": {"type": "integer"}},
            "reason": {"type": "string"},
            "verdict": {"type": "string", "enum": ["met", "partly", "not_met", "cannot_assess"]},
        },
        "required": ["segments", "reason", "verdict"],
        "additionalProperties": False,
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": dict.fromkeys(criteria, entry),
        "required": list(criteria),
        "additionalProperties": False,
    }
    messages = (
        Message(role="system", content="Grade the answer. Reply in JSON."),
        Message(role="user", content=CANDIDATE_TEXT),
    )
    return JudgeRequest(judge=judge, prompt="sha256:0", messages=messages, answer_schema=schema)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with serving(StandIn(criteria=("calls_back", "tone"))) as server:
        yield server


@pytest.fixture(scope="session")
def _sdks() -> None:
    """Both SDKs, imported once: litellm takes seconds and warns about its own dependencies."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        LiteLLMProvider(
            spec("litellm"), api_base=None, api_key=None, timeout_s=1, output=OutputMode.JSON_OBJECT
        )


@pytest.fixture(params=["openai", "litellm"])
def sdk(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def build(sdk: str, standin: StandIn, _sdks: None) -> AsyncIterator[Build]:
    built: list[Provider] = []

    def make(
        *,
        output: OutputMode = OutputMode.JSON_SCHEMA,
        url: str | None = None,
        timeout_s: float = 60.0,
        logprobs: bool = False,
        sampling: bool = True,
    ) -> Provider:
        address = url or standin.url
        provider: Provider
        if sdk == "openai":
            provider = OpenAIProvider(
                spec(sdk),
                base_url=address,
                api_key=KEY,
                timeout_s=timeout_s,
                output=output,
                logprobs=logprobs,
                sampling=sampling,
            )
        else:
            provider = LiteLLMProvider(
                spec(sdk),
                api_base=address,
                api_key=KEY,
                timeout_s=timeout_s,
                output=output,
                logprobs=logprobs,
                sampling=sampling,
            )
        built.append(provider)
        return provider

    yield make
    for provider in built:
        await provider.close()

"""How providers are set up and let go of."""

import asyncio

import pytest

from grader.domain.exchange import JudgeSpec
from grader.errors import PermanentError
from grader.providers.litellm import LiteLLMProvider
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode
from tests.providers.conftest import Build, grading_request, spec
from tests.standin import StandIn, Step


async def test_one_judge_works_on_after_another_was_closed(build: Build, standin: StandIn) -> None:
    first, second = build(), build()
    await second.complete(grading_request(second.spec))
    await first.complete(grading_request(first.spec))
    await first.close()
    await first.close()
    assert (await second.complete(grading_request(second.spec))).text
    assert standin.requests == 3


async def test_many_at_once(build: Build, standin: StandIn) -> None:
    provider = build()
    requests = [grading_request(provider.spec, (f"criterion_{n}",)) for n in range(50)]
    answers = await asyncio.gather(*map(provider.complete, requests))
    assert standin.requests == 50
    assert all(f'{{"criterion_{n}"' in answer.text for n, answer in enumerate(answers))


async def test_cancelled_while_waiting(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("stall", seconds=60))
    provider = build()
    task = asyncio.create_task(provider.complete(grading_request(provider.spec)))
    async with asyncio.timeout(60):
        while not standin.requests:  # the server runs in another thread
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_openai_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(PermanentError, match="OPENAI_API_KEY"):
        OpenAIProvider(
            spec("openai"), base_url=None, api_key=None, timeout_s=1, output=OutputMode.JSON_SCHEMA
        )


async def test_openais_key_stays_at_openai(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-openai")
    provider = OpenAIProvider(
        spec("openai"), base_url=standin.url, api_key=None, timeout_s=5, output=OutputMode.JSON_SCHEMA
    )
    await provider.complete(grading_request(provider.spec))
    await provider.close()
    assert "sk-belongs-to-openai" not in str(standin.headers)


@pytest.mark.usefixtures("_sdks")
def test_a_vendor_that_litellm_does_not_know() -> None:
    judge = JudgeSpec(provider="litellm", model="nonsense")
    with pytest.raises(PermanentError, match="vendor/model"):
        LiteLLMProvider(judge, api_base=None, api_key=None, timeout_s=1, output=OutputMode.JSON_SCHEMA)


@pytest.mark.usefixtures("_sdks")
def test_a_vendor_without_seed_is_not_sent_one() -> None:
    judge = JudgeSpec(provider="litellm", model="anthropic/claude-sonnet-4-5")
    provider = LiteLLMProvider(judge, api_base=None, api_key=None, timeout_s=1, output=OutputMode.JSON_SCHEMA)
    assert provider._sampled == ("temperature",)
    assert not {"temperature", "seed"} & set(provider._arguments), "they are the request's own"

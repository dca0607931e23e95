"""What is sent, and what is kept of the answer, for both SDKs."""

import json
from decimal import Decimal

import pytest

from grader.domain.exchange import Usage
from grader.domain.prices import Prices
from grader.domain.rating import Verdict
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode
from tests.providers.conftest import CANDIDATE_TEXT, KEY, Build, grading_request, spec
from tests.standin import StandIn, Step, answer


@pytest.mark.parametrize("output", OutputMode)
async def test_the_same_text_from_each_output_mode(
    build: Build, standin: StandIn, output: OutputMode
) -> None:
    provider = build(output=output)
    request = grading_request(provider.spec)
    completion = await provider.complete(request)
    assert json.loads(completion.text) == answer(standin.bodies[0], ["calls_back", "tone"])
    assert completion.refusal is None
    assert completion.model == "test-model"
    assert completion.fingerprint == "fp_standin"
    assert completion.latency_s > 0
    assert completion.probabilities == {}
    assert completion.finish_reason in ("stop", "tool_calls")


async def test_what_is_sent(build: Build, standin: StandIn) -> None:
    provider = build()
    request = grading_request(provider.spec)
    await provider.complete(request)
    schema = {"name": "grading", "strict": True, "schema": request.answer_schema}
    assert standin.bodies == [
        {
            "model": "test-model",
            "messages": [m.model_dump() for m in request.messages],
            "temperature": 0.25,
            "seed": 11,
            "max_tokens": 321,
            "response_format": {"type": "json_schema", "json_schema": schema},
        }
    ]
    assert standin.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_what_is_sent_as_a_tool(build: Build, standin: StandIn) -> None:
    provider = build(output=OutputMode.TOOL_CALL)
    request = grading_request(provider.spec)
    await provider.complete(request)
    (tool,) = standin.bodies[0]["tools"]
    assert tool["function"]["name"] == "grading"
    assert tool["function"]["strict"] is True
    assert tool["function"]["parameters"] == request.answer_schema
    assert standin.bodies[0]["tool_choice"] == "required"
    assert "response_format" not in standin.bodies[0]


async def test_no_sampling_for_models_that_refuse_it(build: Build, standin: StandIn) -> None:
    provider = build(sampling=False)
    await provider.complete(grading_request(provider.spec))
    assert not {"temperature", "seed"} & set(standin.bodies[0])


async def test_usage(build: Build, standin: StandIn) -> None:
    provider = build()
    completion = await provider.complete(grading_request(provider.spec))
    sent = sum(len(m["content"]) for m in standin.bodies[0]["messages"]) // 4
    assert completion.usage == Usage(
        prompt_tokens=sent, completion_tokens=len(completion.text) // 4, cached_tokens=sent // 2
    )
    assert completion.cost_usd is None


async def test_another_model_answered(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("other_model"))
    provider = build()
    assert (await provider.complete(grading_request(provider.spec))).model == "another-model"


async def test_refusal(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("refusal"))
    provider = build()
    completion = await provider.complete(grading_request(provider.spec))
    assert completion.refusal == "I can't help with that."
    assert completion.text == ""


async def test_content_filter_is_a_refusal(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("content_filter"))
    provider = build()
    completion = await provider.complete(grading_request(provider.spec))
    assert completion.refusal == "content_filter"
    assert completion.finish_reason == "content_filter"


@pytest.mark.parametrize("output", OutputMode)
async def test_truncation_is_told_and_the_text_kept(
    build: Build, standin: StandIn, output: OutputMode
) -> None:
    standin.steps.append(Step("truncated"))
    provider = build(output=output)
    completion = await provider.complete(grading_request(provider.spec))
    assert completion.finish_reason == "length"
    assert completion.text.startswith('{"calls_back"')
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(completion.text)


async def test_two_tool_calls_are_no_answer(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("two_calls"))
    provider = build(output=OutputMode.TOOL_CALL)
    completion = await provider.complete(grading_request(provider.spec))
    with pytest.raises(ValueError, match="Extra data"):
        json.loads(completion.text)


async def test_no_content_is_an_empty_text(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("empty"))
    provider = build()
    completion = await provider.complete(grading_request(provider.spec))
    assert completion.text == ""
    assert completion.refusal is None


async def test_probabilities(build: Build, standin: StandIn) -> None:
    provider = build(logprobs=True)
    completion = await provider.complete(grading_request(provider.spec))
    assert standin.bodies[0]["logprobs"] is True
    assert standin.bodies[0]["top_logprobs"] == 20
    verdicts = {c: Verdict(entry["verdict"]) for c, entry in json.loads(completion.text).items()}
    assert set(completion.probabilities) == set(verdicts)
    for criterion, shares in completion.probabilities.items():
        expected = {v: 0.7 if v is verdicts[criterion] else 0.1 for v in Verdict}
        assert shares == pytest.approx(expected)


async def test_usage_that_is_not_told(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("no_usage"))
    provider = build()
    completion = await provider.complete(grading_request(provider.spec))
    assert completion.cost_usd is None
    assert json.loads(completion.text)


async def test_prices_give_a_cost(standin: StandIn) -> None:
    provider = OpenAIProvider(
        spec("openai"),
        base_url=standin.url,
        api_key=None,
        timeout_s=10,
        output=OutputMode.JSON_SCHEMA,
        prices=Prices(input=Decimal(2), cached=Decimal(1), output=Decimal(8)),
    )
    completion = await provider.complete(grading_request(provider.spec))
    standin.steps.append(Step("no_usage"))
    unknown = await provider.complete(grading_request(provider.spec))
    await provider.close()
    used = completion.usage
    fresh = used.prompt_tokens - used.cached_tokens
    assert completion.cost_usd == pytest.approx(
        (fresh * 2.0 + used.cached_tokens * 1.0 + used.completion_tokens * 8.0) / 1e6
    )
    assert unknown.cost_usd is None
    assert KEY not in str(standin.headers)
    assert CANDIDATE_TEXT in str(standin.bodies)

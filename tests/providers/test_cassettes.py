"""Exchanges recorded from a real model, replayed without a network and played whole."""

import json
import math

import pytest
from vcr.record_mode import RecordMode

from grader.domain.exchange import Completion
from grader.domain.rating import Verdict
from tests.record_cassettes import CASSETTES, KEPT_HEADERS, MODEL, SDKS, ask, cassette

NOBODY = "http://127.0.0.1:9/v1"
CRITERIA = ["apologizes", "offers_refund"]


async def replay(sdk: str) -> Completion:
    with cassette(sdk, RecordMode.NONE) as played:
        completion = await ask(sdk, NOBODY, timeout_s=60)
    assert played.all_played
    assert played.play_count == len(played) == 1
    return completion


@pytest.mark.usefixtures("_sdks")
@pytest.mark.parametrize("sdk", SDKS)
async def test_a_real_grading(sdk: str) -> None:
    completion = await replay(sdk)
    grading = json.loads(completion.text)
    assert list(grading) == CRITERIA
    for entry in grading.values():
        assert list(entry) == ["segments", "reason", "verdict"]
        assert entry["verdict"] in list(Verdict)
    assert completion.model == MODEL
    assert completion.finish_reason == "stop"
    assert completion.refusal is None
    assert completion.fingerprint
    assert completion.usage.prompt_tokens > 100
    assert completion.usage.completion_tokens > 20
    assert completion.cost_usd is None


async def test_real_probabilities() -> None:
    completion = await replay("openai")
    grading = json.loads(completion.text)
    assert list(completion.probabilities) == CRITERIA
    for criterion, shares in completion.probabilities.items():
        assert math.fsum(shares.values()) == pytest.approx(1)
        assert max(shares, key=shares.__getitem__) == grading[criterion]["verdict"]
        assert sum(share > 0 for share in shares.values()) > 1


@pytest.mark.parametrize("sdk", SDKS)
def test_no_secret_and_nothing_of_the_machine_is_kept(sdk: str) -> None:
    with cassette(sdk, RecordMode.NONE) as kept:
        for request, response in zip(kept.requests, kept.responses, strict=True):
            assert {name.lower() for name in request.headers} == KEPT_HEADERS
            assert {name.lower() for name in response["headers"]} == KEPT_HEADERS
    text = (CASSETTES / f"{sdk}.yaml").read_text(encoding="utf-8").lower()
    for telltale in ("gguf", "/root", "/home", "/tmp", "bearer", "sk-", "user-agent", "x-stainless", "linux"):  # noqa: S108
        assert telltale not in text

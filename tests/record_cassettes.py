"""Records the cassettes of tests/providers from a real model behind an OpenAI-compatible server on loopback.

    python -m tests.record_cassettes path/to/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf

llama.cpp serves the weights on a free port; each SDK grades one small answer, and what went over the wire is
written to tests/providers/cassettes. Of the headers only the content type is kept. Cassettes are never edited
by hand: change the exchange here and record again.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

import vcr
import xllamacpp
from vcr.cassette import Cassette
from vcr.record_mode import RecordMode
from vcr.request import Request

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Message, Provider
from grader.providers.litellm import LiteLLMProvider
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode

CASSETTES = Path(__file__).parent / "providers" / "cassettes"
MODEL = "qwen2.5-coder-1.5b-instruct"
SDKS = ("openai", "litellm")
KEPT_HEADERS = {"content-type"}
INSTRUCTIONS = """You grade a candidate's answer to: "A patient complains about a long wait. What do you do?"
Criteria:
- apologizes: the candidate apologizes to the patient.
- offers_refund: the candidate offers money back.
For each criterion give the numbers of the segments that show it, a reason of at most six words, and a \
verdict: met, partly, not_met or cannot_assess. Answer in JSON."""
ANSWER = (
    '[{"n": 1, "text": "I would say sorry for the wait."}, {"n": 2, "text": "Then I tell her the new time."}]'
)


def cassette(sdk: str, mode: RecordMode) -> Any:
    """The context manager of one SDK's Cassette; a request is the same by method, path and body."""
    recorder = vcr.VCR(
        record_mode=mode,
        match_on=["method", "path", "body"],
        before_record_request=_plain_request,
        before_record_response=_plain_response,
        decode_compressed_response=True,
    )
    return recorder.use_cassette(str(CASSETTES / f"{sdk}.yaml"))


def _plain_request(request: Request) -> Request:
    request.headers = _kept(request.headers)
    return request


def _plain_response(response: dict[str, Any]) -> dict[str, Any]:
    return response | {"headers": _kept(response["headers"])}


def _kept(headers: Any) -> dict[str, Any]:
    return {name: value for name, value in headers.items() if name.lower() in KEPT_HEADERS}


def judge(sdk: str) -> JudgeSpec:
    model = f"openai/{MODEL}" if sdk == "litellm" else MODEL
    return JudgeSpec(provider=sdk, model=model, max_tokens=160)


def request(sdk: str) -> JudgeRequest:
    """A small grading of two criteria."""
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
    criteria = ["apologizes", "offers_refund"]
    schema = {
        "type": "object",
        "properties": dict.fromkeys(criteria, entry),
        "required": criteria,
        "additionalProperties": False,
    }
    messages = (Message(role="system", content=INSTRUCTIONS), Message(role="user", content=ANSWER))
    return JudgeRequest(judge=judge(sdk), prompt="sha256:0", messages=messages, answer_schema=schema)


async def ask(sdk: str, base_url: str, timeout_s: float) -> Completion:
    """One exchange through `sdk`, with log-probabilities from openai's."""
    provider: Provider
    if sdk == "openai":
        provider = OpenAIProvider(
            judge(sdk),
            base_url=base_url,
            api_key="none",
            timeout_s=timeout_s,
            output=OutputMode.JSON_SCHEMA,
            logprobs=True,
        )
    else:
        provider = LiteLLMProvider(
            judge(sdk), api_base=base_url, api_key="none", timeout_s=timeout_s, output=OutputMode.JSON_SCHEMA
        )
    try:
        return await provider.complete(request(sdk))
    finally:
        await provider.close()


def serve(weights: Path) -> Any:
    """A llama.cpp server on loopback, until it is let go of; its answers name an alias, not the path."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.model_alias = {MODEL}
    parameters.port = 0
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 2
    return xllamacpp.Server(parameters)


def record(sdk: str, base_url: str) -> Completion:
    """Ask once and write the cassette anew."""
    recorded: Cassette
    with cassette(sdk, RecordMode.ALL) as recorded:
        completion = asyncio.run(ask(sdk, base_url, timeout_s=3600))
    if len(recorded) != 1:
        raise SystemExit(f"{sdk}: {len(recorded)} exchanges instead of one")
    return completion


def main() -> None:
    parser = argparse.ArgumentParser(description="Record the cassettes from a real model.")
    parser.add_argument("weights", type=Path)
    server = serve(parser.parse_args().weights)
    for sdk in SDKS:
        (CASSETTES / f"{sdk}.yaml").unlink(missing_ok=True)
        print(sdk, record(sdk, f"{server.listening_address}/v1"))


if __name__ == "__main__":
    main()

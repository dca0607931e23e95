"""The SDKs are imported by who asks a judge, not by who imports the providers."""

import subprocess
import sys

import pytest

from tests.standin import StandIn


@pytest.mark.parametrize("module", ["openai", "litellm", "endpoint", "retry", "status", "sdk_errors"])
def test_no_sdk_is_imported(module: str) -> None:
    code = (
        f"import sys, grader.providers.{module}; print({{'openai', 'litellm', 'aiohttp'}} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "set()\n"
    assert done.stderr == ""


def test_litellm_is_imported_quietly_and_without_its_price_list_from_the_network() -> None:
    code = """
import os, socket
def refuse(*_): raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refuse
from grader.domain.exchange import JudgeSpec
from grader.providers.litellm import LiteLLMProvider
from grader.providers.output import OutputMode
spec = JudgeSpec(provider="litellm", model="openai/gpt-4o")
LiteLLMProvider(spec, api_base=None, api_key=None, timeout_s=1, output=OutputMode.JSON_SCHEMA)
import litellm
print(litellm.telemetry, litellm.callbacks, litellm.success_callback, len(litellm.model_cost) > 100)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "False [] [] True\n"
    assert done.stderr == ""


def test_a_call_to_an_openai_judge_imports_no_sdk(standin: StandIn) -> None:
    code = f"""
import asyncio, sys
from grader.providers.openai import OpenAIProvider
from grader.providers.output import OutputMode
from tests.providers.conftest import grading_request, spec
async def ask():
    judge = OpenAIProvider(
        spec("openai"), base_url={standin.url!r}, api_key=None, timeout_s=60, output=OutputMode.JSON_SCHEMA
    )
    await judge.complete(grading_request(judge.spec))
    await judge.close()
asyncio.run(ask())
print({{"openai", "litellm", "httpx"}} & set(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "set()\n"
    assert done.stderr == ""
    assert standin.requests == 1

import subprocess
import sys
from decimal import Decimal
from importlib.metadata import version

import pytest

from grader.providers.price_list import listed_prices


@pytest.mark.parametrize(
    ("vendor", "model"),
    [("openai", "gpt-4o-mini"), ("anthropic", "claude-sonnet-4-5"), ("gemini", "gemini-2.5-flash")],
)
def test_known_models_have_prices_per_million_tokens(vendor: str, model: str) -> None:
    found = listed_prices(vendor, model)
    assert found is not None
    assert 0 < found.cached < found.input < found.output < 1000
    assert found.source == f"list prices in litellm {version('litellm')}"


def test_prices_are_exact() -> None:
    found = listed_prices("openai", "gpt-4o-mini")
    assert found is not None
    assert (found.input, found.output) == (Decimal("0.15"), Decimal("0.6"))


@pytest.mark.parametrize(
    ("vendor", "model"),
    [
        ("openai", "no-such-model"),
        ("openai", "claude-sonnet-4-5"),
        ("ollama", "llama3"),
        ("openai", "sample_spec"),
        ("openai", ""),
    ],
)
def test_what_the_list_does_not_know_or_gives_for_nothing_is_unknown(vendor: str, model: str) -> None:
    assert listed_prices(vendor, model) is None


def test_litellm_is_not_imported() -> None:
    code = (
        "import sys; from grader.providers.price_list import listed_prices;"
        "listed_prices('openai', 'gpt-4o'); print('litellm' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"

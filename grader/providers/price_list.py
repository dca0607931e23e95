"""List prices of known models, from the file that litellm ships; litellm itself is not imported."""

import json
from decimal import Decimal
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from grader.domain.prices import Prices

_FILE = "litellm/model_prices_and_context_window_backup.json"
_MILLION = 1_000_000


@cache
def listed_prices(vendor: str, model: str) -> Prices | None:
    """The list prices of a vendor's model; None where the list does not know it.

    A model that the list gives for nothing counts as unknown: no hosted model is free, and a list's 0 is
    a gap in it.
    """
    package = distribution("litellm")
    entries = json.loads(Path(str(package.locate_file(_FILE))).read_bytes(), parse_float=Decimal)
    found = [entries.get(name, {}) for name in (f"{vendor}/{model}", model)]
    entry: dict[str, Any] = next((e for e in found if e.get("litellm_provider") == vendor), {})
    return _prices(entry, f"list prices in litellm {package.version}")


def _prices(entry: dict[str, Any], source: str) -> Prices | None:
    fresh, output = entry.get("input_cost_per_token"), entry.get("output_cost_per_token")
    if not fresh or not output:
        return None
    cached = entry.get("cache_read_input_token_cost", fresh)
    return Prices(
        input=Decimal(fresh) * _MILLION,
        cached=Decimal(cached) * _MILLION,
        output=Decimal(output) * _MILLION,
        source=source,
    )

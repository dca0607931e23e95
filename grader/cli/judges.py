"""The judges that can be named on this machine, and whether each is ready."""

import os
from typing import NamedTuple

from grader.providers.weights import CATALOG, Progress, fetch, located, weights_directory


class Judge(NamedTuple):
    """One line of `grader models`."""

    name: str
    ready: bool | None
    """None: it depends on the vendor."""
    needs: str
    terms: str


def judges() -> list[Judge]:
    """Embedded judges by name, then the kinds of hosted ones."""
    found = []
    for name, weights in CATALOG.items():
        ready = located(name) is not None
        needs = f"{weights.memory_gb:g} GB of memory"
        if not ready:
            needs += f", {weights.size / 1e9:.1f} GB to fetch: grader models fetch {name}"
        found.append(Judge(f"local:{name}", ready, needs, weights.license))
    key = bool(os.environ.get("OPENAI_API_KEY") or os.environ.get("GRADER_API_KEY"))
    endpoint = bool(os.environ.get("GRADER_BASE_URL"))
    return [
        *found,
        Judge("local:FILE.gguf", True, "a GGUF file of a chat model", "the model's own"),
        Judge(
            "openai:MODEL",
            key or endpoint,
            "OPENAI_API_KEY; or --base-url and GRADER_API_KEY",
            "the vendor's",
        ),
        Judge("litellm:VENDOR/MODEL", None, "the vendor's key, as litellm names it", "the vendor's"),
        Judge("scripted:FILE.json", True, "a file of verdicts; judges nothing", "none"),
    ]


def fetch_weights(name: str, progress: Progress) -> str:
    """Fetch weights of the catalog, once; returns the file's path."""
    return str(fetch(name, weights_directory(), progress))

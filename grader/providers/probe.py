"""A probe: a line through a model's inner state that tells yes from no better than the word it says next."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from grader.digests import digest
from grader.providers.local_model import Array


class Located(NamedTuple):
    """A probe's file and identity."""

    path: Path
    digest: str


class Probe(BaseModel):
    """Fitted by `python -m eval.probe` to answers whose author noted what they meet; see `fitted_to`.

    Source of the idea: linear classifiers on inner states, Alain and Bengio 2016 (arXiv 1610.01644).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights_sha256: str
    """Of the GGUF file."""
    prompt: str
    """Digest of the prompt whose questions it was fitted to."""
    form: str
    layer: int
    """Whose state after the last token it reads."""
    bias: float
    slope: tuple[float, ...]
    fitted_to: str
    decisions: int

    @property
    def digest(self) -> str:
        """Identity of the probe."""
        return digest(self.model_dump(mode="json"))

    def chance(self, state: Array) -> float:
        """Probability of yes after a question, from the model's state there."""
        odds = float(np.dot(np.asarray(self.slope, np.float32), state)) + self.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def load_probe(path: Path) -> Probe:
    """The probe in a file."""
    return Probe.model_validate_json(path.read_text(encoding="utf-8"))


def fitted_probe(folder: Path, weights_sha256: str) -> Located | None:
    """The probe in `folder` that was fitted to these weights, if there is one."""
    for path in sorted(folder.glob("*.json")):
        probe = load_probe(path)
        if probe.weights_sha256 == weights_sha256:
            return Located(path, probe.digest)
    return None

"""Weights in OpenVINO: rows of tokens in; for the last token of each, what comes next and the inner state.

A GGUF file is converted once; what comes of it is kept beside other weights, by its digest and the runtime's
version. Exactness: numbers differ a little with the shape of a computation, so a request is always computed
in the same steps: the head alone, the text after it, then all questions of a chunk as rows.
"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_IR = "openvino_model.xml"
_CACHED_SHAPES = "64"
"""Computations kept ready by shape: the runtime's own number, 5000, costs gigabytes."""


class Told(NamedTuple):
    """What the model says after the last token of each row."""

    next: Array
    """Probabilities of the next token: (rows, vocabulary), float32."""
    inner: Array
    """The state after the chosen layer: (rows, width), float32."""


class State(NamedTuple):
    """All that was read so far, to go on from again: of one row."""

    memory: dict[str, Array]
    length: int
    """Tokens."""


class Model:
    """One model with what it has read: some rows of equal length, counting gaps."""

    def __init__(self, folder: Path, threads: int, layer: int | None) -> None:
        """Load what `converted` made. `layer`: whose state is told; None: the last one's."""
        import openvino as ov
        import openvino_genai as genai

        self._tensor = ov.Tensor
        self._tokenizer = genai.Tokenizer(str(folder))
        core = ov.Core()
        graph = core.read_model(str(folder / _IR))
        _tell_last_token_alone(graph, layer)
        settings = {
            # the inner states that a probe was fitted to: not left to what a processor likes best
            "INFERENCE_PRECISION_HINT": "bf16",
            "KV_CACHE_PRECISION": "bf16",
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
            "CPU_RUNTIME_CACHE_CAPACITY": _CACHED_SHAPES,
        }
        self._request = core.compile_model(graph, "CPU", settings).create_infer_request()
        self._seen = np.zeros((1, 0), np.int64)
        self.end = int(self._tokenizer.get_eos_token_id())

    def tokens(self, text: str) -> list[int]:
        """Token ids. Names of control tokens in `text` would become these: take them apart before."""
        if not text:
            return []
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return [int(token) for token in encoded.input_ids.data[0]]

    def start(self) -> None:
        """Forget all."""
        self._request.reset_state()
        self._seen = np.zeros((1, 0), np.int64)

    def keep(self) -> State:
        """What one row has read, to go on from again."""
        memory = {part.name: np.array(part.state.data) for part in self._request.query_state()}
        return State(memory, self._seen.shape[1])

    def go_back(self, state: State) -> None:
        """Have read exactly what was kept: one row."""
        for part in self._request.query_state():
            part.state = self._tensor(state.memory[part.name])
        self._seen = np.ones((1, state.length), np.int64)

    def read(self, rows: Sequence[Sequence[int]], after: Sequence[int] | None = None) -> Told:
        """Read one more piece of text for each row; gaps are put before the shorter ones.

        `after`: for each row, the earlier row that it goes on from; None: all from the only one.
        """
        after = [0] * len(rows) if after is None else after
        longest = max(map(len, rows))
        ids = np.zeros((len(rows), longest), np.int64)
        seen = np.zeros((len(rows), longest), np.int64)
        for place, row in enumerate(rows):
            ids[place, longest - len(row) :] = row
            seen[place, longest - len(row) :] = 1
        before = self._seen[list(after)]
        self._seen = np.hstack([before, seen])
        told = self._request.infer(
            {
                "input_ids": ids,
                "attention_mask": self._seen,
                "position_ids": np.maximum(before.sum(1, keepdims=True) + seen.cumsum(1) - 1, 0),
                "beam_idx": np.array(after, np.int32),
            }
        )
        logits = told[0][:, -1, :].astype(np.float32)
        chances = np.exp(logits - logits.max(1, keepdims=True))
        inner = told[1][:, -1, :].astype(np.float32)
        return Told(chances / chances.sum(1, keepdims=True), inner)


def _tell_last_token_alone(graph: Any, layer: int | None) -> None:
    """Let the graph give out the last token's logits and its state after `layer`."""
    import numpy
    from openvino import opset13 as op

    nodes = {node.get_friendly_name(): node for node in graph.get_ops()}
    head = graph.get_results()[0].input_value(0).get_node()
    while head.get_type_name() != "MatMul":
        head = head.input_value(0).get_node()
    last, axis = op.constant(numpy.array([-1], numpy.int64)), op.constant(1, dtype=numpy.int64)
    head.input(0).replace_source_output(op.gather(head.input_value(0), last, axis).output(0))
    layers = sum(name.startswith("model.layers.self_attn.add1.layer") for name in nodes)
    state = nodes[f"model.layers.self_attn.add1.layer{layers - 1 if layer is None else layer}"]
    graph.add_results([op.result(op.gather(state.output(0), last, axis))])


def converted(weights: Path, digest: str, kept: Path) -> Path:
    """The folder under `kept` with what OpenVINO reads of these GGUF `weights`; made if it isn't there.

    Raises RuntimeError for a file that can't be converted.
    """
    import openvino_genai as genai

    folder = kept / f"{digest[:16]}-openvino-{genai.__version__.split('-')[0]}"
    if (folder / _IR).is_file():
        return folder
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept, prefix=".convert-") as scratch:
        link = Path(scratch) / "weights.gguf"
        try:
            link.symlink_to(weights.resolve())
        except OSError:  # no right to make links
            shutil.copy(weights, link)
        genai.LLMPipeline(str(link), "CPU", enable_save_ov_model=True)
        link.unlink()
        done = Path(scratch) / "done"
        done.mkdir()
        for made in Path(scratch).glob("openvino_*"):
            made.rename(done / made.name)
        try:
            done.rename(folder)
        except OSError:
            if not (folder / _IR).is_file():  # else another process was first
                raise
    return folder


def runtime() -> str:
    """Name and version of what computes."""
    import openvino

    return f"openvino {openvino.__version__.split('-')[0]}"

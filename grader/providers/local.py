"""The embedded judge: a model on this machine's processor, held by a child process.

The child answers short questions with probabilities; here they become the same JSON answer as any judge's.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Usage
from grader.errors import ContextTooLongError, PermanentError, TransientError
from grader.providers.local_reading import answer_text, read, verdict_probabilities
from grader.providers.probe import Located
from grader.providers.weights import converted_directory, file_digest

CONTEXT = 4096
"""Tokens of one prompt, unless the judge's spec says otherwise."""
_LINE_LIMIT = 16 << 20
_LAST_WORDS = 12
_PATIENCE_S = 5.0


class LocalProvider:
    """A GGUF model in a child process, started at the first request and after a crash.

    Takes requests of the decisions style; of the messages only the first is shown, the worked examples.
    """

    def __init__(
        self, spec: JudgeSpec, weights: Path, *, threads: int | None, probe: Located | None = None
    ) -> None:
        self.spec = spec
        self._weights = weights
        self._probe = probe
        self._threads = threads or _processors()
        self._turn = asyncio.Lock()
        self._child: _Child | None = None

    async def complete(self, request: JudgeRequest) -> Completion:
        """Ask all decisions of one request; one request after another.

        Raises TransientError where the child died, ContextTooLongError, and PermanentError for weights that
        can't be used.
        """
        asked = exchange(request)
        async with self._turn:
            started = time.monotonic()
            child = await self._ready()
            try:
                reply = await child.ask(asked)
            except BaseException:
                # Died, or cancelled with an answer under way: either way the child is of no more use.
                self._child = None
                await child.end()
                raise
        if "failed" in reply:
            raise PermanentError(f"The embedded judge can't answer this: {reply['failed']}.")
        if "too_long" in reply:
            raise ContextTooLongError(f"The submission is too long for this model: {reply['too_long']}.")
        readings = read(request, reply)
        return Completion(
            text=answer_text(readings),
            model=f"{self._weights.name}@sha256:{child.digest}",
            fingerprint=child.runtime,
            usage=Usage(**reply["usage"]),
            cost_usd=0.0,
            latency_s=time.monotonic() - started,
            probabilities=verdict_probabilities(readings),
        )

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            if self._child is not None:
                await self._child.end()
                self._child = None

    async def _ready(self) -> "_Child":
        if self._child is None:
            context = self.spec.context or CONTEXT
            self._child = await _Child.start(self._weights, self._probe, self._threads, context)
        return self._child


class _Child:
    """The running worker and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: deque[str] = deque(maxlen=_LAST_WORDS)
        self._listening = asyncio.create_task(self._listen())
        self.runtime = ""
        self.digest = ""

    @classmethod
    async def start(cls, weights: Path, probe: Located | None, threads: int, context: int) -> "_Child":
        """Start a worker and wait until its weights are loaded. Raises PermanentError if they can't be."""
        try:
            digest = await asyncio.to_thread(file_digest, weights)
        except OSError as error:
            raise PermanentError(f"The weights {weights} can't be read: {error.strerror}.") from error
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "grader.providers.local_worker", str(weights), digest, str(converted_directory())),
            *("--threads", str(threads), "--context", str(context)),
            *(("--probe", str(probe.path)) if probe is not None else ()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            # Ctrl-C is for the parent: it closes the pipe when what is under way is kept.
            start_new_session=True,
        )
        child = cls(process)
        child.digest = digest
        try:
            greeting = await child._line()
        except BaseException:
            await child.end()
            raise
        if greeting is None:
            code = await process.wait()
            await child.end()
            raise PermanentError(_unloadable(weights, code, child.last_words), concerns_all=True)
        child.runtime = str(json.loads(greeting)["runtime"])
        return child

    @property
    def last_words(self) -> str:
        """The last line that the worker wrote as an error, if any."""
        return self._said[-1] if self._said else ""

    async def ask(self, body: dict[str, Any]) -> dict[str, Any]:
        """One request and its reply. Raises TransientError if the worker dies first."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - it was opened as a pipe
        line: bytes | None = None
        with contextlib.suppress(ConnectionError):
            stdin.write(json.dumps(body).encode() + b"\n")
            await stdin.drain()
            line = await self._line()
        if line is None:
            code = await self._process.wait()
            raise TransientError(
                f"The embedded judge's process ended (exit code {code}). {self.last_words}".strip()
            )
        reply: dict[str, Any] = json.loads(line)
        return reply

    async def end(self) -> None:
        """Close its input, which ends it; kill it if it doesn't heed that."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._listening

    async def _line(self) -> bytes | None:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - it was opened as a pipe
        line = await stdout.readline()
        return line if line.endswith(b"\n") else None

    async def _listen(self) -> None:
        """Keep the last lines of what the runtime writes, for the error message."""
        stderr = self._process.stderr
        assert stderr is not None  # noqa: S101 - it was opened as a pipe
        while line := await stderr.readline():
            self._said.append(line.decode(errors="replace").strip())


def exchange(request: JudgeRequest) -> dict[str, Any]:
    """What the worker is sent. Raises PermanentError for a request that it can't be asked."""
    if not request.decisions or not request.passages or not request.messages:
        raise PermanentError(
            "The embedded judge needs a prompt of the decisions style, and a text with segments."
        )
    return {
        "examples": request.messages[0].content,
        "passages": [p.model_dump() for p in request.passages],
        "decisions": [list(d.questions) for d in request.decisions],
        "evidence": " " + request.evidence_question,
    }


def _unloadable(weights: Path, code: int, last_words: str) -> str:
    if code == -9:
        need = weights.stat().st_size / 1e9 * 3.5 + 0.3
        return f"Loading {weights.name} was killed: about {need:.1f} GB of free memory are needed."
    return f"The weights {weights} can't be loaded; is this a whole GGUF file? {last_words}".strip()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

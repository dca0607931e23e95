"""A stand-in for OpenAI's batch API on loopback, beside the chat endpoint of `tests.standin`.

As a server of its own: python -m tests.support.batch_standin; it prints its address and serves until killed.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from tests.standin import StandIn, _drop, completion

OVER = ("completed", "failed", "expired", "cancelled")
ROW_ERRORS = {
    "too_long": (400, "context_length_exceeded"),
    "filtered": (400, "content_filter"),
    "unknown_model": (404, "model_not_found"),
    "no_credit": (429, "insufficient_quota"),
}


class BatchStandIn(StandIn):
    """Answers batches as the chat endpoint would; what goes wrong is set on its attributes.

    `rows`: kinds for the rows to come, in the order of the input: a kind of `tests.standin.Step`, `status:N`,
    one of ROW_ERRORS, `expired`, `batch_error`, `left_out`, `garbled` (no JSON), `no_body`. `ends`: states in
    which batches end, `failed:CODE` with a code. `polls`: looks before a batch is over. `poll_faults` and
    `create_faults`: statuses of errors to come; `reset` starts the batch and drops the connection.
    """

    def __init__(
        self,
        *,
        rows: Iterable[str] = (),
        ends: Iterable[str] = (),
        polls: int = 0,
        poll_faults: Iterable[int] = (),
        upload_faults: Iterable[int] = (),
        create_faults: Iterable[int | str] = (),
        upside_down: bool = False,
        twice: bool = False,
        strangers: bool = False,
    ) -> None:
        super().__init__()
        self.rows = deque(rows)
        self.ends = deque(ends)
        self.polls = polls
        self.poll_faults = deque(poll_faults)
        self.upload_faults = deque(upload_faults)
        self.create_faults = deque(create_faults)
        self.upside_down = upside_down
        self.twice = twice
        self.strangers = strangers
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.lines: list[dict[str, Any]] = []
        """All lines of all batches that were started."""
        self.page: tuple[str, str] | None = None
        """In the place of all answers but those of the chat endpoint: text and content type."""
        self.cancelled: list[str] = []
        self._left: dict[str, int] = {}
        self._started = self._kept = 0

    async def start(self, port: int = 0) -> web.AppRunner:
        app = web.Application(client_max_size=300 << 20, middlewares=[self._paged])
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/v1/files/{id}/content", self._content)
        app.router.add_delete("/v1/files/{id}", self._delete)
        app.router.add_post("/v1/batches", self._create)
        app.router.add_get("/v1/batches", self._list)
        app.router.add_get("/v1/batches/{id}", self._retrieve)
        app.router.add_post("/v1/batches/{id}/cancel", self._cancel)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return runner

    @web.middleware
    async def _paged(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if self.page is None or request.path.endswith("/chat/completions"):
            return await handler(request)
        return web.Response(text=self.page[0], content_type=self.page[1])

    def _keep(self, content: bytes) -> str:
        self._kept += 1
        name = f"file-{self._kept}"
        self.files[name] = content
        return name

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if self.upload_faults:
            return _error(self.upload_faults.popleft())
        assert form["purpose"] == "batch"
        part = form["file"]
        assert isinstance(part, web.FileField)
        content = part.file.read()
        name = self._keep(content)
        told = {"id": name, "object": "file", "bytes": len(content), "created_at": int(time.time())}
        told |= {"filename": part.filename, "purpose": "batch", "status": "processed"}
        return web.json_response(told)

    async def _content(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["id"])
        return _error(404) if content is None else web.Response(body=content)

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["id"]
        if self.files.pop(name, None) is None:
            return _error(404)
        return web.json_response({"id": name, "object": "file", "deleted": True})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        fault = self.create_faults.popleft() if self.create_faults else None
        if isinstance(fault, int):
            return _error(fault)
        told = await request.json()
        assert (told["endpoint"], told["completion_window"]) == ("/v1/chat/completions", "24h")
        lines = [json.loads(line) for line in self.files[told["input_file_id"]].splitlines()]
        assert len({line["custom_id"] for line in lines}) == len(lines)
        assert all(len(line["custom_id"]) <= 64 and line["method"] == "POST" for line in lines)
        self.lines += lines
        self._started += 1
        name = f"batch_{self._started}"
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "created_at": int(time.time()),
            "status": "validating",
            **told,
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }
        self._left[name] = self.polls
        if fault == "reset":
            return await _drop(request, midway=False, silent_s=0.0)
        return web.json_response(self.batches[name])

    async def _list(self, request: web.Request) -> web.StreamResponse:
        newest_first = list(reversed(self.batches.values()))
        after = request.query.get("after")
        at = next((n + 1 for n, b in enumerate(newest_first) if b["id"] == after), 0)
        page = newest_first[at : at + 1]  # one by one, so that clients must turn pages
        return web.json_response({"object": "list", "data": page, "has_more": at + 1 < len(newest_first)})

    async def _retrieve(self, request: web.Request) -> web.StreamResponse:
        if self.poll_faults:
            return _error(self.poll_faults.popleft())
        batch = self.batches.get(request.match_info["id"])
        if batch is None:
            return _error(404)
        if batch["status"] not in OVER:
            if self._left[batch["id"]] > 0:
                self._left[batch["id"]] -= 1
                batch["status"] = "in_progress"
            else:
                self._finish(batch, self.ends.popleft() if self.ends else "completed")
        return web.json_response(batch)

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        batch = self.batches[request.match_info["id"]]
        self.cancelled.append(batch["id"])
        self._finish(batch, "cancelled")
        return web.json_response(batch)

    def _finish(self, batch: dict[str, Any], end: str) -> None:
        batch["status"], _, code = end.partition(":")
        if batch["status"] == "failed":
            batch["errors"] = {"object": "list", "data": [{"code": code, "message": "secret", "line": 1}]}
            return
        good, bad = [], []
        for line in self.files[batch["input_file_id"]].splitlines():
            row = self._row(json.loads(line), self.rows.popleft() if self.rows else "ok")
            if isinstance(row, dict) and (row["error"] or row["response"]["status_code"] != 200):
                bad.append(json.dumps(row))
            elif row is not None:
                # as the real ones: not escaped, with signs at which some readers break lines
                good.append(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False))
        if self.upside_down:
            good.reverse()
        if self.strangers:
            good.insert(0, json.dumps(_answered("f" * 64, 200, {"choices": []})))
        if self.twice:
            good = [copy for row in good for copy in (row, row)]
        batch["request_counts"] |= {"completed": len(good), "failed": len(bad)}
        for name, rows in (("output_file_id", good), ("error_file_id", bad)):
            if rows:
                batch[name] = self._keep("".join(f"{row}\n" for row in rows).encode())

    def _row(self, line: dict[str, Any], kind: str) -> dict[str, Any] | str | None:
        own, body = line["custom_id"], line["body"]
        if kind == "left_out":
            return None
        if kind == "garbled":
            return f'{{"id": "batch_req_1", "custom_id": "{own}", "resp'
        if kind in ("expired", "batch_error"):
            error = {"code": "batch_expired" if kind == "expired" else "odd", "message": "secret"}
            return {"id": "batch_req_1", "custom_id": own, "response": None, "error": error}
        if kind == "no_body":
            return _answered(own, 200, "words")
        status, code = ROW_ERRORS.get(kind, (int(kind.partition(":")[2] or 0), "server_error"))
        if status:
            return _answered(own, status, {"error": {"message": "secret", "code": code}})
        return _answered(own, 200, completion(body, kind, ()))


def _answered(custom_id: str, status: int, body: Any) -> dict[str, Any]:
    response = {"status_code": status, "request_id": "r", "body": body}
    return {"id": "batch_req_1", "custom_id": custom_id, "response": response, "error": None}


def _error(status: int) -> web.Response:
    # the server's own words must never come out again
    told = {"error": {"message": "secret", "type": "some_error", "code": None}}
    return web.json_response(told, status=status, headers={"retry-after-ms": "1"})


async def _serve() -> None:
    server = BatchStandIn()
    await server.start()
    print(server.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())

"""OpenAI's batch API, and servers that speak it, through OpenAI's SDK."""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, Final

from grader.domain.batch import BatchStatus, Returned
from grader.domain.exchange import JudgeRequest, JudgeSpec
from grader.domain.prices import Prices
from grader.errors import PermanentError, ProviderError, TransientError
from grader.providers.chat_format import ChatForm, chat_body, read_completion
from grader.providers.sdk_errors import read_fault
from grader.providers.status import Fault, Kind, provider_error

ENDPOINT: Final = "/v1/chat/completions"
BATCH_PRICE = 0.5
"""Share of a live call's price."""
_LOOKING_S = 3600
_TRANSFER_S = 600.0
"""For one step of a file's transfer, not for the whole: who is slow may find a batch taken over."""
_TRIES = 5
_ODD = (AttributeError, KeyError, TypeError, ValueError, RecursionError)
"""What reading raises where the other side answers in a shape of its own."""
_UNFINISHED = frozenset({"batch_expired", "batch_cancelled"})


class OpenAIBatches:
    """Meets `grader.domain.batch_sides.BatchService`."""

    def __init__(
        self,
        spec: JudgeSpec,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_s: float = 60.0,
        form: ChatForm,
        prices: Prices | None = None,
    ) -> None:
        """As for live calls, see `OpenAIProvider`. Raises PermanentError where OpenAI's key is missing."""
        import openai

        self.spec = spec
        self._form = form
        self._prices = prices
        if base_url is not None and api_key is None:
            api_key = "none"  # else the SDK would send OpenAI's key to whatever endpoint this is
        try:
            # only what changes nothing is tried again by the SDK: to start a batch twice would cost twice
            self._client = openai.OpenAI(
                base_url=base_url, api_key=api_key, timeout=timeout_s, max_retries=_TRIES
            )
        except openai.OpenAIError:
            raise PermanentError(f"{spec.name}: no API key; set OPENAI_API_KEY") from None
        self.endpoint = str(self._client.base_url).rstrip("/")

    def line(self, asked: JudgeRequest) -> bytes:
        """The line that asks this. ASCII, since no reader of lines breaks that in a wrong place."""
        custom_id = asked.digest.removeprefix("sha256:")  # some servers take 64 characters and no more
        body = chat_body(asked, self._form)
        line = {"custom_id": custom_id, "method": "POST", "url": ENDPOINT, "body": body}
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"

    def upload(self, file: IO[bytes], name: str) -> str:
        """Hand over an input file; returns the provider's id of it."""
        with self._errors("upload of a batch's input"):
            client = self._client.with_options(timeout=_TRANSFER_S)
            made = client.files.create(file=(name, file), purpose="batch").id
            if not isinstance(made, str):
                raise TypeError
            return made

    def create(self, input_file: str, batch: str, run: str) -> BatchStatus:
        """Start a batch; its metadata hold our ids of batch and run, and nothing else."""
        with self._errors("start of a batch"):
            made = self._client.with_options(max_retries=0).batches.create(
                input_file_id=input_file,
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={"grader_batch": batch, "grader_run": run},
            )
            return _status(made)

    def find(self, batch: str, since: str) -> BatchStatus | None:
        """The batch with our id in its metadata, not earlier than an hour before `since`."""
        earliest = datetime.fromisoformat(since).timestamp() - _LOOKING_S
        with self._errors("list of batches"):
            for known in self._client.batches.list(limit=100):
                if (known.metadata or {}).get("grader_batch") == batch:
                    return _status(known)
                if known.created_at < earliest:
                    return None
        return None

    def status(self, provider_id: str) -> BatchStatus:
        """How a batch stands."""
        with self._errors(f"batch {provider_id}"):
            return _status(self._client.batches.retrieve(provider_id))

    def cancel(self, provider_id: str) -> None:
        """Have a batch end; what is answered by then is charged."""
        with self._errors(f"end of batch {provider_id}"):
            self._client.batches.cancel(provider_id)

    def rows(self, status: BatchStatus) -> Iterator[Returned]:
        """What came back, answers first. A line that can't be read names nothing."""
        for file_id in (status.output_file, status.error_file):
            if file_id is None:
                continue
            with tempfile.TemporaryFile() as file:
                self._download(file_id, file)
                file.seek(0)
                for line in file:  # a file of bytes breaks lines at \n alone
                    if line.strip():
                        yield self._returned(line, status.id)

    def delete(self, files: Iterable[str]) -> None:
        """Delete files; those that are gone are passed over."""
        for file_id in files:
            try:
                with self._errors(f"file {file_id}"):
                    self._client.files.delete(file_id)
            except PermanentError as error:
                if error.status != 404:
                    raise

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _download(self, file_id: str, file: IO[bytes]) -> None:
        with self._errors(f"file {file_id}"):
            client = self._client.with_options(timeout=_TRANSFER_S)
            with client.files.with_streaming_response.content(file_id) as response:
                if response.headers.get("content-type", "").startswith("text/html"):
                    raise ValueError  # some gateway's page; read as lines, it would have all asked again
                for piece in response.iter_bytes(1 << 20):
                    file.write(piece)

    def _returned(self, line: bytes, batch: str) -> Returned:
        try:
            row = json.loads(line)
            asked = f"sha256:{row['custom_id']}"
        except _ODD:
            return Returned(None, provider_error(self.spec.name, Fault(Kind.GARBLED)))
        try:
            body = self._body(row)
            completion = read_completion(self.spec.name, body, latency_s=0.0)
            cost = None
            if self._prices and body.get("usage"):
                cost = float(self._prices.cost(completion.usage)) * BATCH_PRICE
        except ProviderError as error:
            return Returned(asked, error)
        except _ODD:
            return Returned(asked, provider_error(self.spec.name, Fault(Kind.GARBLED)))
        return Returned(asked, completion.model_copy(update={"batch": batch, "cost_usd": cost}))

    def _body(self, row: dict[str, Any]) -> dict[str, Any]:
        """The chat completion in a row. Raises ProviderError."""
        response, code = _object(row.get("response")), _object(row.get("error")).get("code")
        body = _object(response.get("body"))
        if code in _UNFINISHED:
            ended = code.removeprefix("batch_")
            raise TransientError(f"{self.spec.name}: the batch was {ended} before this was answered")
        status = response.get("status_code")
        if code is None and status == 200:
            return body
        told = _object(body.get("error"))
        code = next((c for c in (code, told.get("code"), told.get("type")) if isinstance(c, str)), None)
        status = status if isinstance(status, int) else None
        raise provider_error(self.spec.name, Fault(Kind.STATUS, status=status, code=code))

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        """The SDK's errors as ours, with what was being done."""
        import httpx
        import openai

        outside = sys.exception()
        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise provider_error(f"{self.spec.name}, {what}", read_fault(error, outside)) from None
        except _ODD:
            # such as a page instead of JSON; its words are not repeated
            raise provider_error(f"{self.spec.name}, {what}", Fault(Kind.FOREIGN)) from None


def _object(value: Any) -> dict[str, Any]:
    """A JSON object; empty where there is none."""
    return value if isinstance(value, dict) else {}


def _status(batch: Any) -> BatchStatus:
    counts, errors = batch.request_counts, batch.errors
    return BatchStatus(
        id=batch.id,
        state=batch.status,
        completed=counts.completed if counts else 0,
        failed=counts.failed if counts else 0,
        total=counts.total if counts else 0,
        input_file=batch.input_file_id,
        output_file=batch.output_file_id,
        error_file=batch.error_file_id,
        problems=tuple(sorted({e.code for e in (errors.data if errors else None) or () if e.code})),
    )

"""What is handed over, and how lines that come back are read."""

import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from grader.domain.batch import BatchStatus
from grader.domain.exchange import Completion
from grader.domain.prices import Prices
from grader.errors import ContextTooLongError, PermanentError, RefusedError, TransientError
from grader.providers.chat_format import ChatForm, chat_body, token_limit
from grader.providers.openai_batches import OpenAIBatches
from grader.providers.output import OutputMode
from tests.providers.conftest import grading_request, spec
from tests.standin import serving
from tests.support.batch_standin import BatchStandIn, _answered

FORM = ChatForm(OutputMode.JSON_SCHEMA)
PRICES = Prices(input=Decimal(2), cached=Decimal(1), output=Decimal(8))
ANSWERED = {"model": "m", "choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}
OWN = "a" * 64
LONG_AGO = "2020-01-01T00:00:00.000+00:00"


@pytest.fixture
def server() -> Iterator[BatchStandIn]:
    with serving(BatchStandIn()) as served:
        yield served


@pytest.fixture
def service(server: BatchStandIn) -> Iterator[OpenAIBatches]:
    service = OpenAIBatches(spec("openai"), base_url=server.url, api_key=None, form=FORM, prices=PRICES)
    yield service
    service.close()


def test_the_line_of_a_request(service: OpenAIBatches) -> None:
    asked = grading_request(service.spec)
    line = json.loads(service.line(asked))
    body = chat_body(asked, FORM)
    assert line.pop("body") == body
    own = asked.digest.removeprefix("sha256:")
    assert line == {"custom_id": own, "method": "POST", "url": "/v1/chat/completions"}
    assert (body["model"], body["max_tokens"], body["seed"]) == ("test-model", 321, 11)


@pytest.mark.parametrize(("base_url", "limit"), [(None, "max_completion_tokens"), ("http://h", "max_tokens")])
def test_the_limit_as_the_endpoint_names_it(base_url: str | None, limit: str) -> None:
    form = ChatForm(OutputMode.JSON_OBJECT, sampling=False, limit=token_limit(base_url))
    body = chat_body(grading_request(spec("openai")), form)
    assert set(body) == {"model", "messages", limit, "response_format"}


def test_a_batch_is_handed_over_and_found_among_others(service: OpenAIBatches, server: BatchStandIn) -> None:
    line = service.line(grading_request(service.spec))
    for number in range(3):
        file = service.upload(io.BytesIO(line), "b.jsonl")
        service.create(file, f"b{number}", "run")
    found = service.find("b0", LONG_AGO)
    assert found is not None
    assert found == service.find("b0", LONG_AGO)
    assert (found.id, found.state, found.total, found.over) == ("batch_1", "validating", 1, False)
    assert service.find("b3", LONG_AGO) is None
    assert service.find("b0", "2999-01-01T00:00:00.000+00:00") is None, "older ones are not looked at"
    assert server.batches["batch_1"]["metadata"] == {"grader_batch": "b0", "grader_run": "run"}


def returned(service: OpenAIBatches, server: BatchStandIn, *lines: str) -> list[Any]:
    server.files["out"] = "\n".join(lines).encode()
    return list(service.rows(BatchStatus(id="batch_9", state="completed", output_file="out")))


def test_lines_end_where_json_lines_end(service: OpenAIBatches, server: BatchStandIn) -> None:
    odd = "one\u2028two\x85three"
    body = {"model": "m", "choices": [{"message": {"content": odd}, "finish_reason": "stop"}]}
    row = json.dumps(_answered(OWN, 200, body), ensure_ascii=False)
    found = returned(service, server, row, "", row)
    assert [(r.asked, r.answer.text, r.answer.batch) for r in found] == [
        (f"sha256:{OWN}", odd, "batch_9")
    ] * 2


ERRORS = [
    (
        {"error": {"code": "batch_expired", "message": "secret"}},
        TransientError,
        "the batch was expired before",
    ),
    ({"error": {"code": "batch_cancelled"}}, TransientError, "the batch was cancelled before"),
    ({"error": {"code": "odd", "message": "secret"}}, TransientError, "HTTP error"),
    ({"error": {"code": 5}}, TransientError, "HTTP error"),
    ({"error": {"code": ["batch_expired"]}}, TransientError, "no chat completion"),
    ({"error": "words"}, TransientError, "HTTP error"),
    ({}, TransientError, "HTTP error"),
    ({"response": {"status_code": 500, "body": None}}, TransientError, "HTTP 500"),
    (
        {"response": {"status_code": 429, "body": {"error": {"code": "rate_limit_exceeded"}}}},
        TransientError,
        "429",
    ),
    (
        {"response": {"status_code": 429, "body": {"error": {"code": "insufficient_quota"}}}},
        PermanentError,
        "429",
    ),
    ({"response": {"status_code": 400, "body": {"error": {"type": "content_filter"}}}}, RefusedError, "400"),
    (
        {"response": {"status_code": 400, "body": {"error": {"code": "context_length_exceeded"}}}},
        ContextTooLongError,
        "400",
    ),
    ({"response": {"status_code": "200", "body": {}}}, TransientError, "HTTP error"),
    ({"response": {"status_code": 200, "body": {"choices": []}}}, TransientError, "no chat completion"),
    ({"response": {"status_code": 200, "body": None}}, TransientError, "no chat completion"),
    ({"response": "words"}, TransientError, "HTTP error"),
    *(
        ({"response": {"status_code": 200, "body": ANSWERED | odd}}, TransientError, "no chat completion")
        for odd in ({"usage": "words"}, {"usage": {"prompt_tokens": 1.5}}, {"usage": {"prompt_tokens": "a"}})
    ),
]


@pytest.mark.parametrize(("row", "error", "said"), ERRORS, ids=[str(row) for row, *_ in ERRORS])
def test_a_line_without_an_answer_is_an_error(
    service: OpenAIBatches, server: BatchStandIn, row: dict[str, Any], error: type[Exception], said: str
) -> None:
    (found,) = returned(service, server, json.dumps({"custom_id": OWN, **row}))
    assert found.asked == f"sha256:{OWN}"
    assert type(found.answer) is error
    assert said in str(found.answer)
    assert "secret" not in str(found.answer)


@pytest.mark.parametrize("line", ["{", "[1]", "5", '"words"', "{}", "\ufeffx", "[" * 100_000])
def test_a_line_that_names_nothing(service: OpenAIBatches, server: BatchStandIn, line: str) -> None:
    (found,) = returned(service, server, line)
    assert (found.asked, isinstance(found.answer, Completion)) == (None, False)


def test_what_is_gone_is_deleted_already(service: OpenAIBatches, server: BatchStandIn) -> None:
    server.files["out"] = b""
    service.delete(BatchStatus(id="b", state="completed", input_file="none", output_file="out").files)
    assert server.files == {}


STATUS = BatchStatus(id="b", state="completed", output_file="out")


@pytest.mark.parametrize(
    "ask",
    [
        lambda service: service.upload(io.BytesIO(b"{}"), "b.jsonl"),
        lambda service: service.create("file-1", "b", "run"),
        lambda service: service.find("b", LONG_AGO),
        lambda service: service.status("b"),
        lambda service: list(service.rows(STATUS)),
    ],
    ids=["upload", "create", "find", "status", "rows"],
)
def test_a_page_in_the_place_of_an_answer_is_one_sentence(
    service: OpenAIBatches, server: BatchStandIn, ask: Callable[[OpenAIBatches], Any]
) -> None:
    server.page = ("<html>secret</html>", "text/html")
    with pytest.raises(TransientError, match=r"none of a batch API; check the endpoint$") as told:
        ask(service)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("body", ["[]", "{}", "{"])
def test_json_that_is_no_batch_is_one_sentence(
    service: OpenAIBatches, server: BatchStandIn, body: str
) -> None:
    server.page = (body, "application/json")
    for ask in (service.status, lambda _: service.upload(io.BytesIO(b"{}"), "b.jsonl")):
        with pytest.raises(TransientError, match="openai:test-model"):
            ask("b")


@pytest.mark.parametrize(
    ("given", "over"),
    [
        ({"state": "completed", "completed": 1}, False),
        ({"state": "completed", "completed": 1, "output_file": "f"}, True),
        ({"state": "completed", "failed": 1}, True),
        ({"state": "cancelled", "completed": 1}, True),
        ({"state": "in_progress"}, False),
    ],
)
def test_a_batch_is_over_once_its_answers_can_be_fetched(given: dict[str, Any], over: bool) -> None:
    assert BatchStatus(id="b", **given).over is over

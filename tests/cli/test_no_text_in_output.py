"""What goes to the terminal and to logs holds no word of an answer, whatever a judge repeats."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from grader.ledger.store import SqlLedger
from tests.cli.conftest import Call
from tests.standin import StandIn, Step, answer, completion, serving

PLANTED = ("zanzibar", "Quuxley", "plover-7")
TEXT = (
    "Dear zanzibar team, six boxes of Quuxley gloves are missing from our order plover-7. Please send them."
)
Spoil = Callable[[dict[str, Any]], str]


def _with(more: Mapping[str, Any]) -> Spoil:
    return lambda grading: json.dumps({**grading, **more})


def _first(grading: dict[str, Any], **changed: Any) -> str:
    name = next(iter(grading))
    return json.dumps({**grading, name: {**grading[name], **changed}})


ECHOES: dict[str, Spoil] = {
    "text alone": lambda grading: TEXT,
    "text around": lambda grading: f"{TEXT} {json.dumps(grading)} {TEXT}",
    "another criterion": lambda grading: _with({TEXT: next(iter(grading.values()))})(grading),
    "another name": lambda grading: _with({TEXT: TEXT})(grading),
    "another field": lambda grading: _first(grading, **{TEXT: TEXT}),
    "another verdict": lambda grading: _first(grading, verdict=TEXT),
    "another segment": lambda grading: _first(grading, segments=[TEXT]),
    "a name twice": lambda grading: f'{json.dumps(grading)[:-1]}, "{TEXT}": 1, "{TEXT}": 2}}',
    "a long reason": lambda grading: _first(grading, reason=TEXT * 20),
    "a good answer": lambda grading: _first(grading, reason=TEXT),
}


class Echo(StandIn):
    """Repeats the candidate's words in whatever it says; `refuse`: as its refusal."""

    def __init__(self, spoil: Spoil, *, refuse: bool = False) -> None:
        super().__init__()
        self._spoil = spoil
        self._refuse = refuse

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        told = completion(body, "ok", ())
        message = told["choices"][0]["message"]
        message["content"] = None if self._refuse else self._spoil(answer(body, ()))
        message["refusal"] = TEXT if self._refuse else None
        return web.json_response(told)


def silent(caplog: pytest.LogCaptureFixture, *streams: str) -> None:
    for said in (*streams, caplog.text):
        assert not [word for word in PLANTED if word in said]


@pytest.fixture
def planted() -> Path:
    path = Path("answers.csv")
    path.write_text(f'candidate,task,text\na,vendor_email,"{TEXT}"\n')
    return path


def grade(grader: Call, path: Path, server: StandIn, *options: str) -> Any:
    judge = ("--judge", "openai:test-model", "--base-url", server.url)
    return grader("grade", path, *judge, *options)


@pytest.mark.parametrize("name", ECHOES)
def test_unusable_answers_that_repeat_the_candidate(
    grader: Call, planted: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Echo(ECHOES[name])) as server:
        ran = grade(grader, planted, server)
        told = grade(grader, planted, server, "--json")
    good = name == "a good answer"
    assert (ran.code == 0) == good
    assert (server.requests == 1) == good
    silent(caplog, ran.out, ran.err, told.out, told.err)
    assert grader("export", "--events", "e.jsonl").code == 0
    silent(caplog, Path("e.jsonl").read_text(encoding="utf-8"))
    with SqlLedger("runs/ledger.db", create=False) as ledger:
        assert all(word not in r.detail for r in ledger.records(ledger.runs()[0].id) for word in PLANTED)


def test_a_refusal_that_repeats_the_candidate(
    grader: Call, planted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Echo(ECHOES["text alone"], refuse=True)) as server:
        ran = grade(grader, planted, server)
    assert "refused" in ran.out
    silent(caplog, ran.out, ran.err)


@pytest.mark.parametrize(("status", "code"), [(400, 3), (401, 2), (404, 2)])
def test_errors_of_the_endpoint_that_repeat_the_prompt(
    grader: Call, planted: Path, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(StandIn([Step("status", status=status)])) as server:
        ran = grade(grader, planted, server)
    assert ran.code == code
    assert f"HTTP {status}" in ran.out + ran.err or ran.code == 3
    silent(caplog, ran.out, ran.err)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("broken.jsonl", f'{{"candidate": "a", "task": "vendor_email", "text": "{TEXT}'),
        ("list.jsonl", f'["{TEXT}"]'),
        ("torn.csv", f'candidate,task,text\na,vendor_email,"{TEXT}'),
        ("wide.csv", f"candidate,task,text\na,vendor_email,gone,{TEXT},{TEXT}\n"),
        ("odd.csv", f"who,what\na,{TEXT}\n"),
    ],
)
def test_files_that_cannot_be_read(
    grader: Call, caplog: pytest.LogCaptureFixture, name: str, body: str
) -> None:
    caplog.set_level(logging.DEBUG)
    Path(name).write_text(body, encoding="utf-8")
    ran = grader("grade", name, "--judge", "openai:test-model", "--base-url", "http://127.0.0.1:9/v1")
    assert ran.code != 0
    silent(caplog, ran.out, ran.err)

from typing import Any

import pytest

from grader.digests import canonical
from grader.domain.exchange import Decision, JudgeRequest, JudgeSpec, Message, Passage, Usage

SPEC = JudgeSpec(provider="openai", model="m")
REQUEST = JudgeRequest(
    judge=SPEC,
    prompt="sha256:0",
    messages=(Message(role="system", content="s"), Message(role="user", content="u")),
    answer_schema={"required": ["a"]},
)
SPEC_CHANGES: dict[str, Any] = {
    "provider": "litellm",
    "model": "n",
    "temperature": 0.1,
    "seed": 8,
    "max_tokens": 2001,
    "context": 4096,
    "style": "decisions",
    "options": {"endpoint": "http://127.0.0.1"},
}
CHANGES: dict[str, Any] = {
    "prompt": "sha256:1",
    "messages": REQUEST.messages[:1],
    "answer_schema": {"required": ["b"]},
    "passages": (Passage(n=1, text="x"),),
    "decisions": (Decision(criterion="a", questions=("Is it?",)),),
    "evidence_question": "Which?",
    "salt": "afresh",
}


def test_every_field_is_changed_here() -> None:
    assert set(SPEC_CHANGES) == set(JudgeSpec.model_fields)
    assert set(CHANGES) | {"judge"} == set(JudgeRequest.model_fields)


@pytest.mark.parametrize("name", SPEC_CHANGES)
def test_each_field_of_the_judge_changes_the_digest(name: str) -> None:
    judge = JudgeSpec.model_validate({**SPEC.model_dump(), name: SPEC_CHANGES[name]})
    assert REQUEST.digest != REQUEST.model_copy(update={"judge": judge}).digest


@pytest.mark.parametrize("name", CHANGES)
def test_each_field_of_the_request_changes_the_digest(name: str) -> None:
    assert REQUEST.digest != REQUEST.model_copy(update={name: CHANGES[name]}).digest


@pytest.mark.parametrize("name", CHANGES)
def test_parts_that_requests_share_do_not_change_the_form(name: str) -> None:
    request = REQUEST.model_copy(update={name: CHANGES[name]})
    assert request.canonical.encode() == canonical(request.model_dump(mode="json"))


def test_a_schema_that_was_altered_is_another_one() -> None:
    schema: dict[str, Any] = {"properties": {"a": {"enum": ["met"]}}}
    requests = [REQUEST.model_copy(update={"answer_schema": schema}) for _ in range(2)]
    before = requests[0].digest
    schema["properties"]["a"]["enum"].append("partly")
    assert requests[1].digest != before


def test_a_request_survives_the_way_to_json_and_back() -> None:
    again = JudgeRequest.model_validate_json(REQUEST.model_dump_json())
    assert (again, again.digest) == (REQUEST, REQUEST.digest)


def test_usage_adds_up() -> None:
    a, b = Usage(prompt_tokens=1, completion_tokens=2, cached_tokens=3), Usage(prompt_tokens=10)
    assert a + b == Usage(prompt_tokens=11, completion_tokens=2, cached_tokens=3)
    assert SPEC.name == "openai:m"

import json

import pytest

from tests.cli.conftest import Call


def test_judges_are_listed_with_what_they_need(grader: Call) -> None:
    listed = json.loads(grader("models", "--json").out)
    names = [judge["name"] for judge in listed]
    assert "local:qwen2.5-coder-1.5b" in names
    assert {name.partition(":")[0] for name in names} == {"local", "openai", "litellm", "scripted"}
    assert all(judge["needs"] and judge["terms"] for judge in listed)
    table = grader("models")
    assert table.code == 0
    assert all(name in table.out for name in names)


def test_a_key_makes_the_hosted_judge_ready(grader: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def ready() -> bool:
        listed = json.loads(grader("models", "--json").out)
        return next(judge["ready"] for judge in listed if judge["name"].startswith("openai:"))

    assert not ready()
    monkeypatch.setenv("OPENAI_API_KEY", "some-key")
    assert ready()

import json
from pathlib import Path

import pytest

from grader.datafiles import load_prompt, load_rubrics
from grader.domain.exchange import Style
from grader.errors import InputError
from grader.judge import build_requests, passages
from grader.segments import segment
from grader.wiring import Asking, JudgeOptions, load_instruments, new_run, open_judge
from tests.standin import StandIn, serving
from tests.support.judges import SPEC

TEXT = "Six boxes of gloves are missing. Please send them by Friday. Thank you."


async def test_openais_key_is_not_sent_to_another_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.delenv("GRADER_API_KEY", raising=False)
    with serving(StandIn([])) as server:
        judge = open_judge("openai:m", JudgeOptions(base_url=server.url, prices=(1.0, 0.5, 2.0)))
        request = build_requests(
            load_rubrics()["vendor_email"],
            passages(TEXT, segment(TEXT)),
            load_prompt("structured-v1"),
            judge.spec,
            "one_call",
        )[0]
        completion = await judge.complete(request)
        await judge.close()
    assert completion.cost_usd
    assert "sk-secret" not in json.dumps([dict(h) for h in server.headers])


@pytest.mark.parametrize("url", ["http://user:pw@host/v1", "ftp://host", "host", "http://[::1"])
def test_an_endpoint_with_a_secret_or_without_sense_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="no plain web address") as refused:
        open_judge("openai:m", JudgeOptions(base_url=url))
    assert "pw" not in str(refused.value)


def test_a_password_in_the_command_is_not_kept() -> None:
    run = new_run("grader grade a.csv --ledger postgresql+psycopg://me:s3cret@db/grades", SPEC, {})
    assert "s3cret" not in run.model_dump_json()
    assert "postgresql+psycopg://me:***@db/grades" in run.command


def test_the_styles_of_the_shipped_prompts() -> None:
    assert load_prompt("decisions-v1").style is Style.DECISIONS
    assert load_prompt("structured-v1").style is Style.STRUCTURED
    assert load_prompt("structured-v3").style is Style.STRUCTURED


def test_a_prompt_without_a_text_for_levels_is_refused_where_there_are_levels() -> None:
    with pytest.raises(
        InputError,
        match=r"^--prompt: The prompt structured-v1 has no `leveled` text, and \w+ has levels\. "
        r"Use structured-v3\.$",
    ):
        load_instruments(load_rubrics(), "structured-v1", Style.STRUCTURED, Asking())


@pytest.mark.parametrize("task", ["vendor_email", "no_show_rate", "cash_reconciliation"])
def test_it_will_do_where_there_are_none(task: str) -> None:
    (made,) = load_instruments(
        {task: load_rubrics()[task]}, "structured-v1", Style.STRUCTURED, Asking()
    ).values()
    assert made.prompt.id == "structured-v1"


@pytest.mark.parametrize(
    ("style", "prompt"), [(Style.STRUCTURED, "structured-v3"), (Style.DECISIONS, "decisions-v1")]
)
def test_every_shipped_rubric_is_graded_with_the_prompt_of_the_style(style: Style, prompt: str) -> None:
    made = load_instruments(load_rubrics(), None, style, Asking("per_criterion", 3))
    assert set(made) == set(load_rubrics())
    assert {(i.prompt.id, i.mode, i.repeats) for i in made.values()} == {(prompt, "per_criterion", 3)}


def test_a_prompt_of_the_other_style_is_refused() -> None:
    with pytest.raises(InputError, match=r"is for decisions judges.*Use structured-v3"):
        load_instruments(load_rubrics(), "decisions-v1", Style.STRUCTURED, Asking())


def test_the_schema_for_editors_is_that_of_the_rubrics() -> None:
    from grader.cli.checking import rubric_schema

    kept = Path(__file__).parent.parent / "rubrics" / "rubric.schema.json"
    assert kept.read_text(encoding="utf-8") == rubric_schema()

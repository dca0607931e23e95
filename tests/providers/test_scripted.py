import csv
import json
from pathlib import Path
from typing import Any

import pytest

from grader.datafiles import load_prompt
from grader.domain.exchange import JudgeRequest
from grader.domain.rating import Claim
from grader.errors import InputError, PermanentError
from grader.judge import build_requests, parse, passages
from grader.providers.scripted import ScriptedProvider
from grader.segments import segment
from tests.support.builders import criterion, exact, leveled, rubric

MAIL = "Dear team, three boxes are missing. Please send them by Friday. Thank you."
OTHER = "We  got\u200b everything. All is well."
RUBRIC = rubric(criterion("a"), leveled("depth"), exact("x"))
COLUMNS = ("answer", "criterion", "verdict", "quote")
ROWS = [
    ("c1/mail.txt", "a", "met", "by Friday"),
    ("c1/mail.txt", "depth", "4", "three boxes"),
    ("c2/mail.txt", "a", "not_met", ""),
    ("c2/mail.txt", "depth", "1", ""),
]


def script(folder: Path, rows: list[tuple[str, ...]], columns: tuple[str, ...] = COLUMNS) -> str:
    for candidate, text in {"c1": MAIL, "c2": OTHER}.items():
        (folder / candidate).mkdir()
        (folder / candidate / "mail.txt").write_text(text, encoding="utf-8")
    with (folder / "script.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return str(folder / "script.csv")


def request(text: str, judge: ScriptedProvider) -> JudgeRequest:
    shown = passages(text, segment(text))
    return build_requests(RUBRIC, shown, load_prompt("structured-v3"), judge.spec, "one_call")[0]


async def claims(text: str, judge: ScriptedProvider) -> tuple[Claim, ...]:
    asked = request(text, judge)
    found = parse(asked, (await judge.complete(asked)).text, len(segment(text)))
    assert isinstance(found, tuple), found
    return found


async def test_a_table_answers_each_text_in_its_own_way(tmp_path: Path) -> None:
    judge = ScriptedProvider(script(tmp_path, ROWS))
    assert judge.spec.name == "scripted:script.csv"
    assert [(c.criterion, c.verdict.value, c.level, c.segments) for c in await claims(MAIL, judge)] == [
        ("a", "met", None, (2,)),
        ("depth", "partly", 4, (1,)),
    ]
    assert [(c.verdict.value, c.level, c.segments) for c in await claims(OTHER, judge)] == [
        ("not_met", None, ()),
        ("not_met", 1, ()),
    ]


async def test_what_a_judge_does_not_see_makes_no_other_text(tmp_path: Path) -> None:
    judge = ScriptedProvider(script(tmp_path, ROWS))
    assert await claims(OTHER.replace("\u200b", "").replace("  ", " "), judge) == await claims(OTHER, judge)


@pytest.mark.parametrize(("text", "rows"), [("Another answer altogether.", ROWS), (MAIL, ROWS[:1])])
async def test_what_the_table_does_not_know_is_no_verdict(
    tmp_path: Path, text: str, rows: list[tuple[str, ...]]
) -> None:
    judge = ScriptedProvider(script(tmp_path, rows))
    with pytest.raises(PermanentError, match=r"has no verdict on (a|depth) of this answer") as failed:
        await judge.complete(request(text, judge))
    assert not failed.value.concerns_all


@pytest.mark.parametrize(
    ("row", "line", "message"),
    [
        (("c1/mail.txt", "a", "met", "by Monday"), 3, "a: the quote is in no passage of c1/mail.txt."),
        (("c1/mail.txt", "a", "partly", ""), 3, "the quote is in no passage"),
        (("c1/mail.txt", "depth", "2", ""), 3, "depth: the quote is in no passage"),
        (("c1/mail.txt", "a", "met", "missing. Please"), 3, "the quote is in no passage"),
        (("c3/mail.txt", "a", "met", "x"), None, "Cannot be read"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: tuple[str, ...], line: int | None, message: str) -> None:
    path = script(tmp_path, [ROWS[0], row])
    with pytest.raises(InputError) as refused:
        ScriptedProvider(path)
    (found,) = refused.value.problems
    assert (found.file, found.line) == (path, line)
    assert message in found.message
    assert found.remedy


def test_a_table_has_these_columns(tmp_path: Path) -> None:
    path = script(tmp_path, ROWS, ("answer", "criterion", "quote", "verdict"))
    with pytest.raises(InputError, match=r":1: Has other columns\. Name them answer, criterion, verdict"):
        ScriptedProvider(path)


@pytest.mark.parametrize("name", ["none.csv", "none.json"])
def test_a_script_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=name):
        ScriptedProvider(str(tmp_path / name))


async def test_a_file_of_verdicts_holds_for_every_text_and_gives_the_lowest_for_the_rest(
    tmp_path: Path,
) -> None:
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"a": "met"}), encoding="utf-8")
    judge = ScriptedProvider(str(path))
    for text in (MAIL, OTHER):
        found = await claims(text, judge)
        assert [(c.verdict.value, c.level, c.segments) for c in found] == [
            ("met", None, (1,)),
            ("not_met", 1, ()),
        ]


@pytest.mark.parametrize("body", ['{"a": "yes"}', "[]", '{"a": 1}', "{"])
def test_what_is_no_script(tmp_path: Path, body: Any) -> None:
    path = tmp_path / "script.json"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(InputError, match="Is no script for the judge"):
        ScriptedProvider(str(path))

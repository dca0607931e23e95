import json
from collections import Counter
from pathlib import Path

from grader.domain.record import GradeRecord
from grader.ledger.store import SqlLedger
from tests.cli.conftest import EXAMPLES, TEXT, Call, Graded
from tests.standin import StandIn, Step, serving


def records(ledger: Path, run: str | None = None) -> list[GradeRecord]:
    with SqlLedger(str(ledger), create=False) as store:
        return list(store.records(run or store.runs()[-1].id))


def test_all_examples_end_in_states_that_add_up(examples: Graded) -> None:
    outcome = examples.outcome
    assert outcome.code == 3, "the blank answers are not scored"
    told = json.loads(outcome.out)
    assert len(told["submissions"]) == told["run"]["inputs"] == len(list(EXAMPLES.glob("*/*"))) == 108
    assert len({row["submission"] for row in told["submissions"]}) == 108
    states = Counter(row["state"] for row in told["submissions"])
    assert {state: n for state, n in told["run"]["counts"].items() if n} == states
    assert states["scored"] > 0
    assert states["needs_review"] > 0
    for row in told["submissions"]:
        assert (row["score"] is None) == (row["state"] == "not_scored")
        assert (row["not_scored_reason"] is None) == (row["state"] != "not_scored")
        assert row["score"] is None or 0 <= row["score"] <= 100
        assert row["calibration"] == "uncalibrated"
    asked = sum(r.provenance is not None for r in records(examples.ledger))
    assert told["run"]["calls"] == asked > 0
    assert "Grading" in outcome.err
    assert "Grading" not in outcome.out


def test_a_second_run_asks_nothing_and_says_the_same(grader: Call, examples: Graded) -> None:
    again = grader("grade", EXAMPLES, "--judge", examples.judge, "--ledger", examples.ledger, "--json")
    first, second = json.loads(examples.outcome.out), json.loads(again.out)
    assert second["run"]["calls"] == 0
    assert second["submissions"] == first["submissions"]
    assert again.code == examples.outcome.code


def test_exit_0_when_all_are_scored_with_the_table_on_stdout(
    grader: Call, answers: Path, scripted: str
) -> None:
    outcome = grader("grade", answers, "--judge", scripted, "--report", "new/report.html")
    assert outcome.code == 0
    assert "2 submissions" in outcome.out
    assert "Uncalibrated" in outcome.out
    assert Path("new/report.html").read_text(encoding="utf-8").lstrip().startswith("<!")
    assert "Report: new/report.html" in outcome.err


def test_filters_and_columns(grader: Call, tmp_path: Path, scripted: str) -> None:
    table = tmp_path / "form.csv"
    table.write_text(f'Who,Essay,vendor_email\na,vendor_email,"{TEXT}"\nb,vendor_email,"{TEXT}"\n')
    arguments = ["--column", "candidate=Who", "--candidate", "b", "--task", "vendor_email"]
    outcome = grader("grade", table, "--judge", scripted, "--json", *arguments)
    assert [row["submission"] for row in json.loads(outcome.out)["submissions"]] == ["b/vendor_email"]


def test_odd_characters_do_not_stop_a_run(grader: Call, tmp_path: Path, scripted: str) -> None:
    lines = [
        {"candidate": "a\ud800", "task": "vendor_email", "text": f"\ud83d {TEXT}"},
        {"candidate": "b\x1b[31m", "task": "vendor_email", "text": f"{TEXT} \u202e[bold]x[/bold] \x07"},
    ]
    table = tmp_path / "odd.jsonl"
    table.write_text("\n".join(map(json.dumps, lines)))
    outcome = grader("grade", table, "--judge", scripted, "--report", "r.html", "--json")
    assert outcome.code == 0, outcome.err
    for row in json.loads(outcome.out)["submissions"]:
        shown = grader("show", row["submission"])
        assert shown.code == 0, shown.err
        assert "Dear Tom" in shown.out
        assert "\x1b[31m" not in shown.out
    for name in ("x.csv", "x.jsonl", "x.xlsx"):
        assert grader("export", "--out", name).code == 0
    assert grader("replay").code == 0


def test_nothing_about_the_candidate_but_the_text_is_sent(grader: Call, tmp_path: Path) -> None:
    people = [
        ("Q7-Żółkiewska", "Zoë Ünal-Żak", "Group Kryptonite"),
        ("=HYPERLINK(1)", 'Robert"); DROP', "wömen-40plus"),
        ("張偉四二", "張偉", "族群甲"),
        ("x0x1x2x3", "<b>Bobbie</b>", "$criteria"),
        ("Zxcvb", "Nguyễn Văn", "{religion}"),
    ]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in person) for person in people]
    rows = [f'{line},vendor_email,"{TEXT} Number {n}."' for n, line in enumerate(quoted)]
    table = tmp_path / "people.csv"
    table.write_text("\n".join(["candidate,name,group,task,text", *rows]), encoding="utf-8")
    with serving(StandIn()) as server:
        options = ["--judge", "openai:test-model", "--base-url", server.url, "--json"]
        outcome = grader("grade", table, *options)
        sent = json.dumps([server.bodies, server.headers], ensure_ascii=False)
        plain = "".join(m["content"] for body in server.bodies for m in body["messages"])
    assert [row["candidate"] for row in json.loads(outcome.out)["submissions"]] == [p[0] for p in people]
    assert all(f"Number {n}." in sent for n in range(len(people)))
    for cell in (cell for person in people for cell in person):
        for form in (cell, json.dumps(cell)[1:-1], json.dumps(cell, ensure_ascii=False)[1:-1]):
            assert form not in sent
            assert form not in plain
    assert "people.csv" not in sent


def test_a_withdrawn_key_ends_the_run_with_a_sentence_and_keeps_what_is_done(
    grader: Call, answers: Path
) -> None:
    with serving(StandIn([Step(), Step("status", status=401)])) as server:
        options = ["--judge", "openai:test-model", "--base-url", server.url, "--in-flight", "1"]
        outcome = grader("grade", answers, *options)
        assert outcome.code == 2
        assert "1 of 2 are graded and kept." in outcome.err
        assert "HTTP 401" in outcome.err
        assert len(records(Path("runs/ledger.db"))) == 1
        again = grader("grade", answers, *options, "--json")
    assert json.loads(again.out)["run"]["calls"] == 1, "only what was missing"


def test_failed_tries_are_counted_by_reason_at_the_end(grader: Call, answers: Path) -> None:
    busy = Step("status", status=429, headers={"retry-after-ms": "1"})
    with serving(StandIn([busy, busy, Step("status", status=503)])) as server:
        judge = ("--judge", "openai:test-model", "--base-url", server.url)
        limits = ("--in-flight", "2", "--rpm", "6000", "--tpm", "10000000", "--patience", "60")
        outcome = grader("grade", answers, *judge, *limits, "--json")
        assert server.requests == 5
    assert len(json.loads(outcome.out)["submissions"]) == 2
    told = "Failed tries: 2 × HTTP 429 (too many requests), 1 × HTTP 503 (service unavailable)."
    assert told in outcome.err.splitlines()


def test_an_edited_rubric_is_told_where_all_is_asked_again(
    grader: Call, answers: Path, scripted: str, tmp_path: Path
) -> None:
    shipped = EXAMPLES.parents[1] / "rubrics" / "medical_office_manager" / "vendor_email.yaml"
    rubric = tmp_path / "vendor_email.yaml"
    rubric.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    arguments = ("grade", answers, "--judge", scripted, "--rubrics", rubric)
    assert "Changed since" not in grader(*arguments).err
    assert "Changed since" not in grader(*arguments).err
    rubric.write_text(
        rubric.read_text(encoding="utf-8").replace("points: 3", "points: 2", 1), encoding="utf-8"
    )
    assert "the rubric of vendor_email" in grader(*arguments).err
    assert "Changed since" not in grader(*arguments, "--mode", "per_criterion").err

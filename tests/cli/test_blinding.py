"""What is known of applicants reaches no judge, no blind rater, no log: every way out is looked at."""

import csv
import json
import re
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

from grader.datafiles import load_rubrics
from grader.domain.record import GradeRecord
from grader.ledger.store import SqlLedger
from tests.cli.conftest import ROOT, TEXT, Call, Outcome, environment
from tests.standin import StandIn, Step, serving
from tests.support.batch_standin import BatchStandIn

CRITERIA = load_rubrics()["vendor_email"].criteria
PLANTED = re.compile(
    r"priya|raghunathan|octavia|555.?0187|7946.?0199|@post|zz-group|hidden lane", re.IGNORECASE
)
CONTACTS = "priya.r92@post.example\n(312) 555-0187"
SIGNED = {
    "a": f"{TEXT} Octavia's list.\n\nBest regards,\nPriya Raghunathan\n{CONTACTS}",
    "b": f"This is Octavia. {TEXT} I live in 7 Hidden Lane.\nO. Wren\n+44 20 7946 0199",
}


@pytest.fixture(autouse=True)
def _tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_RUBRICS", str(ROOT / "rubrics/medical_office_manager/vendor_email.yaml"))
    monkeypatch.setenv("GRADER_API_KEY", "none")
    write("answers.csv", ("candidate", "task", "text"), *((c, "vendor_email", t) for c, t in SIGNED.items()))
    write(
        "applicants.csv",
        ("candidate", "name", "also_known_as", "email", "phone", "address", "sex", "race"),
        (
            "a",
            "Priya Raghunathan",
            "Octavia",
            "priya.r92@post.example",
            "312 555 0187",
            "",
            "zz-group",
            "zz-group",
        ),
        (
            "b",
            "Octavia Wren",
            "",
            "o@post.example",
            "+44 20 7946 0199",
            "7 Hidden Lane",
            "zz-group",
            "zz-group",
        ),
    )


def write(path: str, *rows: tuple[str, ...]) -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def records(ledger: str) -> list[GradeRecord]:
    with SqlLedger(ledger, create=False) as store:
        return list(store.records(store.runs()[-1].id))


def clean(*told: str) -> None:
    for words in told:
        assert not PLANTED.search(words), PLANTED.search(words)


def kept(ledger: str) -> str:
    """All that the ledger has, but for the candidates' own texts."""
    with sqlite3.connect(ledger) as base:
        names = [row[0] for row in base.execute("select name from sqlite_master where type = 'table'")]
        rows = [row for name in names if name != "texts" for row in base.execute(f"select * from {name}")]
        rows += [*base.execute("select * from texts where kind != 'submission'")]
    return repr(rows)


@pytest.mark.parametrize("judge", ["openai:test-model", "litellm:openai/test-model"])
@pytest.mark.parametrize("mode", ["one_call", "per_criterion"])
def test_no_request_log_or_report_holds_what_is_known(grader: Call, judge: str, mode: str) -> None:
    faults = [Step("status", status=400), Step("extra_text"), Step("truncated"), Step("refusal")]
    with serving(StandIn(faults)) as server:
        options = ("--judge", judge, "--base-url", server.url, "--mode", mode, "--in-flight", "1")
        asked = (*options, "--applicants", "applicants.csv", "--ledger", "l.db")
        done = grader("grade", "answers.csv", *asked, "--report", "r.html", "--json")
        again = grader("grade", "answers.csv", *asked)
    assert server.bodies
    assert all("[name]" in json.dumps(body) for body in server.bodies)
    clean(json.dumps(server.bodies), json.dumps(server.headers), done.out, done.err, again.out, again.err)
    clean(Path("r.html").read_text(encoding="utf-8"), kept("l.db"))
    assert 'applicants.csv: not read: "sex", "race" (groups' in done.err


def test_the_original_is_kept_and_the_record_says_what_was_hidden(grader: Call, scripted: str) -> None:
    options = ("--applicants", "applicants.csv", "--judge", scripted, "--ledger", "l.db")
    assert grader("grade", "answers.csv", *options).code == 0
    first, second = records("l.db")
    with SqlLedger("l.db", create=False) as store:
        assert [store.text(r.text) for r in (first, second)] == [*SIGNED.values()]
    assert [(r.kind, SIGNED["a"][r.start : r.end]) for r in first.removed or ()] == [
        ("name", "Octavia"),
        ("name", "Priya Raghunathan"),
        ("email", "priya.r92@post.example"),
        ("phone", "(312) 555-0187"),
    ]
    assert [r.kind for r in second.removed or ()] == ["name", "address", "name", "phone"]
    assert all(e.start < e.end <= len(SIGNED["a"]) for r in first.ratings for e in r.evidence)
    shown = grader("show", "a/vendor_email", "--ledger", "l.db").out
    assert "█" in shown
    assert "Hidden from the judge and from raters, by offsets in the original: name (" in " ".join(
        shown.split()
    )
    exported = grader("export", "--criteria", "--out", "x.csv", "--ledger", "l.db")
    clean(shown, exported.out, Path("x.csv").read_text(encoding="utf-8"))
    assert grader("replay", "--ledger", "l.db").code == 0
    preview = grader("regrade", "--preview", "--ledger", "l.db")
    assert preview.code == 0, preview.err
    clean(preview.out, preview.err)


def test_without_applicants_requests_and_records_are_as_before(grader: Call, scripted: str) -> None:
    assert grader("grade", "answers.csv", "--judge", scripted, "--ledger", "l.db").code == 0
    assert all("removed" not in record.model_dump(mode="json") for record in records("l.db"))
    assert "Priya" in grader("show", "a/vendor_email", "--ledger", "l.db").out


def test_an_estimate_counts_what_would_be_shown(grader: Call) -> None:
    def characters(*more: str) -> float:
        judge = (
            "--judge",
            "openai:test-model",
            "--base-url",
            "http://127.0.0.1:9/v1",
            "--estimate",
            "--json",
        )
        told = grader("grade", "answers.csv", *judge, *more)
        assert told.code == 0, told.err
        clean(told.out, told.err)
        return json.loads(told.out)["estimates"][0]["prompt_tokens"]["value"]

    assert characters("--applicants", "applicants.csv") < characters()


def test_batches_hold_nothing_known(grader: Call) -> None:
    with serving(BatchStandIn(rows=["extra_text", "status:500"])) as server:
        judge = ("--judge", "openai:test-model", "--base-url", server.url, "--ledger", "l.db")
        handed = grader("batch", "submit", "answers.csv", *judge, "--applicants", "applicants.csv")
        Path("applicants.csv").unlink()
        taken = grader("batch", "collect", "--wait", "--every", "0.01", "--ledger", "l.db", "--json")
        assert taken.code == 0, taken.err
        files = repr(server.files)
        sent = json.dumps(server.batches) + json.dumps(server.lines) + json.dumps(server.bodies)
    assert "[name]" in files + sent
    clean(files, sent, handed.out, handed.err, taken.out, taken.err, kept("l.db"))
    assert all(record.removed for record in records("l.db"))


def test_a_second_opinion_shows_no_name(grader: Call, scripted: str) -> None:
    flipped = [(f"{c}/vendor_email", x.id, v) for c in SIGNED for x in CRITERIA for v in ["partly"]]
    write("mine.csv", ("submission", "criterion", "rating"), *flipped)
    options = ("--ratings", "mine.csv", "--rater", "Jane Doe", "--judge", scripted, "--report", "o.html")
    told = grader("second-opinion", "answers.csv", *options, "--applicants", "applicants.csv")
    as_json = grader("second-opinion", "answers.csv", *options, "--applicants", "applicants.csv", "--json")
    assert told.code == as_json.code == 0, told.err
    assert json.loads(as_json.out)["differences"]
    page = Path("o.html").read_text(encoding="utf-8")
    assert "█" in page
    clean(told.out, told.err, as_json.out, page)


def test_calibrating_asks_and_shows_without_names(grader: Call) -> None:
    header = ("response_id", "candidate", "rater_id", "criterion_id", "verdict", "text")
    rows = [
        (f"r{n}", f"p{n}", "ana", c.id, ("met", "not met")[(n + i) % 2], f"{TEXT} Number {n}. Yours, Octavia")
        for n in range(6)
        for i, c in enumerate(CRITERIA)
    ]
    write("ratings.csv", header, *rows)
    write("known.csv", ("candidate", "name"), *((f"p{n}", "Octavia Wren") for n in range(6)))
    with serving(StandIn()) as server:
        judge = ("--judge", "openai:test-model", "--base-url", server.url, "--human", "all")
        outcome = grader(
            "calibrate", "ratings.csv", "--task", "vendor_email", *judge, "--applicants", "known.csv",
            "--report", "c.html", "--json",
        )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert len(server.bodies) == 6
    clean(json.dumps(server.bodies), outcome.out, outcome.err, Path("c.html").read_text(encoding="utf-8"))


def refused(outcome: Outcome, words: str) -> None:
    assert outcome.code == 2
    assert words in outcome.err
    clean(outcome.out, outcome.err)


def test_nobody_is_graded_without_a_row(grader: Call, scripted: str) -> None:
    write("applicants.csv", ("candidate", "name"), ("a", "Priya Raghunathan"))
    outcome = grader("grade", "answers.csv", "--judge", scripted, "--applicants", "applicants.csv")
    refused(outcome, "There is no row for 1 of the candidates: b.")
    assert not Path("runs/ledger.db").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--presidio", "model"), "Name their table with --applicants."),
        (
            ("--presidio", "model", "--applicants", "applicants.csv"),
            "There is no spaCy model in this folder.",
        ),
        (("--applicants", "nowhere.csv"), "could not be opened"),
    ],
)
def test_bad_options_end_in_a_sentence(
    grader: Call, scripted: str, options: tuple[str, ...], words: str
) -> None:
    refused(grader("grade", "answers.csv", "--judge", scripted, *options), words)


def test_ids_that_are_names_are_told_once_and_not_repeated(grader: Call, scripted: str) -> None:
    ids = ("Jane Doe", "jane.doe@post.example", "A-17", "candidate_07", "BILLING TEAM")
    write("named.csv", ("candidate", "task", "text"), *((i, "vendor_email", TEXT) for i in ids))
    outcome = grader("grade", "named.csv", "--judge", scripted, "--quiet")
    assert outcome.err.count("2 candidate ids look like a name or an e-mail address.") == 1
    assert "jane" not in outcome.err.casefold()


def test_a_blind_sheet_has_opaque_ids_and_a_private_mapping(grader: Call) -> None:
    options = ("--applicants", "applicants.csv", "--out", "sheet.csv", "--pseudonyms", "ids.csv")
    outcome = grader("blind", "answers.csv", *options)
    assert outcome.code == 0, outcome.err
    sheet = Path("sheet.csv").read_text(encoding="utf-8")
    clean(sheet, outcome.out)
    rows = list(csv.DictReader(sheet.splitlines(keepends=True)))
    ids = {r["candidate"]: r["pseudonym"] for r in csv.DictReader(Path("ids.csv").read_text().splitlines())}
    assert [r["candidate"] for r in rows] == [ids["a"], ids["b"]]
    assert not {*ids.values()} & {"a", "b"}
    assert rows[0]["text"].splitlines()[-4:] == ["Best regards,", "[name]", "[email]", "[phone]"]
    assert stat.S_IMODE(Path("ids.csv").stat().st_mode) == 0o600
    refused(grader("blind", "answers.csv", *options), "ids.csv: The file is there already")


def test_the_commands_of_the_page(scripted: str) -> None:
    page = (ROOT / "docs/blind_grading.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```sh\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    settings = {**environment(), "GRADER_JUDGE": scripted}
    ran = subprocess.run(["bash", "-euc", script], env=settings, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "sheet.csv: 1 answer, 1 passage taken out." in ran.stdout
    assert "Jane" not in Path("sheet.csv").read_text(encoding="utf-8")
    assert "█" in Path("report.html").read_text(encoding="utf-8")

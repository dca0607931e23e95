"""Own ratings on record first, then the judge's, then the differences."""

import json
import sqlite3
from pathlib import Path

import pytest

from grader.datafiles import load_rubrics
from grader.ledger.store import SqlLedger
from tests.cli.conftest import TEXT, Call, verdicts
from tests.standin import StandIn, Step, serving

CRITERIA = load_rubrics()["vendor_email"].criteria
RATER = "Zoë Kryptonite"


def rate(
    path: str, changed: dict[str, str], *, submissions: tuple[str, ...] = ("a",), rater: str = ""
) -> str:
    """A file with the scripted judge's own verdicts but for those `changed`."""
    scripted = json.loads(verdicts())
    lines = ["submission,criterion,rating" + (",rater" if rater else "")]
    for name in submissions:
        for c in CRITERIA:
            verdict = changed.get(c.id, scripted[c.id])
            lines.append(f"{name}/vendor_email,{c.id},{verdict}" + (f",{rater}" if rater else ""))
    Path(path).write_text("\n".join(lines), encoding="utf-8")


def flip() -> dict[str, str]:
    """Another verdict than the script's on a critical criterion and on one that is not."""
    scripted = json.loads(verdicts())
    light = next(c.id for c in CRITERIA if not c.critical and not c.negative)
    heavy = next(c.id for c in CRITERIA if c.critical)
    return {c: "met" if scripted[c] == "not_met" else "not_met" for c in (light, heavy)}


@pytest.fixture
def opinion(grader: Call, answers: Path, scripted: str):
    def run(*more: object, ratings: str = "mine.csv", rater: str = RATER):
        options = ("--ratings", ratings, "--rater", rater, "--judge", scripted)
        return grader("second-opinion", answers, *options, *more)

    return run


def test_differences_totals_and_counts(opinion) -> None:
    rate("mine.csv", flip())
    outcome = opinion("--json", "--report", "deep/r.html")
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    assert told["commitment"]["digest"] in outcome.err
    assert told["run"]["inputs"] == 1, "b was not rated, so it is not graded"
    assert (told["compared"], told["agreed"]) == (len(CRITERIA), len(CRITERIA) - 2)
    assert [d["critical"] for d in told["differences"]] == [True, False]
    assert {d["criterion"]: d["own"] for d in told["differences"]} == flip()
    for difference in told["differences"]:
        assert difference["points_at_stake"] > 0
        assert not difference["calibrated"]
        assert all(quote in TEXT for quote in difference["quotes"])
    assert told["submissions"][0]["own_score"] != told["submissions"][0]["judge_score"]
    assert told["judged_before"] == []
    page = Path("deep/r.html").read_text(encoding="utf-8")
    assert page.index("Differences by weight") < page.index("Totals of 100") < page.index('class="text"')
    assert f"{RATER}: " in page
    assert "uncalibrated" in page


def test_terminal_says_commitment_first_and_blindness_last(opinion) -> None:
    rate("mine.csv", flip())
    outcome = opinion()
    assert outcome.code == 0, outcome.err
    assert "on record since" in outcome.out.splitlines()[0]
    assert "sha256:" in outcome.out.splitlines()[0]
    assert "Differences by weight" in outcome.out
    assert "(critical)" in outcome.out
    assert "uncalibrated" in outcome.out
    assert f"The same verdict on {len(CRITERIA) - 2} of {len(CRITERIA)} ratings that both gave" in outcome.out
    assert "Blind:" in outcome.out


def test_the_same_ratings_are_committed_once_and_nothing_is_asked_again(opinion) -> None:
    rate("mine.csv", flip())
    first = json.loads(opinion("--json").out)
    lines = Path("mine.csv").read_text(encoding="utf-8").splitlines()
    Path("mine.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    second = json.loads(opinion("--json").out)
    assert second["commitment"] == {**first["commitment"], "again": True}
    assert second["run"]["calls"] == 0
    assert second["judged_before"] == [], "the judge's verdicts came after the commitment"
    with SqlLedger("runs/ledger.db") as store:
        assert len(store.commitments()) == 1


def test_a_changed_verdict_is_another_commitment_and_not_blind(opinion) -> None:
    rate("mine.csv", flip())
    first = json.loads(opinion("--json").out)
    rate("mine.csv", {})
    outcome = opinion("--json")
    second = json.loads(outcome.out)
    assert second["commitment"]["digest"] != first["commitment"]["digest"]
    assert second["judged_before"] == ["a/vendor_email"]
    assert second["differences"] == []
    assert "Not surely blind: for 1 of 1 submission" in opinion().out


def test_verdicts_that_were_there_before_are_told(
    grader: Call, opinion, answers: Path, scripted: str
) -> None:
    assert grader("grade", answers, "--judge", scripted, "--candidate", "a").code == 0
    rate("mine.csv", {}, submissions=("a", "b"))
    told = json.loads(opinion("--json").out)
    assert told["judged_before"] == ["a/vendor_email"]


def test_a_longer_file_leaves_the_earlier_ratings_blind(opinion) -> None:
    rate("mine.csv", flip())
    opinion("--json")
    rate("mine.csv", flip(), submissions=("a", "b"))
    told = json.loads(opinion("--json").out)
    assert not told["commitment"]["again"]
    assert told["judged_before"] == []


def test_names_are_only_shown(opinion) -> None:
    rate("mine.csv", flip())
    name = "[/b]<b>Bobbie</b>\x1b[31m"
    outcome = opinion("--report", "r.html", rater=name)
    assert outcome.code == 0, outcome.err
    assert "[/b]<b>Bobbie</b>" in outcome.out
    assert "\x1b[31m" not in outcome.out
    assert "<b>Bobbie" not in Path("r.html").read_text(encoding="utf-8")


def test_the_judge_is_given_nothing_of_the_person(grader: Call, answers: Path) -> None:
    rate("mine.csv", {}, rater=RATER)
    with serving(StandIn()) as server:
        options = ["--judge", "openai:m", "--base-url", server.url, "--ratings", "mine.csv", "--rater", RATER]
        outcome = grader("second-opinion", answers, *options, "--json")
        with_person = [json.dumps(body, sort_keys=True) for body in server.bodies]
        sent = json.dumps([server.bodies, server.headers], ensure_ascii=False)
        server.bodies.clear()
        plain = ["--judge", "openai:m", "--base-url", server.url, "--ledger", "other.db", "--candidate", "a"]
        assert grader("grade", answers, *plain).code == 0
        assert [json.dumps(body, sort_keys=True) for body in server.bodies] == with_person
    assert json.loads(outcome.out)["commitment"]["rater"] == RATER
    for trace in (RATER, "Kryptonite", "mine.csv", json.loads(outcome.out)["commitment"]["digest"]):
        assert trace not in sent


def test_ratings_are_kept_before_the_judge_is_asked_and_outlive_its_failure(
    grader: Call, answers: Path
) -> None:
    rate("mine.csv", {}, submissions=("a", "b"))
    seen: list[int] = []

    class Watching(StandIn):
        def _next_step(self) -> Step:
            with sqlite3.connect("runs/ledger.db") as connection:
                seen.append(connection.execute("SELECT count(*) FROM commitments").fetchone()[0])
            connection.close()
            return super()._next_step()

    with serving(Watching([Step("status", status=401)])) as server:
        options = ["--judge", "openai:m", "--base-url", server.url, "--in-flight", "1"]
        options += ["--ratings", "mine.csv", "--rater", "Jane Doe", "--json"]
        broken = grader("second-opinion", answers, *options)
        assert (broken.code, seen) == (2, [1])
        again = grader("second-opinion", answers, *options)
    told = json.loads(again.out)
    assert told["commitment"]["again"]
    assert told["commitment"]["digest"] in broken.err
    assert told["judged_before"] == []
    assert told["compared"] == 2 * len(CRITERIA)


def test_a_judge_that_fails_on_one_submission_differs_in_nothing_there(grader: Call, answers: Path) -> None:
    rate("mine.csv", {}, submissions=("a", "b"))
    with serving(StandIn([Step("refusal")] * 3)) as server:
        options = ["--judge", "openai:m", "--base-url", server.url, "--in-flight", "1"]
        options += ["--ratings", "mine.csv", "--rater", "Jane Doe"]
        outcome = grader("second-opinion", answers, *options, "--json")
        shown = grader("second-opinion", answers, *options[:-2], "--rater", "Jane Doe", "--report", "r.html")
    told = json.loads(outcome.out)
    assert outcome.code == 3
    failed, fine = told["submissions"]
    assert (failed["state"], failed["not_scored_reason"], failed["compared"]) == ("not_scored", "refused", 0)
    assert failed["judge_score"] is None
    assert failed["own_score"] is not None
    assert told["compared"] == fine["compared"] == len(CRITERIA)
    assert {d["submission"] for d in told["differences"]} <= {"b/vendor_email"}
    assert shown.code == 0, "asked again, the judge answers"


def test_all_faults_at_once_and_nothing_is_kept(opinion) -> None:
    good = CRITERIA[0].id
    Path("mine.csv").write_text(
        "submission,criterion,rating,rated\n"
        f"a/vendor_email,{good},met,\n"
        f"x/vendor_email,{good},met,\n"
        "a/vendor_email,no_such,met,\n"
        f"a/vendor_email,{CRITERIA[1].id},excellent,\n"
        f"a/vendor_email,{good},not_met,\n"
        f"a/vendor_email,{CRITERIA[2].id},partly,soon\n"
        f"a/vendor_email,{CRITERIA[3].id},,\n"
    )
    outcome = opinion()
    assert outcome.code == 2
    lines = outcome.err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"mine.csv:{n}" for n in range(3, 9)]
    for line, word in zip(lines, ("x/vendor", "no_such", "excellent", "line 2", "soon", '""'), strict=True):
        assert word in line
    assert 'Did you mean "' in lines[0]
    assert not Path("runs/ledger.db").exists()


@pytest.mark.parametrize(
    ("content", "rater", "told"),
    [
        ("submission,criterion\na,b\n", "Jane Doe", "rating"),
        ("submission,criterion,rating,rater\na/vendor_email,tone,met,rater_2\n", "Jane Doe", "rater_2"),
        ("submission,criterion,rating\n", "Jane Doe", "no ratings"),
        ("submission,criterion,rating\na,b,met\n", " ", "--rater"),
    ],
)
def test_files_without_ratings_of_the_person(opinion, content: str, rater: str, told: str) -> None:
    Path("mine.csv").write_text(content)
    outcome = opinion(rater=rater)
    assert outcome.code == 2
    assert told in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_missing_file_is_told(opinion) -> None:
    outcome = opinion(ratings="none.csv")
    assert outcome.code == 2
    assert "none.csv" in outcome.err


def test_only_the_persons_own_rows_are_taken(opinion) -> None:
    rate("mine.csv", flip(), rater=RATER)
    with Path("mine.csv").open("a", encoding="utf-8") as file:
        file.write(f"\nb/vendor_email,{CRITERIA[0].id},met,rater_2\n")
    told = json.loads(opinion("--json").out)
    assert told["commitment"]["ratings"] == len(CRITERIA)
    assert told["run"]["inputs"] == 1

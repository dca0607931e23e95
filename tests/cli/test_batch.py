"""Batches from the command line: submitted in one process, collected in another, whatever goes wrong."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.batches import sending
from grader.domain.record import GradeRecord
from grader.ledger.store import SqlLedger
from tests.cli.conftest import DEADLINE_S, ROOT, TEXT, Outcome, call, start
from tests.standin import serving
from tests.support.batch_standin import BatchStandIn

ANSWERS = 5
PRICES = ("--prices", "2", "1", "8")


@pytest.fixture(autouse=True)
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five different answers, one of them twice, and one that is blank; one rubric, which is read fast."""
    monkeypatch.setenv("GRADER_RUBRICS", str(ROOT / "rubrics/medical_office_manager/vendor_email.yaml"))
    path = tmp_path / "answers.csv"
    rows = [f'c{n},vendor_email,"{TEXT} Thing {n}\u2028 é."' for n in range(ANSWERS)]
    rows += [f'again,vendor_email,"{TEXT} Thing 0\u2028 é."', "nothing,vendor_email,"]
    path.write_text("\n".join(["candidate,task,text", *rows]) + "\n", encoding="utf-8")
    return path


@contextmanager
def at(**faults: Any) -> Iterator[BatchStandIn]:
    with serving(BatchStandIn(**faults)) as server:
        yield server


def submit(server: BatchStandIn, *more: object) -> Outcome:
    judge = ("--judge", "openai:test-model", "--base-url", server.url)
    return call("batch", "submit", "answers.csv", *judge, "--ledger", "batch.db", *more)


def collect(*more: object) -> Outcome:
    return call("batch", "collect", "--ledger", "batch.db", "--json", *more)


def live(server: BatchStandIn, ledger: str = "live.db") -> Outcome:
    judge = ("--judge", "openai:test-model", "--base-url", server.url)
    return call("grade", "answers.csv", *judge, "--in-flight", "1", "--ledger", ledger, "--json")


def records(ledger: str, run: int = -1) -> list[GradeRecord]:
    with SqlLedger(ledger, create=False) as store:
        return list(store.records(store.runs()[run].id))


def bodies(ledger: str) -> list[tuple[int, str, float | None, dict[str, Any]]]:
    """Attempt, outcome, cost and body of all completions."""
    with SqlLedger(ledger, create=False) as store, store._engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT attempt, outcome, cost_usd, body FROM completions ORDER BY id"
        )
        return [(a, o, c, json.loads(b)) for a, o, c, b in rows]


def events(ledger: str = "batch.db") -> list[list[str]]:
    with SqlLedger(ledger, create=False) as store:
        return [[event.step.value for event in batch.events] for batch in store.batches().batches()]


def texts(body: dict[str, Any]) -> str:
    """A body with all orders within as they were sent; that of its own names means nothing."""
    return json.dumps(sorted(body.items()))


def test_submitted_in_one_process_collected_in_another_without_the_input(tmp_path: Path, table: Path) -> None:
    with at(polls=1) as server:
        judge = ("--judge", "openai:test-model", "--base-url", server.url, *PRICES)
        process = start("batch", "submit", table, *judge, cwd=tmp_path)
        out, err = process.communicate(timeout=DEADLINE_S)
        assert process.returncode == 0, err
        assert "5 requests handed over, in 1 batch." in out
        told = re.search(r"Come back with: grader (.+)", out)
        assert told
        expected = live(server)
        asked_live = server.bodies
        table.unlink()
        command = [*told[1].split(), "--json"]
        first = call(*command)
        assert first.code == 3
        assert json.loads(first.out)["batches"][0]["state"] == "in_progress"
        process = start(*command, cwd=tmp_path)
        out, err = process.communicate(timeout=DEADLINE_S)
        assert process.returncode == expected.code == 3, err  # the blank one is not scored
    sent = [line["body"] for line in server.lines]
    assert sorted(map(texts, sent)) == sorted(map(texts, asked_live))
    assert len(sent) == ANSWERS
    assert records("runs/ledger.db") == records("live.db")
    assert len(records("live.db")) == ANSWERS + 2
    for (_, outcome, cost, body), (*_, from_live) in zip(
        sorted(bodies("runs/ledger.db"), key=lambda b: b[3]["text"]),
        sorted(bodies("live.db"), key=lambda b: b[3]["text"]),
        strict=True,
    ):
        assert (outcome, body.pop("batch")) == ("ok", "batch_1")
        used = body["usage"]
        fresh = used["prompt_tokens"] - used["cached_tokens"]
        half = (fresh * 2 + used["cached_tokens"] * 1 + used["completion_tokens"] * 8) / 1e6 / 2
        assert cost == body.pop("cost_usd") == pytest.approx(half)
        ignored = {"latency_s", "cost_usd"}
        assert {k: v for k, v in body.items() if k not in ignored} == {
            k: v for k, v in from_live.items() if k not in ignored
        }
    words = set(re.findall(r"\w+", json.dumps([server.batches, sent])))
    assert not {"c0", "c1"} & words, "no candidate's id leaves"


def test_what_batches_brought_is_not_asked_again_by_grade_or_submit() -> None:
    with at() as server:
        assert submit(server).code == 0
        assert collect().code == 3
        before = bodies("batch.db")
        assert live(server, "batch.db").code == 3
        assert server.bodies == []
        again = submit(server, "--json")
        assert json.loads(again.out)["requests"] == 0
        assert collect().code == 3
        assert bodies("batch.db") == before
    assert len(server.batches) == 1
    assert records("batch.db", 0) == records("batch.db", 1) == records("batch.db", 2)
    assert call("replay", "--ledger", "batch.db", "--run", _runs("batch.db")[0]).code == 0


def _runs(ledger: str) -> list[str]:
    with SqlLedger(ledger, create=False) as store:
        return [run.id for run in store.runs()]


def test_collecting_twice_changes_nothing() -> None:
    with at(rows=["truncated"]) as server:
        submit(server)
        assert collect("--wait", "--every", "0.01").code == 3
        before = Path("batch.db").stat().st_size, bodies("batch.db"), events(), records("batch.db")
        assert "Nothing is on its way." in call("batch", "collect", "--ledger", "batch.db").out
        shown = collect(_runs("batch.db")[0])
        assert len(json.loads(shown.out)["submissions"]) == ANSWERS + 2
        assert (Path("batch.db").stat().st_size, bodies("batch.db"), events(), records("batch.db")) == before


def test_two_submits_of_the_same_ask_once_and_both_are_collected() -> None:
    with at() as server:
        assert json.loads(submit(server, "--json").out)["requests"] == ANSWERS
        assert json.loads(submit(server, "--json").out)["requests"] == 0
        assert collect().code == 3
    assert len(server.lines) == ANSWERS
    assert records("batch.db", 0) == records("batch.db", 1)
    assert len(records("batch.db")) == ANSWERS + 2


def test_two_collects_at_once(tmp_path: Path) -> None:
    with at(rows=["truncated", "status:500"]) as server:
        submit(server)
        both = [
            start("batch", "collect", "--ledger", "batch.db", "--wait", "--every", "0.1", cwd=tmp_path)
            for _ in range(2)
        ]
        for process in both:
            _, err = process.communicate(timeout=DEADLINE_S)
            assert process.returncode == 3, err
    assert len(server.lines) == ANSWERS + 2
    assert len(bodies("batch.db")) == ANSWERS + 1
    assert all(record.score for record in records("batch.db")[: ANSWERS + 1])


PASSING = [
    "truncated", "wrong_ids", "missing_id", "extra_text", "out_of_range", "duplicate_key", "empty", "refusal",
    "status:500", "status:429", "expired", "batch_error", "left_out", "garbled", "no_body",
]  # fmt: skip
UNUSABLE = frozenset(PASSING[:8])


@pytest.mark.parametrize("kind", PASSING)
def test_a_row_that_brought_no_usable_answer_is_asked_again_in_a_new_batch(kind: str) -> None:
    with at(rows=["ok", kind]) as server:
        submit(server)
        first = collect()
        assert first.code == 3
        assert "1 request handed over again." in first.err
        open_still = 2 if "Thing 0" in texts(server.lines[1]["body"]) else 1  # two gave that answer
        assert len(records("batch.db")) == ANSWERS + 2 - open_still
        assert collect().code == 3
        live(server)
    assert len(server.batches) == 2
    assert len(server.lines) == ANSWERS + 1
    grew = len(server.lines[-1]["body"]["messages"]) - len(server.lines[0]["body"]["messages"])
    assert grew == (2 if kind in UNUSABLE else 0), "an unusable answer is shown to the judge, as live"
    kept = [(attempt, outcome) for attempt, outcome, *_ in bodies("batch.db") if outcome != "ok"]
    assert kept == ([(1, "refused" if kind == "refusal" else "malformed")] if kind in UNUSABLE else [])
    assert [r.state for r in records("batch.db")].count("not_scored") == 1
    if kind not in UNUSABLE:
        assert records("batch.db") == records("live.db")


def test_asked_again_live() -> None:
    with at(rows=["truncated", "status:500"]) as server:
        submit(server)
        ended = collect("--again", "live", "--in-flight", "1")
        assert ended.code == 3
        assert len(server.batches) == 1
        assert len(server.bodies) == 2
        assert len(json.loads(ended.out)["submissions"]) == ANSWERS + 2
        live(server)
    assert records("batch.db") == records("live.db")
    assert [body.get("batch") for *_, body in bodies("batch.db")].count("batch_1") == ANSWERS - 1


def test_what_was_given_up_is_not_asked_live() -> None:
    with at(rows=["status:400", "status:500"]) as server:
        submit(server)
        assert collect("--again", "live").code == 3
        assert len(server.bodies) == 1
    assert len(records("batch.db")) == ANSWERS + 2
    assert [r.reason for r in records("batch.db")].count("provider_failed") in {1, 2}  # two gave one answer


@pytest.mark.parametrize(
    ("kind", "reason", "detail"),
    [
        ("truncated", "malformed_answer", "Asked 3 times. The answer was cut off"),
        ("refusal", "refused", "Asked 3 times. The judge refused"),
        ("status:500", "provider_failed", "Not answered in 3 batches. openai:test-model: HTTP 500"),
        ("expired", "provider_failed", "the batch was expired before this was answered"),
        ("left_out", "provider_failed", "was completed without an answer to this"),
    ],
)
def test_asking_again_ends_after_as_many_tries_as_live(kind: str, reason: str, detail: str) -> None:
    with at(rows=["ok"] * 4 + [kind] * 9) as server:
        submit(server)
        assert collect("--wait", "--every", "0.01").code == 3
    assert len(server.batches) == 3
    assert len(server.lines) == ANSWERS + 2
    lost = [r for r in records("batch.db") if r.state == "not_scored" and r.reason != "blank"]
    assert {(r.reason, detail in r.detail, r.score) for r in lost} == {(reason, True, None)}
    assert "secret" not in str(records("batch.db"))


def test_the_record_of_an_answer_that_stays_unusable_is_that_of_a_live_run() -> None:
    from tests.standin import Step

    with at(rows=["truncated"] * 15) as server:
        submit(server)
        collect("--wait", "--every", "0.01")
        server.steps.extend([Step("truncated")] * 18)
        live(server)
    assert records("batch.db") == records("live.db")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("too_long", "too_long"),
        ("filtered", "refused"),
        ("unknown_model", "provider_failed"),
        ("no_credit", "provider_failed"),
        ("status:400", "provider_failed"),
    ],
)
def test_what_cannot_be_helped_is_not_asked_again(kind: str, reason: str) -> None:
    with at(rows=["ok"] * 4 + [kind]) as server:
        submit(server)
        assert collect().code == 3
    assert len(server.batches) == 1
    assert {r.reason for r in records("batch.db")} == {None, "blank", reason}


def test_a_new_submit_asks_anew_what_was_given_up() -> None:
    with at(rows=["status:400"]) as server:
        submit(server)
        collect()
        assert json.loads(submit(server, "--json").out)["requests"] == 1
        collect()
    assert [r.state for r in records("batch.db")].count("not_scored") == 1


@pytest.mark.parametrize("faults", [{"upside_down": True}, {"twice": True}, {"strangers": True}])
def test_odd_output_changes_nothing(faults: dict[str, bool]) -> None:
    with at(rows=["status:500"], **faults) as server:
        submit(server)
        collect("--wait", "--every", "0.01")
        live(server)
    assert records("batch.db") == records("live.db")
    assert len(bodies("batch.db")) == ANSWERS


def test_the_model_as_returned_is_told() -> None:
    with at(rows=["other_model"] * ANSWERS) as server:
        submit(server)
        collect()
    assert {r.provenance.model for r in records("batch.db") if r.provenance} == {"another-model"}


@pytest.mark.parametrize("end", ["expired", "cancelled"])
def test_the_answers_of_a_batch_that_was_broken_off_are_used(end: str) -> None:
    rows = ["ok", "ok", *(["expired"] * 3 if end == "expired" else ["left_out"] * 3)]
    with at(rows=rows, ends=[end]) as server:
        submit(server)
        first = collect()
        assert json.loads(first.out)["batches"][0]["state"] == f"{end}, collected"
        assert len(bodies("batch.db")) == 2
        collect()
        live(server)
    assert len(server.lines) == ANSWERS + 3
    assert records("batch.db") == records("live.db")


def test_a_batch_that_was_refused_as_a_whole() -> None:
    with at(ends=["failed:model_not_found"]) as server:
        submit(server)
        assert collect().code == 3
        assert len(server.batches) == 1
        lost = [r for r in records("batch.db") if r.reason == "provider_failed"]
        assert len(lost) == ANSWERS + 1
        assert "batch_1 failed as a whole (model_not_found)" in lost[0].detail
        shown = call("batch", "list", "--ledger", "batch.db").out
    assert "failed as a whole (model_not_found)" in shown
    assert "secret" not in shown


def test_a_batch_that_met_a_full_queue_is_sent_again() -> None:
    with at(ends=["failed:token_limit_exceeded"]) as server:
        submit(server)
        assert collect("--wait", "--every", "0.01").code == 3
    assert len(server.batches) == 2
    assert [r.state for r in records("batch.db")].count("not_scored") == 1


def test_more_than_a_batch_takes_goes_into_several() -> None:
    with at() as server:
        assert json.loads(submit(server, "--rows", "2", "--json").out)["batches"] == 3
        listed = json.loads(call("batch", "list", "--ledger", "batch.db", "--json").out)["batches"]
        assert [row["total"] for row in listed] == [2, 2, 1]
        collect(listed[1]["batch"])
        live(server)
    assert records("batch.db") == records("live.db")


# -- breaking off ------------------------------------------------------------------------------------------


def test_a_batch_that_started_although_the_connection_dropped_is_found() -> None:
    with at(create_faults=["reset"]) as server:
        broken = submit(server)
        assert (broken.code, "Traceback" in broken.err) == (2, False)
        assert "start of a batch: connection failed" in broken.err
        assert "Nothing is lost" in broken.err
        assert events() == [["sending"]]
        assert collect().code == 3
    assert len(server.batches) == 1
    assert events()[0][:2] == ["sending", "submitted"]
    assert all(r.score for r in records("batch.db")[: ANSWERS + 1])


class KilledError(BaseException):
    pass


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_submit_killed_around_the_start_of_its_batch(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.providers.openai_batches import OpenAIBatches

    real = OpenAIBatches.create

    def create(self: OpenAIBatches, *arguments: str) -> None:
        if moment == "after":
            real(self, *arguments)
        raise KilledError

    with at() as server:
        with monkeypatch.context() as broken:
            broken.setattr(OpenAIBatches, "create", create)
            with pytest.raises(KilledError):
                submit(server)
        waiting = collect()
        if moment == "before":
            assert json.loads(waiting.out)["batches"][0]["state"] == "sending"
            assert server.batches == {}, "it may still be on its way from another process"
            monkeypatch.setattr("grader.batches.collecting.TAKE_OVER_S", 0.0)
            collect()
        collect()
    assert len(server.batches) == 1
    assert all(r.score for r in records("batch.db")[: ANSWERS + 1])


@pytest.mark.parametrize(
    "faults", [{"upload_faults": [401]}, {"create_faults": [401]}, {"create_faults": [404]}]
)
def test_a_refused_submit_is_one_sentence_and_goes_on_later(faults: dict[str, Any]) -> None:
    with at(**faults) as server:
        refused = submit(server, "--rows", "2")
        assert refused.code == 2
        assert re.search(r"openai:test-model, (upload|start) of a batch.*: HTTP 40[14]", refused.err)
        assert ("secret" in refused.err, "Traceback" in refused.err) == (False, False)
        assert [steps[-1] for steps in events()] == ["put_back"] * 3
        assert server.files == {}, "what is sent another time is uploaded anew"
        assert collect().code == 3
    assert len(server.batches) == 3
    assert all(r.score for r in records("batch.db")[: ANSWERS + 1])


def test_a_batch_that_was_never_accepted_can_be_given_up() -> None:
    with at(create_faults=[401]) as server:
        submit(server)
        assert collect("--give-up").code == 3
    assert (server.batches, events()[0][-1]) == ({}, "closed")
    lost = [r for r in records("batch.db") if r.reason == "provider_failed"]
    assert len(lost) == ANSWERS + 1
    assert "Not answered in 1 batch. It was never handed over. openai:test-model, start of" in lost[0].detail


@pytest.mark.parametrize("wait", [[], ["--wait", "--every", "0.01"]])
def test_a_run_that_is_refused_keeps_no_other_from_its_end(wait: list[str]) -> None:
    with at() as server:
        submit(server, "--candidate", "c0")
        server.create_faults.extend([401, 401])
        submit(server, "--candidate", "c1")
        found = collect(*wait)
        assert (found.code, "start of a batch: HTTP 401" in found.err) == (2, True)
        first, second = _runs("batch.db")
        assert [document["run"]["id"] for document in json.loads(found.out)["runs"]] == [first]
        assert collect(second).code == 0


@pytest.mark.parametrize("step", ["sending", "submitted"])
def test_a_batch_that_was_taken_over_while_it_started(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.providers.openai_batches import OpenAIBatches

    real = OpenAIBatches.create

    def create(self: OpenAIBatches, file: str, batch: str, run: str) -> Any:
        status = real(self, file, batch, run)
        with SqlLedger("batch.db") as other:
            number = len(other.batches().batch(batch).events) + 1
            other.batches().note(batch, number, sending.Step(step), status if step == "submitted" else None)
        return status

    monkeypatch.setattr(OpenAIBatches, "create", create)
    with at() as server:
        submit(server)
    assert server.cancelled == (["batch_1"] if step == "sending" else []), "another process found that one"


def test_a_forgotten_batch_is_priced_as_its_own_run() -> None:
    with at(create_faults=["reset"]) as server:
        submit(server, *PRICES)
        submit(server)
    assert len(bodies("batch.db")) == ANSWERS
    assert all(cost for *_, cost, _ in bodies("batch.db"))


def test_a_ledger_that_is_away_for_a_moment_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.batches import collecting
    from grader.errors import LedgerError
    from grader.ledger.batches import SqlBatches

    real = SqlBatches.batches, collecting._take_in
    away = {"list": 2, "take in": 2}

    def fails(what: str) -> None:
        away[what] -= 1
        if away[what] == 0:
            raise LedgerError("The ledger cannot be read: gone.", may_pass=True)

    with at() as server:
        submit(server)
        monkeypatch.setattr(SqlBatches, "batches", lambda *a: (fails("list"), real[0](*a))[1])
        monkeypatch.setattr(collecting, "_take_in", lambda *a: (real[1](*a), fails("take in"))[0])
        away["take in"] = 1
        waited = collect("--wait", "--every", "0.01")
    assert (waited.code, len(records("batch.db"))) == (3, ANSWERS + 2)
    assert waited.err.count("cannot be read: gone.") == 2


def test_several_runs_are_one_document_and_no_report() -> None:
    with at() as server:
        submit(server, "--candidate", "c0")
        submit(server, "--candidate", "c1")
        refused = collect("--report", "r.html")
        assert (refused.code, "--report" in refused.err, Path("r.html").exists()) == (2, True, False)
        found = collect()
        told = json.loads(found.out)
        assert (found.code, [len(run["submissions"]) for run in told["runs"]]) == (0, [1, 1])
        assert [batch["state"] for batch in told["batches"]] == ["completed, collected"] * 2
        assert json.loads(collect().out) == {"batches": [], "runs": []}


def test_another_endpoint_than_that_of_the_submit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with at() as server, at() as other:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        judged = call(
            "batch", "submit", "answers.csv", "--judge", "openai:test-model", "--ledger", "batch.db"
        )
        assert judged.code == 0, judged.err
        monkeypatch.setenv("OPENAI_BASE_URL", other.url)
        refused = collect("--give-up")
        assert refused.code == 2
        assert f"was handed over at {server.url}, and this is {other.url}" in refused.err
        assert events() == [["sending", "submitted"]]


def test_a_submit_killed_while_it_noted_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.ledger.batches import SqlBatches

    real = SqlBatches.add_inputs

    def add(self: SqlBatches, run: str, group: list[Any]) -> None:
        real(self, run, group[:3])
        raise KilledError

    with at() as server:
        with monkeypatch.context() as broken:
            broken.setattr(SqlBatches, "add_inputs", add)
            with pytest.raises(KilledError):
                submit(server)
        assert collect().code == 3
        assert "submit again" in collect("--again", "live").err
        assert server.bodies == []
        half = collect("--wait", "--every", "0.01")
        assert "submit again" in half.err
        assert json.loads(submit(server, "--json").out)["requests"] == ANSWERS - 3
        collect()
        assert len(records("batch.db")) == ANSWERS + 2
        assert collect("--give-up").code == 0
    assert len(server.lines) == ANSWERS
    assert len(records("batch.db", 0)) == 3


def test_a_second_submit_sends_what_the_first_could_not() -> None:
    with at(create_faults=[401]) as server:
        submit(server)
        assert json.loads(submit(server, "--json").out)["requests"] == 0
        collect()
    assert len(server.lines) == ANSWERS
    assert records("batch.db", 0) == records("batch.db", 1)


def test_a_batch_that_another_process_sends_is_not_sent() -> None:
    with at(create_faults=[429]) as server:
        submit(server)
        with SqlLedger("batch.db") as store:
            known = store.batches().batches()[0]
            assert store.batches().note(known.id, len(known.events) + 1, sending.Step.SENDING)
        collect()
    assert server.batches == {}


def test_faults_of_a_look_are_passed_over() -> None:
    with at(poll_faults=[500, 503, 429]) as server:
        submit(server)
        assert collect().code == 3
    assert len(records("batch.db")) == ANSWERS + 2


# -- one clear sentence ------------------------------------------------------------------------------------


def test_a_batch_that_is_gone_is_told_and_can_be_given_up() -> None:
    with at() as server:
        submit(server)
        server.batches.clear()
        gone = collect()
        assert gone.code == 2
        assert "batch batch_1: HTTP 404 (not found)" in gone.err
        assert "--give-up closes it" in gone.err
        assert collect("--give-up").code == 3
        lost = [r for r in records("batch.db") if r.reason == "provider_failed"]
        assert len(lost) == ANSWERS + 1
        assert "Not answered in 1 batch" in lost[0].detail
        assert json.loads(submit(server, "--json").out)["requests"] == ANSWERS


def test_a_wrong_key_is_no_reason_to_give_up() -> None:
    with at(poll_faults=[401, 401]) as server:
        submit(server)
        refused = collect("--give-up")
        assert (refused.code, "HTTP 401" in refused.err, "give-up" in refused.err) == (2, True, False)
        listed = call("batch", "list", "--ledger", "batch.db", "--json")
        assert json.loads(listed.out)["batches"][0]["state"] == "validating"
        assert collect("--wait", "--every", "0.01").code == 2
        assert collect().code == 3
    assert len(server.lines) == ANSWERS


def test_the_trouble_of_another_run_is_told_and_passed_over() -> None:
    with at() as server:
        submit(server, "--candidate", "c0")
        del server.batches["batch_1"]
        submit(server, "--candidate", "c1")
        found = collect(_runs("batch.db")[1])
        assert found.code == 0
        assert "is not known to this key at http://127.0.0.1:" in found.err
        assert collect().code == 2


def test_an_output_file_that_is_gone_is_told() -> None:
    with at() as server:
        submit(server)
        server.polls = 0
        call("batch", "list", "--ledger", "batch.db")
        server._finish(server.batches["batch_1"], "completed")
        server.files.clear()
        gone = collect()
    assert gone.code == 2
    assert re.search(r"openai:test-model, file file-2: HTTP 404 \(not found\)", gone.err)
    assert "Traceback" not in gone.err


def test_files_are_deleted_on_wish() -> None:
    with at(rows=["status:500"]) as server:
        submit(server)
        collect("--delete")
        assert set(server.files) == {server.batches["batch_2"]["input_file_id"]}
        collect("--delete")
        assert server.files == {}
    assert len(records("batch.db")) == ANSWERS + 2


def test_files_of_a_batch_that_was_collected_before_are_deleted() -> None:
    with at() as server:
        submit(server)
        collect()
        assert len(server.files) == 2
        collect(_runs("batch.db")[0], "--delete")
        assert server.files == {}


SENTENCES = [
    (["submit", "answers.csv", "--judge", "openai:m"], ["OPENAI_API_KEY"]),
    (["submit", "answers.csv", "--judge", "litellm:openai/m"], ["has no batch API", "openai:MODEL"]),
    (["submit", "answers.csv", "--judge", "gpt"], ["names no judge"]),
    (
        ["submit", "none.csv", "--judge", "openai:m", "--base-url", "http://h/v1"],
        ["none.csv", "Check the path"],
    ),
    (["submit", "answers.csv", "--judge", "openai:m", "--rows", "50001"], ["--rows"]),
    (["collect", "--ledger", "none.db"], ["There is no ledger"]),
    (["list", "--ledger", "none.db"], ["There is no ledger"]),
]


@pytest.mark.parametrize(("arguments", "named"), SENTENCES, ids=[" ".join(a) for a, _ in SENTENCES])
def test_bad_input_is_one_sentence(arguments: list[str], named: list[str]) -> None:
    refused = call("batch", *arguments)
    assert refused.code == 2
    assert all(word in refused.err for word in named), refused.err
    assert "Traceback" not in refused.err


def test_an_unknown_id_is_one_sentence() -> None:
    with at() as server:
        submit(server)
    unknown = collect("nothing")
    assert (unknown.code, "'nothing'" in unknown.err, "grader batch list" in unknown.err) == (2, True, True)


def test_a_server_that_is_gone_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.providers.openai_batches._TRIES", 0)
    with at() as server:
        submit(server)
    gone = collect()
    assert (gone.code, "batch batch_1: connection failed" in gone.err) == (2, True)
    assert "Traceback" not in gone.err

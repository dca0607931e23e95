"""Events: one for each scored answer and each human act, immutable, without candidates' text."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from grader.datafiles import load_rubrics
from grader.digests import text_digest
from grader.domain.record import State
from grader.domain.score_event import AnyEvent, ScoreEvent
from grader.ledger.store import SqlLedger
from tests.cli.conftest import TEXT, Call, Graded
from tests.cli.test_second_opinion import flip, rate
from tests.events.traceability import RECORD

EVENT = TypeAdapter[Any](AnyEvent)
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "score-events.schema.json").read_text())
CRITERION = load_rubrics()["vendor_email"].criteria[0]
SHARED = ("record_id", "timestamp", "tool", "subject_ref", "position_ref", "score", "factors", "gates")


def export(grader: Call, *options: object) -> list[dict[str, Any]]:
    outcome = grader("export", "--events", "events.jsonl", *options)
    assert (outcome.code, outcome.out, outcome.err) == (0, "events.jsonl\n", "")
    return [json.loads(line) for line in Path("events.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def examples_events(examples: Graded, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    from tests.cli.conftest import call

    file = tmp_path_factory.mktemp("events") / "e.jsonl"
    assert call("export", "--events", file, "--with-text", "--ledger", examples.ledger).code == 0
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_every_submission_is_one_event_in_exactly_one_state(
    examples: Graded, examples_events: list[dict[str, Any]]
) -> None:
    with SqlLedger(str(examples.ledger), create=False) as ledger:
        records = list(ledger.records(ledger.runs()[0].id))
    read = [EVENT.validate_python(event) for event in examples_events]
    assert [e.subject.submission for e in read] == [r.submission for r in records]
    assert len({e.record_id for e in read}) == len({e.event_id for e in read}) == len(records)
    assert all(e.intact for e in read)
    for event, record in zip(read, records, strict=True):
        assert event.result.state is record.state
        assert (event.score is None) == (record.state is State.NOT_SCORED)
        assert event.result.reason is record.reason


def test_an_event_holds_to_the_published_schema(examples_events: list[dict[str, Any]]) -> None:
    check = jsonschema.Draft202012Validator(SCHEMA)
    for event in examples_events:
        check.validate(event)


def test_a_scored_answer_is_a_traceability_record_too(examples_events: list[dict[str, Any]]) -> None:
    check = jsonschema.Draft202012Validator(RECORD)
    scored = [e for e in examples_events if e["score"] is not None]
    assert len(scored) == 105
    for event in scored:
        record = {name: event[name] for name in SHARED if name in event}
        check.validate(record)
        rubric = load_rubrics()[event["instrument"]["task"]]
        assert [f["name"] for f in record["factors"]] == [c.id for c in rubric.criteria]
        assert [g["name"] for g in record["gates"]] == [c.id for c in rubric.criteria if c.critical]


def test_evidence_is_the_text_at_its_offsets(examples_events: list[dict[str, Any]]) -> None:
    seen = 0
    for event in examples_events:
        answer = event["text"]["answer"]
        assert event["subject"]["text"] == text_digest(answer)
        for criterion in event["result"]["criteria"]:
            for place in criterion["evidence"]:
                seen += 1
                assert place["quote"] == text_digest(answer[place["start"] : place["end"]])
    assert seen > 100


def test_what_judged_stands_in_the_event(examples_events: list[dict[str, Any]]) -> None:
    event = ScoreEvent.model_validate(examples_events[0])
    (asked,) = event.model.requests
    (tried,) = asked.tries
    assert (tried.outcome, tried.finish_reason, tried.attempt) == ("ok", "stop", 1)
    assert tried.raw_output == text_digest(event.text.raw_outputs[tried.raw_output])
    assert asked.parameters["temperature"] == 0
    assert event.tool.version != "unknown"
    assert event.subject.normalizer == "1"
    assert (event.license.standing, event.license.calibration) == ("uncalibrated", None)


def test_no_text_of_a_candidate_or_a_judge_without_the_option(
    grader: Call, answers: Path, scripted: str
) -> None:
    grader("grade", answers, "--judge", scripted)
    note = "The candidate writes of gloves."
    adjudicate(grader, note=note)
    bare, full = export(grader), export(grader, "--with-text")
    assert [e["event_id"] for e in bare] == [e["event_id"] for e in full]
    assert all("text" not in event for event in bare)
    told = json.dumps(bare)
    assert not [word for word in ("gloves", "Dear", "Ana", "As scripted") if word in told]
    assert full[0]["text"]["answer"] == TEXT
    assert full[-1]["text"] == note


def adjudicate(grader: Call, verdict: str = "partly", note: str = "Silent.") -> None:
    options = ["--criterion", CRITERION.id, "--verdict", verdict, "--name", "Jane Doe"]
    options += ["--reason", "rubric_gap", "--note", note]
    assert grader("adjudicate", "a/vendor_email", *options).code == 0


def test_a_review_is_an_event_of_its_own_and_changes_no_other(
    grader: Call, answers: Path, scripted: str
) -> None:
    grader("grade", answers, "--judge", scripted)
    before = export(grader, "--position", "REQ-7")
    machine = next(c for c in before[0]["result"]["criteria"] if c["criterion"] == CRITERION.id)["verdict"]
    other = next(v for v in ("met", "partly") if v != machine)
    adjudicate(grader, machine)
    adjudicate(grader, other)
    after = export(grader, "--position", "REQ-7")
    assert after[:2] == before
    assert before[0]["position_ref"] == "REQ-7"
    same, changed = after[2:]
    assert (same["kind"], same["record_id"]) == ("review", before[0]["record_id"])
    assert (same["human_review"]["action"], same["before"], same["after"]) == ("confirmed", machine, machine)
    assert changed["human_review"] == {
        "occurred": True, "reviewer_ref": "Jane Doe", "action": "overridden", "reason": "rubric_gap",
    }  # fmt: skip
    assert (changed["before"], changed["after"]) == (machine, other)
    assert (changed["blind"], changed["saw_ai_score"]) == (False, True)
    record = {name: after[0][name] for name in SHARED if name in after[0]}
    jsonschema.validate(record | {"human_review": changed["human_review"]}, RECORD)


def test_own_ratings_are_blind_only_if_nothing_was_on_record(
    grader: Call, answers: Path, scripted: str
) -> None:
    rate("first.csv", {}, submissions=("a", "b"))
    rate("second.csv", flip(), submissions=("a", "b"))
    for name, file in (("Jane Doe", "first.csv"), ("rater_2", "second.csv")):
        options = ["--ratings", file, "--rater", name, "--judge", scripted, "--json"]
        assert grader("second-opinion", answers, *options).code == 0
    found = [e for e in export(grader) if e["kind"] == "rating"]
    assert [(e["actor"]["id"], e["blind"], e["saw_ai_score"]) for e in found] == [
        *(("Jane Doe", True, False),) * 2,
        *(("rater_2", None, None),) * 2,
    ]
    assert {e["submission"] for e in found} == {"a/vendor_email", "b/vendor_email"}
    assert all(EVENT.validate_python(event).intact for event in found)


def test_a_decision_names_who_decided_and_what_was_recommended(
    grader: Call, answers: Path, scripted: str
) -> None:
    grader("grade", answers, "--judge", scripted)
    options = ["--choice", "hold", "--name", "Jane Doe", "--reason", "The interview is still to come."]
    assert grader("decide", "a", *options).code == 0
    (found,) = (e for e in export(grader) if e["kind"] == "decision")
    assert (found["actor"]["id"], found["subject_ref"], found["choice"]) == ("Jane Doe", "a", "hold")
    assert found["recommendation"] == "incomplete"
    assert "text" not in found


def test_nothing_to_write_is_refused(grader: Call, examples: Graded) -> None:
    outcome = grader("export", "--ledger", examples.ledger)
    assert outcome.code == 2
    assert "--events" in outcome.err

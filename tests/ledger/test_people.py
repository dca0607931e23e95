import pytest
from pydantic import ValidationError
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from grader.domain.hiring import HiringDecision
from grader.domain.rating import Verdict
from grader.domain.record import GradeRecord, State
from grader.domain.second_rater import Adjudication, Cause, Commitment, OwnRating, RatedText
from grader.errors import LedgerError
from grader.ledger.store import SqlLedger
from grader.wiring import new_run
from tests.support.judges import SPEC

COMMITMENT = Commitment(
    rater="Jane Doe",
    texts=(RatedText(submission="a/t", task="t", text="sha256:1", rubric="sha256:2"),),
    ratings=(OwnRating(submission="a/t", criterion="c", verdict=Verdict.MET),),
)


HIRED = HiringDecision(
    candidate="c1",
    assessment="small",
    assessment_digest="sha256:1",
    scorecard="sha256:2",
    total=71.5,
    recommendation="discuss",
    choice="hold",
    name="Jane Doe",
    reason="A second interview on billing comes first.",
)


def decision(**fields: object) -> Adjudication:
    known = {"submission": "a/t", "text": "sha256:1", "task": "t", "rubric": "sha256:2", "criterion": "c"}
    known |= {"verdict": "met", "name": "Jane Doe", "cause": Cause.OTHER, "note": "x", "run": "r"}
    return Adjudication.model_validate({**known, **fields})


def test_the_same_commitment_is_kept_once_with_its_first_time() -> None:
    with SqlLedger("sqlite://") as ledger:
        first = ledger.append_commitment(COMMITMENT)
        again = ledger.append_commitment(Commitment.model_validate(COMMITMENT.model_dump()))
        other = ledger.append_commitment(COMMITMENT.model_copy(update={"rater": "rater_2"}))
        assert (first.again, again.again, other.again) == (False, True, False)
        assert again.created == first.created
        assert [c.commitment for c in ledger.commitments()] == [COMMITMENT, other.commitment]


def test_an_altered_commitment_is_told() -> None:
    with SqlLedger("sqlite://") as ledger:
        ledger.append_commitment(COMMITMENT)
        with ledger._engine.begin() as connection:
            connection.execute(sql("DROP TRIGGER commitments_no_UPDATE"))
            connection.execute(sql("UPDATE commitments SET body = replace(body, 'met', 'not_met')"))
        with pytest.raises(LedgerError, match="altered"):
            ledger.commitments()


def test_decisions_are_added_and_found_by_submission() -> None:
    with SqlLedger("sqlite://") as ledger:
        made = [decision(), decision(verdict="not_met"), decision(submission="b/t")]
        for one in made:
            ledger.append_adjudication(one)
        assert [d.adjudication for d in ledger.adjudications()] == made
        assert [d.adjudication for d in ledger.adjudications("b/t")] == made[2:]


def test_when_texts_were_first_judged() -> None:
    known = {"submission": "a/t", "candidate": "a", "task": "t", "source": "", "state": State.SCORED}
    scored = GradeRecord.model_validate({**known, "text": "sha256:1"})
    failed = scored.model_copy(update={"text": "sha256:3", "state": State.NOT_SCORED})
    with SqlLedger("sqlite://") as ledger:
        run = new_run("test", SPEC, {})
        ledger.start_run(run)
        ledger.append_record(run.id, 0, scored)
        ledger.append_record(run.id, 1, failed)
        assert ledger.first_judged({"sha256:1", "sha256:3", "sha256:9"}).keys() == {"sha256:1"}
        assert [record for record, _ in ledger.judged()] == [scored]


def test_decisions_on_candidates_are_added_and_listed_oldest_first() -> None:
    changes: list[dict[str, object]] = [
        {},
        {"choice": "advance"},
        {},
        {"candidate": "c2", "total": None, "recommendation": "incomplete"},
    ]
    made = [HiringDecision.model_validate({**HIRED.model_dump(), **change}) for change in changes]
    with SqlLedger("sqlite://") as ledger:
        kept = [ledger.append_hiring_decision(one) for one in made]
        assert ledger.hiring_decisions() == kept
        assert [k.decision for k in kept] == made, "the same one twice stands twice"
        assert all(k.created.endswith("+00:00") for k in kept)


@pytest.mark.parametrize(
    "change", ["DELETE FROM hiring_decisions", "UPDATE hiring_decisions SET choice = 'x'"]
)
def test_a_decision_on_a_candidate_cannot_be_changed(change: str) -> None:
    with SqlLedger("sqlite://") as ledger:
        ledger.append_hiring_decision(HIRED)
        with pytest.raises(IntegrityError, match="append-only"), ledger._engine.begin() as connection:
            connection.execute(sql(change))
        assert [d.decision for d in ledger.hiring_decisions()] == [HIRED]


@pytest.mark.parametrize(
    "fields", [{"name": " "}, {"reason": "Because."}, {"reason": " " * 20}, {"choice": "maybe"}]
)
def test_a_decision_on_a_candidate_has_a_name_and_a_reason(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        HiringDecision.model_validate({**HIRED.model_dump(), **fields})

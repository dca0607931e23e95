import pytest
from sqlalchemy import text as sql

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

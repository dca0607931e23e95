import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from grader.domain.measurement import Measured, Measurement
from grader.ledger.store import SqlLedger

DRIFT = Measurement(
    kind=Measured.DRIFT, judge="judge", model="model-1", material="checks", figures={"exact": 0.9, "n": 12}
)
FAIR = Measurement(kind=Measured.FAIRNESS, judge="", material="batch", figures={"ratio": None})


def test_measurements_are_kept_in_the_order_of_time_and_told_apart_by_kind() -> None:
    with SqlLedger("sqlite://") as ledger:
        kept = [ledger.append_measurement(m) for m in (DRIFT, FAIR, DRIFT)]
        assert ledger.measurements() == kept
        assert [m.measurement for m in ledger.measurements(Measured.FAIRNESS)] == [FAIR]


def test_a_measurement_cannot_be_changed() -> None:
    with SqlLedger("sqlite://") as ledger:
        ledger.append_measurement(DRIFT)
        with ledger._engine.begin() as connection, pytest.raises(IntegrityError, match="append-only"):
            connection.execute(sql("UPDATE measurements SET judge = 'other'"))

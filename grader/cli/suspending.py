"""Calibrations as grading commands put them to use: what an alarm suspends is left out, and said."""

import sys

from grader.domain.calibration import Calibration
from grader.domain.drift import noted
from grader.domain.exchange import JudgeSpec
from grader.domain.measurement import Measured
from grader.drift.suspension import salt
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.wiring import licensed, suspended


def licensed_aloud(ledger: SqlLedger, judge: JudgeSpec) -> dict[str, Calibration]:
    """See `grader.wiring.licensed`; says on standard error which calibrations are suspended, and why."""
    for one in suspended(ledger).values():
        if one.alarm.measurement.judge == judge.name:
            print(f"Suspended: the calibration for {one.task}; its scores are uncalibrated.", file=sys.stderr)
            print(f"Why: {one.sentence} See 'grader drift'.", file=sys.stderr)
    return licensed(ledger, judge)


def after_alarms(ledger: SqlLedger, judge: JudgeSpec, instrument: Instrument) -> Instrument:
    """What a calibration asks with: after an alarm afresh, as old answers tell nothing of what set it off."""
    events = noted(ledger.measurements(Measured.DRIFT))
    found = salt(events, judge.name, instrument.rubric.digest)
    if found is not None:
        print("There was an alarm: what the ledger knows from before does not count.", file=sys.stderr)
    return instrument._replace(salt=found)

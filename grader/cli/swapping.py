"""The swap test within a calibration: its answers under other names, graded by the same judge."""

from grader.calibration.status import with_swap
from grader.calibration.study import Study
from grader.cli.calibrating import graded
from grader.domain.calibration_set import CalibrationSet
from grader.domain.exchange import Provider
from grader.domain.swap import SwapBounds
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.swap.comparing import compare
from grader.swap.sampling import measurement, outcomes, sample, submissions


def swapped(
    study: Study,
    found: CalibrationSet,
    instrument: Instrument,
    provider: Provider,
    ledger: SqlLedger,
    in_flight: int,
    count: int,
    bounds: SwapBounds,
) -> Study:
    """The study with a swap test on `count` of the set's answers, which is kept as a measurement too.

    Asks only what the ledger has no answer to.
    """
    records = graded(
        submissions(found, sample(found, count)),
        {instrument.rubric.task: instrument},
        provider,
        ledger,
        in_flight,
        {"swap_test_of": found.digest},
        told="Swapping names",
    )
    rubrics = {instrument.rubric.task: instrument.rubric}
    test = compare(outcomes(records, rubrics, study.calibration), bounds)
    held = study.calibration.binding
    model = held.model if held else None
    others = {r.provenance.model for r in records if r.provenance and r.reason is None} - {model}
    if others:
        named = ", ".join(sorted(map(str, others)))
        message = f"The judge answered the swap test as {named}, and the set as {model}."
        raise InputError(Problem("--swap", None, message, "Pin a model version, and calibrate again."))
    kept = measurement(test, judge=study.calibration.rater, model=model, material=found.manifest.id)
    ledger.append_measurement(kept)
    return study.model_copy(update={"swap": test, "calibration": with_swap(study.calibration, test)})

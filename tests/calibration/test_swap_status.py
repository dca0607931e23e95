"""What a swap test does to the status of a calibration."""

import pytest

from grader.calibration.status import SWAP, with_swap
from grader.domain.calibration import Gauge, Status
from grader.domain.swap import SwapBounds, SwapVerdict
from grader.reports.study_wording import headline
from grader.swap.comparing import compare
from tests.support.calibrations import calibration
from tests.support.studies import BINDING
from tests.support.swaps import outcomes

TEST = compare(outcomes(6), SwapBounds())
KEPT = Gauge(name="QWK", value=0.8, low=0.75, high=0.85, n=120, threshold=">= 0.70", outcome="kept")


@pytest.mark.parametrize(
    ("verdict", "outcome", "before", "after"),
    [
        (SwapVerdict.PASSED, "kept", Status.OPERATIONAL, Status.OPERATIONAL),
        (SwapVerdict.OPEN, "open", Status.OPERATIONAL, Status.OPERATIONAL),
        (SwapVerdict.UNSTEADY, "open", Status.OPERATIONAL, Status.OPERATIONAL),
        (SwapVerdict.MOVED, "missed", Status.OPERATIONAL, Status.NOT_GOOD_ENOUGH),
        (SwapVerdict.MOVED, "missed", Status.DEMONSTRATION, Status.DEMONSTRATION),
    ],
)
def test_only_scores_that_move_hold_a_calibration_back(
    verdict: SwapVerdict, outcome: str, before: Status, after: Status
) -> None:
    known = calibration(status=before, binding=BINDING).model_copy(update={"gauges": (KEPT,)})
    found = with_swap(known, TEST.model_copy(update={"verdict": verdict}))
    assert found.status is after
    assert [gauge.name for gauge in found.gauges] == ["QWK", SWAP]
    assert found.gauges[-1].outcome == outcome
    assert found.gauges[-1].n == 6
    undecided = any("did not decide" in sentence for sentence in headline(found).sentences)
    assert undecided is (outcome == "open")


def test_a_missed_threshold_stays_missed_and_an_open_one_open() -> None:
    passed = TEST.model_copy(update={"verdict": SwapVerdict.PASSED})
    for outcome, status in (("missed", Status.NOT_GOOD_ENOUGH), ("open", Status.NOT_ENOUGH_DATA)):
        gauge = KEPT.model_copy(update={"outcome": outcome})
        known = calibration(status=status).model_copy(update={"gauges": (gauge,)})
        assert with_swap(known, passed).status is status

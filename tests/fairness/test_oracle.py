"""Reference figures, to the digits that they were printed with."""

import numpy as np
import pytest

from grader.agreement.scale import trim
from grader.fairness import rates
from grader.fairness.accuracy import accuracy
from grader.fairness.outcomes import Attribute, Level, Stage
from grader.fairness.rates import Count
from tests.agreement.reference import VALUES, columns, rows

SCORE, H1 = columns("predictions_scaled_with_subgroups.csv", "score", "h1")
RESPONSES = rows("predictions_scaled_with_subgroups.csv", "id")
L1 = Attribute(("L1",), {name: (row["L1"],) for name, row in RESPONSES.items()})
MACHINE = Stage(
    "score", "Score", Level.TOTAL, dict(zip(RESPONSES, trim(SCORE, 1, 6).tolist(), strict=True)), scored=True
)
HUMAN = dict(zip(RESPONSES, H1.tolist(), strict=True))
FOUND = accuracy(MACHINE, HUMAN, L1, 1)


def test_adverse_impact() -> None:
    high, low = Count(48, 80), Count(12, 40)
    assert rates.ratio(low, high).value == 0.5
    assert rates.two_sd(low, high) == pytest.approx((3.098386676965933, 0.0019457736937391545), abs=1e-12)
    assert rates.fisher(low, high) == pytest.approx((3.5, 0.0034092217678491827), abs=1e-12)


def test_adverse_impact_of_a_large_sample() -> None:
    high, low = Count(667, 1390), Count(555, 1181)
    found = [rates.rate(high).value, rates.rate(low).value, rates.ratio(low, high).value]
    assert found == pytest.approx([0.479856, 0.469941, 0.979337], abs=5e-7)


def test_standardized_differences_by_group() -> None:
    expected = VALUES["rsmtool_lr_eval_with_h2"]["DSM_by_L1_trim"]
    assert {name: f.value for name, f in FOUND.dsm.items()} == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("osa", "Overall score accuracy"),
        ("osd", "Overall score difference"),
        ("csd", "Conditional score difference"),
    ],
)
def test_what_groups_explain(name: str, column: str) -> None:
    reference = rows("ref_fairness_metrics_by_L1.csv", "")
    model = getattr(FOUND, name)
    expected = [float(reference[row][column]) for row in ("R2", "sig")]
    assert [model.r2.value, model.p] == pytest.approx(expected, abs=1e-7)
    assert FOUND.reference == (reference["R2"]["base_category"],)


@pytest.mark.parametrize("group", ["Navi", "Klingon", "Esperanto"])
def test_conditional_differences(group: str) -> None:
    row = rows("ref_estimates_csd_by_L1.csv", "")[group]
    (one,) = [c for c in FOUND.csd.coefficients if c.group == (group,)]
    found = [one.estimate.value, one.p, one.estimate.low, one.estimate.high]
    assert found == pytest.approx(
        [float(row[k]) for k in ("estimate", "P>[t]", "[0.025", "0.975]")], abs=1e-7
    )


def test_a_small_group_is_in_no_model() -> None:
    few = {name: cell for name, cell in L1.cells.items() if cell != ("Navi",)}
    few |= dict.fromkeys([name for name, cell in L1.cells.items() if cell == ("Navi",)][:5], ("Navi",))
    found = accuracy(MACHINE, HUMAN, Attribute(("L1",), few), 10)
    assert set(found.dsm) == {"Esperanto", "Klingon", "Vulcan"}
    assert {c.group[0] for c in found.osd.coefficients} == {"Esperanto", "Klingon"}


def test_equal_scores_and_one_group_explain_nothing() -> None:
    same = accuracy(Stage("s", "S", Level.TOTAL, HUMAN, scored=True), HUMAN, L1, 1)
    assert same.osd.r2.value is None
    assert same.osd.r2.reason == "machine and human scores differ by the same for every candidate"
    one = accuracy(MACHINE, HUMAN, Attribute(("L1",), dict.fromkeys(HUMAN, ("Navi",))), 1)
    assert one.csd.r2.reason == "fewer than two groups are large enough to be compared"
    flat = Stage("s", "S", Level.TOTAL, dict.fromkeys(HUMAN, 3.0), scored=True)
    assert np.isfinite(accuracy(flat, HUMAN, L1, 1).osd.r2.value or np.nan)
    assert {f.value for f in accuracy(flat, HUMAN, L1, 1).dsm.values()} == {None}

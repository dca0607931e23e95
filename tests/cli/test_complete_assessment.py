"""The six candidates of the examples, from their answers to their scorecards; totals computed by hand."""

import io
import re
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console

from grader.assessment_files import Loaded, load_assessment
from grader.cli.carding import Wanted, cards
from grader.domain.scorecard import Recommendation, Scorecard
from grader.ledger.store import SqlLedger
from grader.reports.carded import Carded
from grader.reports.comparison_html import render_comparison
from grader.reports.explanation_html import render_explanation
from grader.reports.scorecard_html import render_scorecard
from grader.reports.scorecard_rows import candidate_rows, write_xlsx
from grader.reports.scorecard_table import scorecard_table
from tests.cli.conftest import call

ROOT = Path(__file__).parents[2]
BY_HAND: dict[str, dict[str, tuple[float, ...]]] = {
    "a01": {
        "claim_denial": (14.5, 16),
        "hipaa_breach": (17.5, 18),
        "new_scheduling_system": (14.5, 16),
        "patient_complaint_email": (13, 15),
        "staff_hipaa_reminder": (14, 15),
        "leadership_memo": (16, 17),
        "team_announcement": (14.5, 15),
        "vendor_email": (13.5, 14),
        "staff_conflict": (14, 15),
        "double_booked_provider": (11, 12),
        "front_desk_absence": (10, 12),
        "employee_conflict": (12, 13),
        "ehr_outage": (11, 14),
        "mixed_up_paperwork": (14, 15),
        "billing_code_pattern": (12, 13),
        "overbooking_physician": (13, 14),
        "compliance_gaps": (13, 14),
        "unrealistic_demand": (14, 15),
        "cash_reconciliation": (5, 5),
        "double_booking": (5, 5),
        "record_mismatch": (5, 6),
        "no_show_rate": (1, 1),
        "capacity_increase": (5, 5),
        "difficult_patient": (6, 6),
        "competing_priorities": (5, 6),
        "billing_rcm_experience": (5.75, 6),
        "ehr_and_compliance": (4.75, 6),
        "sudden_staff_loss": (5, 6),
        "motivation_and_values": (4.5, 6),
    },
    "a02": {
        "claim_denial": (6, 16),
        "hipaa_breach": (7.5, 18),
        "new_scheduling_system": (5, 16),
        "patient_complaint_email": (5.5, 15),
        "staff_hipaa_reminder": (7, 15),
        "leadership_memo": (7, 17),
        "team_announcement": (10, 15),
        "vendor_email": (8, 14),
        "staff_conflict": (3, 15),
        "double_booked_provider": (5.5, 12),
        "front_desk_absence": (4, 12),
        "employee_conflict": (3.5, 13),
        "ehr_outage": (5.5, 14),
        "mixed_up_paperwork": (6, 15),
        "billing_code_pattern": (4.5, 13),
        "overbooking_physician": (5, 14),
        "compliance_gaps": (4, 14),
        "unrealistic_demand": (4, 15),
        "cash_reconciliation": (2, 5),
        "double_booking": (3, 5),
        "record_mismatch": (3, 6),
        "no_show_rate": (0, 1),
        "capacity_increase": (3, 5),
        "difficult_patient": (1.5, 6),
        "competing_priorities": (1.25, 6),
        "billing_rcm_experience": (1.25, 6),
        "ehr_and_compliance": (1.5, 6),
        "sudden_staff_loss": (2.75, 6),
        "motivation_and_values": (2.25, 6),
    },
    "a03": {
        "claim_denial": (14.5, 16),
        "hipaa_breach": (17.5, 18),
        "new_scheduling_system": (13, 16),
        "patient_complaint_email": (14, 15),
        "staff_hipaa_reminder": (14, 15),
        "leadership_memo": (16, 17),
        "team_announcement": (14, 15),
        "vendor_email": (13.5, 14),
        "staff_conflict": (11, 15),
        "double_booked_provider": (6.5, 12),
        "front_desk_absence": (8.5, 12),
        "employee_conflict": (8, 13),
        "ehr_outage": (9.5, 14),
        "mixed_up_paperwork": (13, 15),
        "billing_code_pattern": (9, 13),
        "overbooking_physician": (6.5, 14),
        "compliance_gaps": (11.5, 14),
        "unrealistic_demand": (8, 15),
        "cash_reconciliation": (5, 5),
        "double_booking": (4, 5),
        "record_mismatch": (6, 6),
        "no_show_rate": (1, 1),
        "capacity_increase": (4, 5),
        "difficult_patient": (4, 6),
        "competing_priorities": (3.5, 6),
        "billing_rcm_experience": (3.75, 6),
        "ehr_and_compliance": (4.25, 6),
        "sudden_staff_loss": (2.75, 6),
        "motivation_and_values": (2.25, 6),
    },
    "a04": {
        "claim_denial": (14, 16),
        "hipaa_breach": (17, 18),
        "new_scheduling_system": (14.5, 16),
        "patient_complaint_email": (14, 15),
        "staff_hipaa_reminder": (15, 15),
        "leadership_memo": (16.5, 17),
        "team_announcement": (15, 15),
        "vendor_email": (13, 14),
        "staff_conflict": (13.5, 15),
        "double_booked_provider": (11, 12),
        "front_desk_absence": (10, 12),
        "employee_conflict": (11, 13),
        "ehr_outage": (13, 14),
        "mixed_up_paperwork": (14, 15),
        "billing_code_pattern": (11, 13),
        "overbooking_physician": (13, 14),
        "compliance_gaps": (12.5, 14),
        "unrealistic_demand": (14, 15),
        "cash_reconciliation": (5, 5),
        "double_booking": (5, 5),
        "record_mismatch": (5, 6),
        "no_show_rate": (1, 1),
        "capacity_increase": (4, 5),
        "difficult_patient": (6, 6),
        "competing_priorities": (5, 6),
        "billing_rcm_experience": (1.25, 6),
        "ehr_and_compliance": (5.25, 6),
        "sudden_staff_loss": (6, 6),
        "motivation_and_values": (5.25, 6),
    },
    "a05": {
        "claim_denial": (15, 16),
        "hipaa_breach": (16.5, 18),
        "new_scheduling_system": (14, 16),
        "patient_complaint_email": (12, 15),
        "staff_hipaa_reminder": (13, 15),
        "leadership_memo": (15, 17),
        "team_announcement": (13, 15),
        "vendor_email": (13, 14),
        "staff_conflict": (13.5, 15),
        "double_booked_provider": (9, 12),
        "front_desk_absence": (10, 12),
        "employee_conflict": (11, 13),
        "ehr_outage": (13, 14),
        "mixed_up_paperwork": (14, 15),
        "billing_code_pattern": (11, 13),
        "overbooking_physician": (13, 14),
        "compliance_gaps": (9, 14),
        "unrealistic_demand": (12, 15),
        "cash_reconciliation": (5, 5),
        "double_booking": (5, 5),
        "record_mismatch": (5, 6),
        "no_show_rate": (1, 1),
        "capacity_increase": (5, 5),
        "difficult_patient": (5, 6),
        "competing_priorities": (4, 6),
        "billing_rcm_experience": (4.25, 6),
        "ehr_and_compliance": (4.5, 6),
        "sudden_staff_loss": (5, 6),
        "motivation_and_values": (4, 6),
    },
    "a06": {
        "claim_denial": (15, 16),
        "hipaa_breach": (17, 18),
        "new_scheduling_system": (14, 16),
        "patient_complaint_email": (14, 15),
        "staff_hipaa_reminder": (14, 15),
        "vendor_email": (13, 14),
        "front_desk_absence": (11, 12),
        "ehr_outage": (13, 14),
        "mixed_up_paperwork": (14, 15),
        "unrealistic_demand": (13, 15),
        "cash_reconciliation": (5, 5),
        "double_booking": (5, 5),
        "record_mismatch": (6, 6),
        "no_show_rate": (1, 1),
    },
}
"""Points earned and possible of each answer, and the cap where a must-have is missing: counted on paper
from examples/verdicts.csv and the rubrics' points, `partly` as one half and level n as (n - 1) / 4. The
numbers of a02 that are wrong (no-show rate, cash total, discrepancy) earn nothing."""

# a01: compliance (94.4444 + 97.2222 + 93.75 ...) / 3 and so on by section, then
# test = 30, 25, 20, 15 and 10 percent of the sections; total = half of the test and half of the interview.
TOTALS = {"a01": 89.7468, "a02": 34.3991, "a03": 71.3379, "a04": 86.0395, "a05": 82.1508, "a06": None}
BOUNDS_OF_THE_HALF_MISSING = (33.6584, 97.964)
FATES = {
    "a01": Recommendation.ADVANCE,
    "a02": Recommendation.DO_NOT_ADVANCE,
    "a03": Recommendation.DISCUSS,
    "a04": Recommendation.GATE_FAILED,
    "a05": Recommendation.RED_FLAG,
    "a06": Recommendation.INCOMPLETE,
}


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_assessment()


@pytest.fixture(scope="module")
def found(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Carded]:
    ledger = tmp_path_factory.mktemp("complete") / "ledger.db"
    folder, script = ROOT / "examples" / "complete_assessment", ROOT / "examples" / "verdicts.csv"
    ran = call("grade", folder, "--judge", f"scripted:{script}", "--ledger", ledger)
    assert ran.code == 3, ran.err  # one answer was handed in empty
    with SqlLedger(str(ledger)) as store:
        return {c.card.candidate: c for c in cards(store, loaded, Wanted())}


def card(found: dict[str, Carded], candidate: str) -> Scorecard:
    return found[candidate].card


def by_hand(points: tuple[float, ...]) -> float:
    earned, possible, *cap = points
    exact = 100 * Fraction(str(earned)) / Fraction(str(possible))
    return float(round(min([exact, *map(Fraction, cap)]), 4))


def test_each_task_is_counted_as_by_hand(found: dict[str, Carded]) -> None:
    scores = {c: {i.task: i.percent for i in card(found, c).items if i.percent is not None} for c in found}
    assert scores == {c: {task: by_hand(p) for task, p in tasks.items()} for c, tasks in BY_HAND.items()}


def test_totals_are_those_computed_by_hand(found: dict[str, Carded]) -> None:
    assert {c: card(found, c).total.percent for c in found} == TOTALS
    missing = card(found, "a06").total
    assert (missing.lowest, missing.highest) == BOUNDS_OF_THE_HALF_MISSING


def test_each_has_its_fate(found: dict[str, Carded]) -> None:
    assert {c: card(found, c).recommendation for c in found} == FATES


def test_a_high_total_with_a_failed_gate_is_recommended_in_no_output(
    found: dict[str, Carded], tmp_path: Path
) -> None:
    one = found["a04"]
    total = one.card.total.percent
    assert total is not None
    assert one.assessment.bands.strong.holds(total)
    write_xlsx(tmp_path / "c.xlsx", [one])
    console = Console(file=io.StringIO(), width=120)
    console.print(scorecard_table([one]))
    (row,) = candidate_rows([one])
    assert row["recommendation"] == "Gate failed"
    outputs = {
        "page": render_scorecard(one),
        "comparison": render_comparison([one]),
        "explanation": render_explanation(one, with_scores=True),
        "row": " ".join(map(str, row.values())),
        "workbook": " ".join(map(str, load_workbook(tmp_path / "c.xlsx")["Candidates"].values)),
        "terminal": console.file.getvalue(),  # type: ignore[attr-defined]
        "json": one.card.model_dump_json(),
    }
    for name, output in outputs.items():
        words = re.sub(r"\W+", " ", output.lower().replace("gate_failed", "gate failed"))
        assert "gate failed" in words, name
        assert not re.search(r"\b(recommendation advance|strong candidate)\b", words), name


def test_exact_answers_were_read_from_the_text(found: dict[str, Carded]) -> None:
    assert {c: card(found, c).items[-8].standing for c in found} == dict.fromkeys(found, "exact")

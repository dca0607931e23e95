from pathlib import Path

import pytest

from grader.datafiles import (
    DEFAULT_PROMPTS,
    data_folder,
    line_of,
    load_prompt,
    load_rubrics,
    prompt_files,
    read_yaml,
    rubric_files,
)
from grader.domain.criterion import AnyCriterion, ExactCriterion, LeveledCriterion
from grader.domain.exchange import Style
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem

# The ids that data sets refer to. # levels, = exact, ! critical, - negative, ^ red flag, @n step.
SHIPPED = {
    "patient_complaint_email": "apology_ownership! billing_explained corrective_action! prevention "
    "invites_contact empathetic_tone professional_tone blames_patient-^ "
    "privacy_breach-^ pressures_review-",
    "staff_hipaa_reminder": "states_policy! privacy_reason! support_or_tip consequence_or_expectation "
    "offers_help thanks_staff supportive_tone brief_and_clear shames_individuals-^",
    "leadership_memo": "data_points! compares_figures raises_issue! recommendation! justifies "
    "decision_request structured_concise solution_oriented",
    "team_announcement": "who! what! when! actions contact positive_tone clear_layout",
    "vendor_email": "lists_discrepancies! order_reference specific_resolution! timeframe "
    "polite_firm thanks business_format hostile_or_threatening-",
    "claim_denial": "identify_error!@1 correct_code!@2 communicate@3 resubmit!@4 follow_up@5 "
    "prevent!@6 document@7",
    "hipaa_breach": "contain!@1 inform_leadership!@2 investigate_document!@3 notify_patient!@4 "
    "prevent!@5 report_if_required@6 follow_up@7 conceals_breach-^",
    "staff_conflict": "private_meetings!@1 root_cause@2 mediation!@3 agreement!@4 follow_up!@5 "
    "formal_documentation@6 team_culture@7 takes_sides-",
    "new_scheduling_system": "plan_configure@1 train_staff!@2 migrate_data!@3 communicate!@4 "
    "go_live_support@5 monitor_feedback@6 evaluate_metrics@7",
    "billing_code_pattern": "finds_scope! corrects_and_resubmits! tracks_payment coaches_assistant prevents "
    "informs_leadership dishonesty-^ contempt-^ bills_patients-",
    "billing_rcm_experience": "star# outcome# depth# alignment# contempt-^ dishonesty-^ "
    "discriminatory_remark-^",
    "capacity_increase": "right_number=! feasibility",
    "cash_reconciliation": "spots_error! right_total=! discrepancy=",
    "competing_priorities": "star# outcome# depth# alignment# contempt-^ dishonesty-^ "
    "discriminatory_remark-^",
    "compliance_gaps": "checks_vaccines! restarts_logging catches_up_training! records_gap_honestly "
    "finds_cause prevents dishonesty-^ dismisses_risk- contempt-^",
    "difficult_patient": "star# outcome# depth# alignment# contempt-^ dishonesty-^ "
    "discriminatory_remark-^ confidentiality_breach-^",
    "double_booked_provider": "calms_patient! resolves_slot! informs_waiting coordinates_day prevents "
    "contempt-^ dishonesty-^",
    "double_booking": "spots_conflict! resolution",
    "ehr_and_compliance": "star# outcome# depth# alignment# contempt-^ dishonesty-^ "
    "discriminatory_remark-^ refuses_change-^ confidentiality_breach-^",
    "ehr_outage": "works_offline! keeps_care_safe! gets_it_fixed informs_people assigns_tasks "
    "enters_afterwards confidentiality_breach-^ dishonesty-^ refuses_change-^",
    "employee_conflict": "hears_both! clarifies_duties! protects_patients joint_settlement "
    "mends_with_patient follows_up takes_sides- contempt-^ confidentiality_breach-^",
    "front_desk_absence": "covers_desk! sets_priorities! informs_people eases_flow supports_receptionist "
    "plans_ahead pressures_absent_staff- confidentiality_breach-^ contempt-^",
    "mixed_up_paperwork": "retrieves_papers! cares_for_recipient informs_affected_patient! escalates "
    "documents corrects_process dishonesty-^ confidentiality_breach-^ scapegoats-",
    "motivation_and_values": "star# outcome# depth# alignment# contempt-^ dishonesty-^ "
    "discriminatory_remark-^ refuses_change-^",
    "no_show_rate": "rate=",
    "overbooking_physician": "talks_with_physician! uses_data hears_both_sides offers_alternative! "
    "names_patient_effect agrees_review dishonesty-^ contempt-^ silences_staff-^",
    "record_mismatch": "same_person! verify! correct_records",
    "sudden_staff_loss": "star# outcome# depth# alignment# contempt-^ dishonesty-^ "
    "discriminatory_remark-^ refuses_change-^",
    "unrealistic_demand": "deescalates! gets_triage! offers_options explains_limits protects_others "
    "follows_up contempt-^ queue_jump- retaliates-^",
}
BASE = (data_folder("rubrics") / "medical_office_manager" / "claim_denial.yaml").read_text(encoding="utf-8")


def in_short(c: AnyCriterion) -> str:
    form = "#" * isinstance(c, LeveledCriterion) + "=" * isinstance(c, ExactCriterion)
    flags = form + "!" * c.critical + "-" * c.negative + "^" * c.red_flag
    return c.id + flags + (f"@{c.step}" if c.step else "")


def problems(path: Path, body: str | bytes) -> tuple[Problem, ...]:
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    with pytest.raises(InputError) as caught:
        read_yaml(path, Rubric)
    return caught.value.problems


def test_shipped_rubrics_have_the_agreed_ids_and_flags() -> None:
    rubrics = load_rubrics()
    assert {task: " ".join(map(in_short, r.criteria)) for task, r in rubrics.items()} == SHIPPED
    assert {t for t, r in rubrics.items() if r.kind == "step_outline"} == {
        t for t in SHIPPED if "@" in SHIPPED[t]
    }
    assert [p.stem for p in rubric_files("medical_office_manager")] == sorted(SHIPPED)


def test_the_forms_of_a_task_follow_from_its_kind() -> None:
    forms = {
        task: {"levels" if "#" in word else "exact" if "=" in word else "checklist" for word in words.split()}
        for task, words in SHIPPED.items()
    }
    kinds = {task: rubric.kind.value for task, rubric in load_rubrics().items()}
    assert {t for t, kind in kinds.items() if kind == "interview_answer"} == {
        t for t, found in forms.items() if "levels" in found
    }
    assert {t for t, kind in kinds.items() if kind == "exact_answer"} == {
        t for t, found in forms.items() if found == {"exact"}
    }
    assert {kinds[t] for t, found in forms.items() if "exact" in found} == {"exact_answer", "short_answer"}


def test_shipped_prompts_load() -> None:
    assert {load_prompt(p).id for p in prompt_files()} == {p.stem for p in prompt_files()}
    assert {style: load_prompt(name).style for style, name in DEFAULT_PROMPTS.items()} == {
        s: s for s in Style
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "remedy"),
    [
        ("kind: step_outline", "kind: [step_outline", 5, "expected ',' or ']'", "Mend the YAML"),
        ("section:", "title: again\nsection:", 5, 'duplicate key "title"', "Mend the YAML"),
        ("task:", "\ttask:", 2, "cannot start any token", "Mend the YAML"),
        (
            "kind: step_outline",
            "kind: outline",
            4,
            "kind: Input should be 'written_response', 'step_outline'",
            "Use one of",
        ),
        ("points: 3", "points: many", 23, "criteria.0.points: Input should be a valid number", "Correct"),
        ("points: 3", "points: -3", 23, "criteria.0.points: Input should be greater than 0", "Correct"),
        (
            "title: Working a denied insurance claim",
            "title: 5",
            3,
            "title: Input should be a valid string",
            "quotes",
        ),
        ("    points: 3\n", "", 21, "criteria.0.points: Field required", "Add the field."),
        (
            "points: 3",
            "points: 3\n    pionts: 3",
            24,
            "criteria.0.pionts: Extra inputs",
            "check its spelling",
        ),
        ("id: correct_code", "id: identify_error", 1, "ids stand twice: identify_error", "no longer holds"),
        ("[resubmit, follow_up]", "[resubmit, nope]", 1, "unknown criteria: nope", "no longer holds"),
        (
            "section: hard",
            "section: \x07hard",
            5,
            "A character has no place in YAML",
            "Take the character out.",
        ),
        ("section: hard_skills_compliance", "section: *nope", 5, "undefined alias", "Mend the YAML"),
        (BASE, "", 1, "the file: Input should be a valid dictionary", "`name: value`"),
        (BASE, "- a\n- b\n", 1, "the file: Input should be a valid dictionary", "`name: value`"),
        (BASE, "task: " + "[" * 5000, 1, "nested too deeply", "flatter"),
    ],
)
def test_every_error_names_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, message: str, remedy: str
) -> None:
    assert old in BASE
    found = problems(tmp_path / "r.yaml", BASE.replace(old, new, 1))[0]
    assert (found.file, found.line) == (str(tmp_path / "r.yaml"), line)
    assert message in found.message
    assert "Value error" not in found.message
    assert remedy in found.remedy


LEVELS = (data_folder("rubrics") / "medical_office_manager" / "difficult_patient.yaml").read_text("utf-8")
KEYED = (data_folder("rubrics") / "medical_office_manager" / "cash_reconciliation.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("base", "old", "new", "field", "message"),
    [
        (LEVELS, "      - level: 3\n", "      - level: three\n", "- level: three", "levels.2.level: Input"),
        (LEVELS, "      - level: 5\n", "      - level: 6\n", "- level: 6", "levels.4.level: Input should be"),
        (
            LEVELS,
            "    points: 2\n",
            "    points: 2\n    ponits: 1\n",
            "ponits: 1",
            "criteria.0.ponits: Extra",
        ),
        (LEVELS, "    points: 2\n", "    points: two\n", "points: two", "criteria.0.points: Input should"),
        (
            LEVELS,
            "    points: 2\n",
            "    points: 2\n    step: 1\n",
            "- id: star",
            "neither critical nor negative",
        ),
        (
            LEVELS,
            "      - level: 1\n",
            "      - level: 2\n",
            "- level: 2",
            "needs at least one yes/no question",
        ),
        (LEVELS, "      - level: 5\n", "      - level: 4\n", "- id: star", "the levels 1 to 5 are needed"),
        (
            KEYED,
            "    points: 1\n",
            "    points: 1\n    met: yes\n",
            "met: yes",
            "criteria.2.met: Extra inputs",
        ),
        (KEYED, "    points: 1\n", "    points: 100\n", "points: 100", "criteria.2.points: Input should be"),
        (KEYED, "    points: 1\n", "    points: 1\n    step: 1\n", "- id: discrepancy", "has no step"),
    ],
)
def test_a_wrong_field_of_any_form_names_its_own_line(
    tmp_path: Path, base: str, old: str, new: str, field: str, message: str
) -> None:
    assert old in base
    body = base.replace(old, new, 1)
    (found, *_) = problems(tmp_path / "r.yaml", body)
    assert found.line is not None
    assert body.splitlines()[found.line - 1].strip() == field
    assert message in found.message
    assert not {"leveled", "exact", "checklist"} & set(found.message.split(":")[0].split("."))


@pytest.mark.parametrize(("body", "line"), [(b"task: a\ntitle: \xe9\n", 2), (BASE.encode("utf-16"), 1)])
def test_a_file_that_is_not_utf8(tmp_path: Path, body: bytes, line: int) -> None:
    (found,) = problems(tmp_path / "r.yaml", body)
    assert (found.line, found.message, found.remedy) == (line, "Is not UTF-8.", "Save it as UTF-8.")


def test_all_wrong_fields_are_named_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path / "r.yaml", BASE.replace("points:", "pionts:"))
    assert len(found) == 14
    assert all(p.line and p.remedy for p in found)


@pytest.mark.parametrize("body", ["\ufeff" + BASE, BASE.replace("\n", "\r\n")])
def test_marks_and_line_ends_of_other_editors_change_nothing(tmp_path: Path, body: str) -> None:
    (tmp_path / "r.yaml").write_text(body, encoding="utf-8", newline="")
    assert load_rubrics(tmp_path / "r.yaml")["claim_denial"].digest == load_rubrics()["claim_denial"].digest


def test_problems_of_all_files_are_given_together(tmp_path: Path) -> None:
    for name, body in {"a": BASE, "b": BASE, "c": "task: x", "d": "["}.items():
        (tmp_path / f"{name}.yaml").write_text(body, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_rubrics(tmp_path)
    assert {Path(p.file).name for p in caught.value.problems} == {"b.yaml", "c.yaml", "d.yaml"}
    assert "has a rubric already" in str(caught.value)


@pytest.mark.parametrize("where", ["", "nowhere", "empty"])
def test_where_there_are_no_rubrics(tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no rubrics here.*medical_office_manager"):
        load_rubrics(tmp_path / where)


def test_a_prompt_that_is_not_there_or_has_another_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nope-v1: There is no such prompt\. Name a file or one of: dec"):
        load_prompt("nope-v1")
    path = tmp_path / "other-v1.yaml"
    path.write_text(
        (data_folder("prompts") / "structured-v1.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with pytest.raises(
        InputError, match=r"other-v1\.yaml:1: The prompt's id is 'structured-v1'.*Name the file"
    ):
        load_prompt(path)


def test_a_field_has_its_line() -> None:
    path = data_folder("rubrics") / "medical_office_manager" / "claim_denial.yaml"
    for place, start in {
        ("task",): "task:",
        ("criteria", 1, "id"): "- id: correct_code",
        ("order", "before"): "before:",
    }.items():
        assert BASE.splitlines()[line_of(path, place) - 1].strip().startswith(start)

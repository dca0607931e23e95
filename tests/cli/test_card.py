"""The system card of a ledger: all that it shows, and what it says of what is not there."""

import json
from pathlib import Path

import pytest

from grader.domain.calibration import Gauge
from grader.domain.measurement import Measured, Measurement
from grader.domain.system_card import SystemCard
from grader.ledger.store import SqlLedger
from tests.cli.conftest import TEXT, Call
from tests.reports.test_study_html import Page
from tests.support.calibrations import binding, calibration

HOSTILE = "<script>alert(1)</script>\u202e"
GAUGE = Gauge(name="QWK", value=0.81, low=0.72, high=0.88, n=64, threshold=">= 0.70", outcome="kept")
SECTIONS = [
    "use", "makeup", "calibration", "attacks", "swap", "fairness", "drift", "people", "limits", "changes",
    "notice",
]  # fmt: skip


@pytest.fixture
def graded(grader: Call, answers: Path, scripted: str) -> None:
    assert grader("grade", answers, "--judge", scripted).code == 0


def card(grader: Call, *options: object) -> SystemCard:
    outcome = grader("card", "--json", *options)
    assert (outcome.code, outcome.err) == (0, "")
    return SystemCard.model_validate_json(outcome.out)


def page(grader: Call, *options: object) -> Page:
    assert grader("card", "--out", "c.html", *options).code == 0
    return Page(Path("c.html").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("graded")
def test_a_ledger_without_measurements_says_so_everywhere(grader: Call) -> None:
    found = card(grader)
    assert found.measured == dict.fromkeys(Measured, ())
    assert found.uncalibrated_tasks == ("vendor_email",)
    assert found.promise.startswith("Nothing is promised")
    shown = page(grader)
    assert [given["id"] for given in shown.all("section")] == SECTIONS
    # four kinds, agreement by task and agreement by group
    assert shown.text.count("Not measured.") == 6
    assert "unbiased" not in shown.text
    assert "deterministic" not in shown.text
    assert not shown.all("script")


@pytest.mark.usefixtures("graded")
def test_what_is_used_is_named_with_counts_and_digests(grader: Call) -> None:
    found = card(grader)
    (model,), (prompt,), (rubric,) = found.models, found.prompts, found.rubrics
    assert (model.judge, model.model, model.records) == ("scripted:script.json", "script.json", 2)
    assert (prompt.id, prompt.records, rubric.task, rubric.records) == ("structured-v3", 2, "vendor_email", 2)
    with SqlLedger("runs/ledger.db", create=False) as ledger:
        record = next(ledger.records(ledger.runs()[0].id))
    assert (record.provenance.prompt, record.provenance.rubric) == (prompt.digest, rubric.digest)
    assert sum(found.states.values()) == 2
    assert [c.what for c in found.changes] == ["program", "model", "prompt", "rubric"]
    text = page(grader).text
    assert prompt.digest.removeprefix("sha256:")[:12] in text
    assert TEXT not in text


@pytest.mark.usefixtures("graded")
def test_calibrations_and_figures_have_their_intervals(grader: Call) -> None:
    rate = {"value": 0.5, "low": 0.29, "high": 0.81, "n": 120}
    (rubric,) = card(grader).rubrics
    with SqlLedger("runs/ledger.db") as ledger:
        ledger.append_calibration(calibration(gauges=(GAUGE,), binding=binding()))
        assert card(grader).uncalibrated_tasks == ("vendor_email",), "it is of another judge and rubric"
        bound = binding(judge="scripted:script.json", model="script.json", rubric=rubric.digest)
        ledger.append_calibration(calibration(gauges=(GAUGE,), binding=bound))
        for ratio in (0.1, 0.2):
            figures = {"impact ratio": rate, "ties": ratio, HOSTILE: HOSTILE}
            ledger.append_measurement(
                Measurement(kind=Measured.FAIRNESS, judge="", material="g.csv", figures=figures)
            )
    found = card(grader)
    (measured,) = found.measured[Measured.FAIRNESS]
    assert measured.earlier == 1
    assert [row.value for row in measured.rows if row.name == "ties"] == [0.2], "the newest counts"
    assert found.uncalibrated_tasks == ()
    shown = page(grader)
    assert "impact ratio 0.5 0.29 to 0.81 120" in shown.text
    assert "QWK ✓ kept 0.81 0.72 to 0.88 64 at least 0.70" in shown.text
    assert shown.text.count("Not measured.") == 3
    assert not shown.all("script")
    assert "\u202e" not in shown.text


@pytest.mark.usefixtures("graded")
def test_an_edited_rubric_stands_in_the_changelog(grader: Call, answers: Path, scripted: str) -> None:
    from grader.datafiles import rubric_files

    source = next(p for p in rubric_files("medical_office_manager") if p.stem == "vendor_email")
    text = source.read_text(encoding="utf-8")
    Path("edited").mkdir()
    Path("edited/vendor_email.yaml").write_text(text.replace("points: 1", "points: 2", 1), encoding="utf-8")
    assert grader("grade", answers, "--judge", scripted, "--rubrics", "edited").code == 0
    told = [c.sentence for c in card(grader).changes if c.what == "rubric"]
    assert len(told) == 2
    assert "first used" in told[0]
    assert "counted otherwise" in told[1]


@pytest.mark.usefixtures("graded")
def test_the_employers_fields_are_filled_in_and_the_rest_is_counted(grader: Call) -> None:
    Path("f.yaml").write_text("employer: Example Clinic\ndecider: The office's owner\n", encoding="utf-8")
    outcome = grader("card", "--fields", "f.yaml", "--out", "c.html", "--notice", "n.md")
    assert "15 fields of 17" in outcome.out
    notice = Path("n.md").read_text(encoding="utf-8")
    assert notice.count("[employer: ") == 15
    assert "Example Clinic uses a computer program" in notice
    shown = Page(Path("c.html").read_text(encoding="utf-8"))
    assert "15 of 17 fields are blank" in shown.text
    assert [given.get("class") for given in shown.all("mark")] == ["blank"] * 15


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fields", "no.yaml"], ["no.yaml", "Check the path"]),
        (["--fields", "odd.yaml"], ["odd.yaml", "employr", "employer"]),
        (["--notice-form", "other"], ["other", "candidate-notice-v1"]),
        (["--out", "odd.yaml/c.html"], ["--out"]),
    ],
)
@pytest.mark.usefixtures("graded")
def test_refusals_name_what_is_wrong(grader: Call, options: list[str], told: list[str]) -> None:
    Path("odd.yaml").write_text("employr: Example Clinic\n", encoding="utf-8")
    outcome = grader("card", *options)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert all(word in outcome.err for word in told)


def test_people_who_overrode_are_counted_with_an_interval(grader: Call, graded: None) -> None:
    from tests.cli.test_events import adjudicate

    adjudicate(grader, "partly")
    adjudicate(grader, "met")
    found = card(grader).oversight
    assert (found.reviews, found.compared, found.overridden.n) == (2, 2, 2)
    assert found.overridden.low < found.overridden.value <= found.overridden.high


def test_an_empty_ledger_has_a_card_too(grader: Call) -> None:
    SqlLedger("runs/ledger.db").close()
    found = card(grader)
    assert (found.span, found.models, found.changes) == (None, (), ())
    assert "no records yet" in page(grader).text


def test_the_same_card_is_json_all_through(grader: Call, graded: None) -> None:
    assert json.loads(card(grader).model_dump_json())["notice"]["fields"] == 17

"""The audit by groups as table, page and CSV: every figure of a shown group, and none of a withheld one."""

import csv
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from grader.fairness.aggregates import aggregates
from grader.fairness.audit import Outcomes, audit
from grader.fairness.outcomes import Level, Stage
from grader.fairness.report import FairnessReport
from grader.reports.fairness_html import render_fairness
from grader.reports.fairness_rows import write_tables
from grader.reports.fairness_table import fairness_table
from grader.reports.fairness_wording import FINDINGS, p_words
from tests.fairness.people import people

SECRET = "x<i>"


@pytest.fixture(scope="module")
def report() -> FairnessReport:
    """Women pass the gate half as often; a group of seven is withheld."""
    counts = {
        "female/a": (12, 40),
        "male/a": (24, 40),
        "male/b": (14, 20),
        f"{SECRET}/a": (7, 7),
        "/b": (3, 11),
    }
    gate, groups = people(counts, ("sex", "race_ethnicity"))
    total = {name: float(len(name) + int(name.split()[-1])) for name in gate.outcomes}
    stages = (
        Stage("total", "Total", Level.TOTAL, total, scored=True),
        gate,
        Stage("task", "A task", Level.TASK, total, scored=True),
        Stage("task.tone", "The tone", Level.CRITERION, gate.outcomes, scored=True),
    )
    outcomes = Outcomes("small_set", frozenset(gate.outcomes) | {"nobody"}, stages, ("total", total))
    return audit(outcomes, groups, ["sex", "race_ethnicity"], [("sex", "race_ethnicity")])


def text_of(report: FairnessReport) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(fairness_table(report))
    return console.export_text()


def test_the_terminal_tells_what_was_found(report: FairnessReport) -> None:
    text = text_of(report)
    assert re.search(
        r"female +40 +30\.0% \[18, 45\] +0\.47 \[0\.\d\d, 0\.\d\d\] +3\.27 +\.00\d +9 +below 4/5, sig", text
    )
    assert "unknown or withheld 18; no outcome 1" in text
    assert "A task" not in text
    assert "29 CFR 1607.4(D)" in text


def test_no_word_is_a_verdict_on_the_process(report: FairnessReport) -> None:
    for shown in (text_of(report), render_fairness(report)):
        rest = " ".join(shown.split()).replace("a process is biased or unbiased", "")
        assert not re.search(
            r"\b(un)?biased|\b(un)?fair(ness)?\b(?![-_])", re.sub(r"<style.*?</style>", "", rest)
        )


def test_the_page_shows_plots_tables_and_escapes(report: FairnessReport) -> None:
    page = render_fairness(report)
    assert page == render_fairness(report)
    assert page.count("<svg") == 3
    assert "<details" in page
    assert "A task" in page
    assert "The tone" in page
    assert "OSD: machine less human score" in page
    assert SECRET not in page
    assert "x&lt;i&gt;" in page
    assert "<script" not in page


def test_a_withheld_group_has_a_note_and_no_figure_in_the_csv(report: FairnessReport, tmp_path: Path) -> None:
    write_tables(tmp_path, report)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"sex.csv", "race_ethnicity.csv", "sex_by_race_ethnicity.csv"}
    with (tmp_path / "sex.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["stage"] == "The gate"]
    assert [row["sex"] for row in rows] == ["female", "male", SECRET, "unknown or withheld"]
    female, male, small, rest = rows
    assert (female["applicants"], female["got_through"], female["rate"]) == ("40", "12", "0.3")
    assert (male["impact_ratio"], female["shortfall"]) == ("1.0", "9")
    assert {k: v for k, v in small.items() if v} == {
        "stage": "The gate",
        "rate_is": "selection",
        "sex": SECRET,
        "note": "withheld: too small, or needed to hide one that is",
    }
    assert (rest["applicants"], rest["impact_ratio"]) == ("18", "")


def test_what_the_ledger_keeps_has_no_small_group_and_no_task(report: FairnessReport) -> None:
    kept = aggregates(report)
    assert SECRET not in str(kept)
    tables = kept["tables"]
    assert isinstance(tables, list)
    assert {table["stage"] for table in tables if isinstance(table, dict)} == {"total", "gate"}


def test_every_finding_has_words() -> None:
    assert len({words.sentence for words in FINDINGS.values()}) == len(FINDINGS)


@pytest.mark.parametrize(("p", "said"), [(0.0004, "<.001"), (0.05, ".050"), (1.0, "1.000"), (None, "–")])
def test_p_in_words(p: float | None, said: str) -> None:
    assert p_words(p) == said

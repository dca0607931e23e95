import io

import pytest
from rich.console import Console

from grader.calibration.study import Study
from grader.domain.calibration_set import RaterKind
from grader.reports.study_table import study_table
from grader.reports.study_wording import fixed, headline
from tests.support.studies import HOSTILE, empty, on_criteria, on_totals


def shown(study: Study, width: int = 100) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(study_table(study))
    return stream.getvalue()


@pytest.fixture(scope="module")
def study() -> Study:
    return on_criteria(("Apologizes", "W" * 80), n=24)


def test_the_verdict_comes_first_and_all_fits_a_hundred_columns(study: Study) -> None:
    text = shown(study)
    assert text.startswith(headline(study.calibration).words.upper())
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100
    assert "…" in text
    assert "at least 0.70" in text
    assert "What was asked" in text


def test_lines_show_kappa_before_and_after_and_the_raters_own(study: Study) -> None:
    row = next(r for r in study.agreement if r.name == "all criteria")
    before, after = (fixed(a.pair.kappa.value or 0) for a in (row.before, row.after))
    line = next(text for text in shown(study).splitlines() if text.startswith("all criteria"))
    assert f"{before} → {after}" in line
    assert row.after.human_human is not None
    assert line.rstrip().endswith(fixed(row.after.human_human.kappa.value or 0))


def test_studies_without_criteria_and_without_ratings() -> None:
    totals = shown(on_totals())
    assert "QWK less that between raters: " in totals
    assert "Nothing is promised" in totals
    nothing = shown(empty())
    assert "What could not be done" in nothing
    assert "0 used + 2 unused = 2 answers of 2" in nothing


def test_a_demonstration_says_so_and_hostile_text_is_harmless(study: Study) -> None:
    demonstration = shown(on_criteria(kind=RaterKind.CONSTRUCTED, n=24, binding=None))
    assert demonstration.startswith("DEMONSTRATION ONLY")
    assert "bound to no judge" in demonstration
    rows = tuple(row.model_copy(update={"title": HOSTILE}) for row in study.agreement)
    text = shown(study.model_copy(update={"agreement": rows, "notes": (HOSTILE,)}))
    assert "[bold]x[/bold]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text

import re

from grader.domain.scorecard import Recommendation
from grader.reports.comparison_html import render_comparison
from grader.reports.scorecard_html import page_name
from tests.reports.card_samples import CASES, carded, hired
from tests.reports.test_html import Page
from tests.reports.test_scorecards import read

CARDS = [carded(given, candidate=f"Candidate {n}") for n, given in enumerate(CASES.values())]


def rows(source: str) -> list[str]:
    return re.findall(r"<tr data-.*?</tr>", source, re.S)


def test_every_column_says_how_it_sorts_and_every_cell_by_what() -> None:
    source = render_comparison(CARDS)
    kinds = re.findall(r'<th scope="col" data-sort="(\w+)"', source)
    assert len(kinds) == len(re.findall(r'<th scope="col"', source))
    assert len(rows(source)) == len(CARDS)
    for row in rows(source):
        keys = re.findall(r'data-key="(.*?)"', row)
        assert len(keys) == len(kinds) == len(re.findall("<t[hd] ", row))
        assert all(float(key) >= 0 for key, kind in zip(keys, kinds, strict=True) if kind == "number" and key)


def test_incomplete_totals_sort_last_either_way() -> None:
    page = rows(render_comparison([carded(CASES[Recommendation.INCOMPLETE])]))[0]
    assert '<td data-key="">80 to 100</td>' in page


def test_gates_are_columns_with_symbol_and_word() -> None:
    text = read(rows(render_comparison([carded(CASES[Recommendation.GATE_FAILED])]))[0])
    assert "✗ failed ✓ passed" in text


def test_rows_know_what_the_filters_ask() -> None:
    row = rows(render_comparison([carded(CASES[Recommendation.GATE_FAILED])]))[0]
    assert 'data-outcome="Gate failed" data-failed=" tone_gate "' in row
    source = render_comparison(CARDS)
    assert {'value="tone_gate"', 'value="level_gate"'} <= set(re.findall(r'value="\w+_gate"', source))


def test_without_a_script_the_filters_are_hidden_and_the_table_is_whole() -> None:
    page = Page(render_comparison(CARDS))
    form = next(given for tag, given in page.tags if tag == "form")
    assert "hidden" in form
    assert not [given for tag, given in page.tags if tag == "tr" and "hidden" in given]


def test_candidates_link_to_their_pages() -> None:
    page = Page(render_comparison(CARDS))
    links = [given["href"] for tag, given in page.tags if tag == "a" and not given["href"].startswith("#")]
    assert links == [page_name(f"Candidate {n}") for n in range(len(CARDS))]


def test_a_section_that_is_its_part_has_no_column_of_its_own() -> None:
    assert len(re.findall(r">Interview</th>", render_comparison(CARDS))) == 1


def test_decisions_stand_beside() -> None:
    text = read(render_comparison([hired(CARDS[0]), CARDS[1]]))
    assert "hold, Jane Doe, 2026-03-04 05:06 UTC" in text
    assert "none yet" in text


def test_different_assessments_are_not_compared() -> None:
    other = carded(candidate="x")
    changed = other.card.model_copy(update={"assessment_digest": "sha256:other"})
    mixed = type(other)(changed, other.assessment, other.answers)
    assert "their totals cannot be compared" in render_comparison([CARDS[0], mixed])
    assert "their totals cannot be compared" not in render_comparison(CARDS)


def test_nobody_is_no_error() -> None:
    assert "0 candidates." in render_comparison([])

"""What holds for every output of scorecards."""

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from rich.console import Console

from grader.domain.scorecard import Recommendation
from grader.reports.carded import Carded
from grader.reports.comparison_html import render_comparison
from grader.reports.explanation_html import render_explanation
from grader.reports.scorecard_html import page_name, render_scorecard
from grader.reports.scorecard_rows import candidate_rows
from grader.reports.scorecard_table import scorecard_table
from grader.reports.wording import recommendation_words
from tests.reports.card_samples import BEST, CASES, EXACT, LEVELED, RUBRICS, blank, carded, graded, hired
from tests.reports.samples import HOSTILE
from tests.reports.test_html import Page


def in_terminal(cards: list[Carded]) -> str:
    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(scorecard_table(cards))
    return stream.getvalue()


def as_row(card: Carded) -> str:
    return "; ".join(str(value) for value in next(candidate_rows([card])).values())


PAGES: dict[str, Callable[[Carded], str]] = {
    "scorecard": render_scorecard,
    "comparison": lambda card: render_comparison([card]),
    "explanation": render_explanation,
    "explanation with scores": lambda card: render_explanation(card, with_scores=True),
}
OUTPUTS = {**PAGES, "terminal": lambda card: in_terminal([card]), "row": as_row}
UNDECIDED = [Recommendation.GATE_FAILED, Recommendation.RED_FLAG, Recommendation.INCOMPLETE]


def read(output: str) -> str:
    """What is read of an output: no markup, style or script, white space alike."""
    bare = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", output, flags=re.S)
    return " ".join(unescape(bare).split())


@pytest.mark.parametrize("recommendation", Recommendation)
def test_samples_cover_every_recommendation(recommendation: Recommendation) -> None:
    assert carded(CASES[recommendation]).card.recommendation is recommendation


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("recommendation", UNDECIDED)
def test_nothing_reads_as_recommended_before_a_person_looked(
    name: str, recommendation: Recommendation
) -> None:
    shown = read(OUTPUTS[name](carded(CASES[recommendation]))).lower()
    assert "recommend" not in shown
    assert not re.search(r"\bstrong\b|\badvance\b", shown)


@pytest.mark.parametrize("name", [name for name in OUTPUTS if name != "explanation"])
@pytest.mark.parametrize("recommendation", Recommendation)
def test_every_output_takes_its_word_from_one_place(name: str, recommendation: Recommendation) -> None:
    card = carded(CASES[recommendation])
    words = recommendation_words(card.card)
    shown = read(OUTPUTS[name](card))
    assert words.short in shown or words.sentence in shown
    others = {recommendation_words(carded(g).card).sentence for r, g in CASES.items() if r != recommendation}
    assert not [sentence for sentence in others if sentence in shown]


@pytest.mark.parametrize("recommendation", Recommendation)
def test_the_total_has_the_color_of_the_recommendation(recommendation: Recommendation) -> None:
    card = carded(CASES[recommendation])
    tone = recommendation_words(card.card).tone
    assert (tone == "good") == (recommendation is Recommendation.ADVANCE)
    page = render_scorecard(card)
    assert re.findall(r'class="(?:bigscore|scorebar|outcome) (\w+)"', page) == [tone] * 3
    assert re.findall(r'<g class="(\w+)"', render_comparison([card])) == [tone]


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_is_inert(name: str) -> None:
    def page(text: str, candidate: str, reason: str) -> str:
        given = {**CASES[Recommendation.RED_FLAG]}
        found = carded(given, candidate=candidate, texts=dict.fromkeys(RUBRICS, text))
        return PAGES[name](hired(found, reason=reason))

    source = page(HOSTILE, "</title><script>x\u202e\x1b[2J", "<img src=x onerror=alert(1)> \u202e reason")
    shown, plain = Page(source), Page(page("A. B. C.", "c01", "A plain reason."))
    assert {tag for tag, _ in shown.tags} <= {tag for tag, _ in plain.tags}
    assert sum(tag == "script" for tag, _ in shown.tags) == sum(tag == "script" for tag, _ in plain.tags)
    assert not [g for _, g in shown.tags for key in g if key.startswith("on") or key in ("src", "style")]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", source)
    assert not re.search(r"https?://(?!example\.org/x)|@import|url\(", source)
    assert not shown.stack


def test_hostile_text_cannot_steer_the_terminal() -> None:
    card = carded(CASES[Recommendation.RED_FLAG], candidate="[red]x\x1b[2J")
    text = in_terminal([hired(card, reason="\x1b]0;title\x07 [bold]b[/bold]")])
    assert not {"\x1b", "\x07"} & set(text)
    assert "[red]x" in text
    assert "[bold]b[/bold]" in text


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_is_not_known_is_never_a_number(name: str) -> None:
    empty = carded({}, more=[blank(rubric) for rubric in RUBRICS.values()])
    for card in (empty, carded({})):
        shown = read(OUTPUTS[name](card))
        assert not re.search(r"\bnan\b|\b0 of 100|± 0", shown)
        assert name == "row" or "None" not in shown.replace("None was raised", "")


@pytest.mark.parametrize("name", ["scorecard", "comparison", "terminal", "explanation with scores"])
def test_an_incomplete_total_is_shown_as_a_span(name: str) -> None:
    card = carded(CASES[Recommendation.INCOMPLETE])
    shown = read(OUTPUTS[name](card))
    assert (card.card.total.lowest, card.card.total.highest) == (80, 100)
    assert re.search(r"80 to 100|it would be 80, with 100 for those 100", shown)


@pytest.mark.parametrize(
    ("standing", "words"),
    [("uncalibrated", "error not known"), ("operational", "± 2.3")],
)
def test_an_error_of_exact_answers_alone_is_not_an_error(standing, words) -> None:
    card = carded(BEST, standing=standing)
    assert words in read(render_scorecard(card))
    assert words in in_terminal([card])
    known = next(candidate_rows([card]))["standard_error"]
    assert known == (None if standing == "uncalibrated" else pytest.approx(2.3324, abs=1e-4))


def test_an_error_known_of_some_tasks_is_a_lower_bound() -> None:
    card = carded(BEST, standing="operational", more=[graded(LEVELED, BEST["patient"])])
    shown = read(render_scorecard(card))
    assert "from the 2 of 3 tasks with a known error; the true one is larger." in shown
    assert "or more" in shown


ODD_IDS = [
    "c01",
    "C01",
    "c 01",
    "c-01",
    "../../c01",
    "..",
    "con",
    "x" * 500,
    "",
    "é",
    "\ud800",
    "a/b",
    "a\\b",
    "c01.",
]


def test_page_names_are_safe_and_all_different() -> None:
    names = [page_name(candidate) for candidate in ODD_IDS]
    assert names[0] == "candidate_c01.html"
    assert len({name.lower() for name in names}) == len(ODD_IDS)
    assert all(re.fullmatch(r"candidate_[a-z0-9_.-]{1,90}\.html", name) for name in names)
    assert not [name for name in names if ".." in name]


def test_a_page_asks_nothing_of_the_network_and_pins_what_runs() -> None:
    for render in PAGES.values():
        source = render(carded())
        policy = next(g["content"] for _, g in Page(source).tags if "http-equiv" in g)
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert ("script-src" in policy) == ("<script>" in source)
        assert EXACT.title in read(source) or "comparison" in source

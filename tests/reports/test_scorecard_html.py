import re

from grader.domain.scorecard import Recommendation
from grader.reports.scorecard_html import render_scorecard
from tests.reports.card_samples import BEST, CASES, LEVELED, TEXTS, adjudicated, blank, carded, graded, hired
from tests.reports.test_html import Page
from tests.reports.test_scorecards import read


def shown(case: Recommendation = Recommendation.ADVANCE) -> str:
    return read(render_scorecard(carded(CASES[case])))


def test_the_first_thing_is_what_follows_and_who_decides() -> None:
    text = shown(Recommendation.GATE_FAILED)
    said = "✗ A gate failed: a person decides first, whatever the total. A person decides: nothing is decided"
    assert said in text
    assert text.index(said) < text.index("Total")


def test_a_persons_decision_stands_with_name_time_and_reason() -> None:
    text = read(render_scorecard(hired(carded(), reason="Two of us read all answers.")))
    assert "Jane Doe decided on 2026-03-04 05:06 UTC: hold. Reason: Two of us read all answers." in text
    assert "another version" not in text
    old = read(render_scorecard(hired(carded(), scorecard="sha256:old")))
    assert "(Decided on another version of this scorecard, with a total of 100.)" in old


def test_gates_have_a_symbol_a_word_a_detail_and_a_reason() -> None:
    text = shown(Recommendation.GATE_FAILED)
    assert "✗ failed Courtesy 0 of 1 met, 1 needed; not met: Title of courteous." in text
    assert "✓ passed A good interview" in text


def test_red_flags_are_quoted_verbatim_with_task_and_criterion() -> None:
    source = render_scorecard(carded(CASES[Recommendation.RED_FLAG]))
    assert '<blockquote dir="auto">What a fool.</blockquote>' in source
    assert "An upset patient : Title of contempt" in read(source)
    assert "not confirmed by a person yet" in source


def test_a_confirmed_flag_says_so() -> None:
    case = CASES[Recommendation.RED_FLAG]
    decision = adjudicated(graded(LEVELED, case["patient"]), "contempt", case["patient"]["contempt"])
    text = read(render_scorecard(carded(case, adjudications=[decision])))
    assert "confirmed by a person" in text
    assert "not confirmed" not in text
    assert "An upset patient: the scorecard counts 50 of 100, with what people decided on 1 criterion" in text


def test_what_is_missing_says_why() -> None:
    assert "A rate (20% of the total): No answer was handed in." in shown(Recommendation.INCOMPLETE)
    given = {task: said for task, said in BEST.items() if task != "patient"}
    text = read(render_scorecard(carded(given, more=[blank(LEVELED)])))
    assert "An upset patient (50% of the total): The answer is empty." in text


def test_levels_are_shown_with_their_anchors() -> None:
    text = shown(Recommendation.DISCUSS)
    assert "Level 3 of 5: Anchor text number 3." in text
    assert "◐ level 3 of 5" in text
    assert "Level 1 of 5 earns nothing; each further one earns a quarter of a criterion's points." in text


def test_standings_say_of_how_many_answers() -> None:
    text = shown()
    assert "Not for decisions. (2 of 3 answers)" in text
    assert "no judge was asked. (1 of 3 answers)" in text


def test_every_answer_is_there_and_every_link_leads_somewhere() -> None:
    page = Page(render_scorecard(carded()))
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    targets = {given["href"].removeprefix("#") for tag, given in page.tags if tag == "a"}
    assert targets <= set(ids)
    assert "".join(text for _, _, text in page.pieces) == "".join(
        TEXTS[task] for task in ("complaint", "rate", "patient")
    )


def test_scores_stand_with_their_share_of_the_total() -> None:
    table = re.search(r'<table class="scores">(.*?)</table>', render_scorecard(carded()), re.S)
    assert table
    text = read(table[1])
    assert "Writing 100 error not known 30%" in text
    assert "An upset patient 100 not known 50% ? waits for a person" in text

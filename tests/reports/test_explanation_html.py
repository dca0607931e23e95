import re

import pytest

from grader.domain.rating import Verdict
from grader.domain.scorecard import Recommendation
from grader.reports.explanation_html import render_explanation
from tests.reports.card_samples import BEST, CASES, LEVELED, WORST, adjudicated, blank, carded, graded, hired
from tests.reports.samples import PROSE
from tests.reports.test_scorecards import read

RED = CASES[Recommendation.RED_FLAG]


@pytest.mark.parametrize("given", CASES.values(), ids=list(CASES))
def test_nothing_is_told_that_is_not_the_candidates(given) -> None:
    source = render_explanation(hired(carded(given)))
    assert not re.search(r"4711|scripted|judge-1|tone_gate|level_gate|Jane Doe|Courtesy", source)
    assert not re.search(r"recommend|of 100|Total|standard error", read(source), re.I)


def test_it_says_what_was_looked_for_and_found_in_own_words() -> None:
    text = read(render_explanation(carded()))
    assert (
        f"Title of offers What was looked for: {PROSE} What was found: This was found in your answer." in text
    )
    assert "In your own words: We will refund you." in text
    none = read(render_explanation(carded(WORST)))
    assert "This was not found in your answer." in none


def test_it_says_who_decides_what_was_read_and_how_to_ask() -> None:
    text = read(render_explanation(carded()))
    assert "A person decides about you. This page decides nothing." in text
    assert "The text of your answers is all that was read." in text
    assert "How to ask for a review" in text


def test_levels_say_what_was_reached_and_what_the_next_one_asks() -> None:
    text = read(render_explanation(carded(CASES[Recommendation.DISCUSS])))
    assert "Your answer was read like this: Anchor text number 3." in text
    assert "The next step up asks for this: Anchor text number 4." in text
    best = read(render_explanation(carded(BEST)))
    assert "Your answer was read like this: Anchor text number 5." in best
    assert "asks for this" not in best


@pytest.mark.parametrize(("verdict", "words"), [("met", "is right."), ("not_met", "is not right.")])
def test_the_right_answer_is_not_given_away(verdict: str, words: str) -> None:
    source = render_explanation(carded({**BEST, "rate": {"right": Verdict(verdict)}}))
    assert f"Your answer {words}" in source
    assert "4711" not in source


def test_faults_are_told_only_where_found() -> None:
    assert "Title of contempt" not in render_explanation(carded())
    text = read(render_explanation(carded(RED)))
    assert "What may count against this answer Title of contempt Your words were read in this way." in text
    assert "In your own words: What a fool." in text


def test_a_fault_that_a_person_rejected_is_not_told() -> None:
    decision = adjudicated(graded(LEVELED, RED["patient"]), "contempt", Verdict.NOT_MET)
    assert "Title of contempt" not in render_explanation(carded(RED, adjudications=[decision]))


def test_what_a_person_decided_counts() -> None:
    item = graded(LEVELED, BEST["patient"])
    decided = carded(adjudications=[adjudicated(item, "story", Verdict.NOT_MET)])
    assert "Title of story What was found: This was not found in your answer." in read(
        render_explanation(decided)
    )
    unknown = type(decided)(decided.card, decided.assessment, decided.answers)
    assert "what that person decided counts" in render_explanation(unknown)


def test_no_answer_is_said_without_blame() -> None:
    text = read(render_explanation(carded({}, more=[blank(LEVELED)])))
    assert "An upset patient Long enough" in text
    assert "There is no text in this answer." in text
    assert "You handed in no answer for this task." in text


def test_scores_are_told_if_asked_for() -> None:
    text = read(render_explanation(carded(), with_scores=True))
    assert "The total is 100 of 100." in text
    assert "A person decides: nothing is decided here." in text

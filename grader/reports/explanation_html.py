"""The page for the candidate: what was looked for in each answer and what was found, in plain words."""

from grader.reports import scorecard_wording as words
from grader.reports.carded import Carded
from grader.reports.explanation import told
from grader.reports.html import render_page
from grader.reports.wording import recommendation_words


def render_explanation(carded: Carded, *, with_scores: bool = False) -> str:
    """One HTML document; scores, and what follows from them, only if asked for."""
    values = {
        "card": carded.card,
        "tasks": told(carded),
        "with_scores": with_scores,
        "outcome": recommendation_words(carded.card) if with_scores else None,
        "words_of": words,
    }
    return render_page("explanation.html", values, styles=("scorecard.css", "explanation.css"), script="")

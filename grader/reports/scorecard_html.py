"""The scorecard of one candidate as an HTML page: what follows, what it rests on, and every answer."""

import re
from typing import NamedTuple

from grader.digests import text_digest
from grader.domain.scorecard import RaisedFlag
from grader.evidence import quote
from grader.reports import scorecard_wording as words
from grader.reports.carded import Carded
from grader.reports.html import render_page, sections_of
from grader.reports.score_bars import cuts, total_bar
from grader.reports.wording import recommendation_words, task_name, title_of

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_OTHER = re.compile(r"[^a-z0-9_-]+")


class ShownFlag(NamedTuple):
    """A red flag with the passages that raised it, verbatim."""

    flag: RaisedFlag
    task: str
    criterion: str
    quotes: tuple[str, ...]


def page_name(candidate: str, kind: str = "candidate") -> str:
    """A file name for a candidate's page that is safe, and another one for every other candidate id.

    Plain ids in lower case stand as they are; others are reduced to such, with a digest behind a point.
    """
    if _PLAIN.fullmatch(candidate):
        return f"{kind}_{candidate}.html"
    reduced = _OTHER.sub("-", candidate.lower()).strip("-")[:40]
    return f"{kind}_{reduced}.{text_digest(candidate).removeprefix('sha256:')[:16]}.html"


def render_scorecard(carded: Carded) -> str:
    """The whole page as one HTML document that asks nothing of the network."""
    card = carded.card
    answered = [item.task for item in card.items if item.task in carded.answers]
    sections = sections_of([carded.answers[task] for task in answered])
    values = {
        "card": card,
        "carded": carded,
        "outcome": recommendation_words(card),
        "cuts": cuts(carded.assessment),
        "bar": total_bar(card),
        "decisions": words.decision_sentences(carded),
        "flags": [_shown(flag, carded) for flag in card.flags],
        "sections": dict(zip(answered, sections, strict=True)),
        "words_of": words,
    }
    return render_page("scorecard.html", values, styles=("scorecard.css",))


def _shown(flag: RaisedFlag, carded: Carded) -> ShownFlag:
    titles = {item.task: item.title for item in carded.card.items}
    found = carded.answers.get(flag.task)
    return ShownFlag(
        flag=flag,
        task=titles.get(flag.task, task_name(flag.task)),
        criterion=title_of(found.rubric if found else None, flag.criterion),
        quotes=tuple(quote(found.shown, evidence) for evidence in flag.evidence) if found else (),
    )

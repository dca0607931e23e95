"""Candidates side by side as an HTML page: a plain table that a small script makes sortable and filtered."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.domain.hiring import HiringDecided
from grader.domain.scorecard import GateResult, GateState, Recommendation, Scorecard, Standard
from grader.reports import scorecard_wording as words
from grader.reports.carded import Carded
from grader.reports.html import render_page
from grader.reports.score_bars import Bar, cuts, total_bar
from grader.reports.scorecard_html import page_name
from grader.reports.wording import RecommendationWords, number, recommendation_words

_GATE_ORDER = list(GateState)
_OUTCOME_ORDER = list(Recommendation)


class Cell(NamedTuple):
    """One cell: what is read, and what it is sorted by ("" comes last, either way)."""

    text: str
    key: str = ""
    tone: str = ""
    """Of gates: a color beside the symbol and the word."""


class Row(NamedTuple):
    """One candidate."""

    candidate: str
    link: str
    outcome: RecommendationWords
    outcome_key: int
    failed: str
    """Ids of the gates that failed, each between spaces."""
    cells: tuple[Cell, ...]
    bar: Bar


class Heading(NamedTuple):
    """A column after candidate and outcome."""

    title: str
    group: str = ""
    numeric: bool = True


def render_comparison(cards: Sequence[Carded]) -> str:
    """The whole page as one HTML document, candidates in the order of `cards`."""
    columns = _columns([c.card for c in cards])
    gates = {gate.id: gate.title for c in cards for gate in c.card.gates}
    rows = [_row(c, columns, gates) for c in cards]
    values = {
        "rows": rows,
        "headings": _headings(columns, gates),
        "gates": gates,
        "outcomes": list(dict.fromkeys(row.outcome.short for row in rows)),
        "titles": list(dict.fromkeys(c.card.title for c in cards)),
        "mixed": len({c.card.assessment_digest for c in cards}) > 1,
        "standings": words.standing_sentences([item for c in cards for item in c.card.items]),
        "judges": list(dict.fromkeys(sentence for c in cards for sentence in words.judge_sentences(c))),
        "cuts": cuts(cards[0].assessment) if cards else [],
        "words_of": words,
    }
    return render_page(
        "comparison.html", values, styles=("scorecard.css", "comparison.css"), script="comparison.js"
    )


Columns = dict[tuple[str, str], str]
"""Titles by `("part", id)` or `("section", id)`."""


def _columns(cards: Sequence[Scorecard]) -> Columns:
    """Parts and sections of all cards; a section that is all of its part adds nothing."""
    found: Columns = {}
    for part in (part for card in cards for part in card.parts):
        found["part", part.id] = part.title
        if len(part.sections) > 1:
            found |= {("section", s.id): s.title for s in part.sections}
    return found


def _headings(columns: Columns, gates: dict[str, str]) -> list[Heading]:
    scores = [Heading(title, kind) for (kind, _), title in columns.items()]
    gated = [Heading(title, "gate") for title in gates.values()]
    rest = [Heading("Red flags"), Heading("Missing"), Heading("Waiting"), Heading("Decision", numeric=False)]
    return [Heading("Total"), *scores, *gated, *rest]


def _row(carded: Carded, columns: Columns, gates: dict[str, str]) -> Row:
    card = carded.card
    scores: dict[tuple[str, str], Standard] = {("part", part.id): part for part in card.parts}
    scores |= {("section", s.id): s for part in card.parts for s in part.sections}
    results = {gate.id: gate for gate in card.gates}
    total = _score(card.total)
    error = f" {words.error_words(card.total, card.items)}" if card.total.percent is not None else ""
    confirmed = sum(flag.confirmed for flag in card.flags)
    last = carded.decisions[-1] if carded.decisions else None
    cells = (
        total._replace(text=f"{total.text}{error}"),
        *(_score(scores.get(column)) for column in columns),
        *(_gate(results.get(gate)) for gate in gates),
        _count(len(card.flags), f", {confirmed} confirmed" if confirmed else ""),
        _count(len(card.missing)),
        _count(len(words.waiting(card))),
        _decision(last, card) if last else Cell("none yet"),
    )
    return Row(
        candidate=card.candidate,
        link=page_name(card.candidate),
        outcome=recommendation_words(card),
        outcome_key=_OUTCOME_ORDER.index(card.recommendation),
        failed="".join(f" {gate.id} " for gate in card.gates if gate.state is GateState.FAILED),
        cells=cells,
        bar=total_bar(card),
    )


def _decision(last: HiringDecided, card: Scorecard) -> Cell:
    made = last.decision
    earlier = "" if made.scorecard == card.digest else " (on an earlier scorecard)"
    return Cell(f"{made.choice.value}, {made.name}, {words.when(last.created)}{earlier}", last.created)


def _score(score: Standard | None) -> Cell:
    if score is None:
        return Cell("–")
    return Cell(words.score_words(score), "" if score.percent is None else number(score.percent, 4))


def _gate(gate: GateResult | None) -> Cell:
    if gate is None:
        return Cell("–")
    said = words.GATES[gate.state]
    return Cell(f"{said.symbol} {said.word}", str(_GATE_ORDER.index(gate.state)), said.tone)


def _count(count: int, more: str = "") -> Cell:
    return Cell(f"{count}{more}", str(count))

"""Scorecards in the terminal: candidates side by side, within 100 columns."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.domain.scorecard import GateState, Scorecard
from grader.reports.carded import Carded
from grader.reports.scorecard_wording import (
    GATES,
    NO_DECISION,
    decision_sentences,
    error_words,
    judge_sentences,
    score_words,
    standing_sentences,
    waiting,
)
from grader.reports.wording import counted, recommendation_words, visible

_STYLES = {"good": "green", "mixed": "yellow", "bad": "red", "none": "bright_black"}
"""Of the recommendation alone: no total has a color of its own."""


def scorecard_table(cards: Sequence[Carded]) -> RenderableType:
    """A row for each candidate, then the decisions and what the scores may be used for."""
    table = Table(padding=(0, 1), box=None, header_style="bold", show_lines=False)
    table.add_column("Candidate", max_width=12, overflow="fold")
    table.add_column("Outcome", max_width=16, no_wrap=True)
    table.add_column("Total", max_width=16)
    table.add_column("Sections", max_width=36, overflow="fold")
    table.add_column("Beside the total", max_width=30, overflow="fold")
    for place, carded in enumerate(cards):
        table.add_row(*_row(carded.card), end_section=place + 1 < len(cards))
        if place + 1 < len(cards):
            table.add_row()
    parts: list[RenderableType] = [table, Text()]
    for carded in cards:
        parts += [_plain(f"{carded.card.candidate}: {said}") for said in decision_sentences(carded)]
    items = [item for carded in cards for item in carded.card.items]
    parts += [_plain(sentence, "bold yellow") for sentence in standing_sentences(items)]
    parts += [_plain(said, "bold yellow") for carded in cards for said in judge_sentences(carded)]
    parts.append(Text(f"{NO_DECISION} …"))
    return Group(*parts)


def _row(card: Scorecard) -> Iterator[Text]:
    outcome = recommendation_words(card)
    yield _plain(card.candidate, "bold")
    yield Text(f"{outcome.symbol} {outcome.short}", style=f"bold {_STYLES[outcome.tone]}")
    total = Text(score_words(card.total), style="bold")
    total.append(f"\n{error_words(card.total, card.items)}", style="default not bold")
    yield total
    yield _plain("\n".join(_sections(card)))
    yield Text("\n").join(_beside(card))


def _sections(card: Scorecard) -> Iterator[str]:
    for part in card.parts:
        found = part.sections if len(part.sections) > 1 else (part,)
        yield from (f"{score_words(score)}  {score.title}" for score in found)


def _beside(card: Scorecard) -> Iterator[Text]:
    for gate in card.gates:
        if gate.state is not GateState.PASSED:
            said = GATES[gate.state]
            yield _plain(f"{said.symbol} gate {said.word}: {gate.title}", _STYLES[said.tone])
    for flag in card.flags:
        confirmed = "confirmed" if flag.confirmed else "not confirmed"
        yield _plain(f"⚑ red flag, {confirmed}: {flag.title}", "red")
    if card.missing:
        yield Text(f"{counted(len(card.missing), 'task', 'tasks')} without a score")
    if found := waiting(card):
        yield Text(f"{counted(len(found), 'answer waits', 'answers wait')} for a person")


def _plain(text: str, style: str = "") -> Text:
    """Text that cannot steer the terminal."""
    return Text(visible(text), style=style)

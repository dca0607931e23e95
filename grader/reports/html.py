"""The HTML report: one file with everything in it, which asks nothing of the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from grader.domain.record import GateOutcome, State
from grader.reports import wording
from grader.reports.arithmetic import arithmetic, order_sentences
from grader.reports.checklist import Line, checklist
from grader.reports.graded import Graded, RunInfo
from grader.reports.judges import judge_sentences
from grader.reports.overview import doubtful_gates, failed_gates, matrix, red_flags, tasks_of
from grader.reports.pages import asset, environment, policy
from grader.reports.passages import Piece, cut

HUES = 10
"""Criteria have a color each; with more criteria the colors come again, and the numbers tell them apart."""


@dataclass(frozen=True)
class Section:
    """What the template shows of one submission."""

    anchor: str
    following: str
    """Anchor of the next section; "" after the last."""
    item: Graded
    title: str
    lines: tuple[Line, ...]
    pieces: tuple[Piece, ...]
    arithmetic: list[str]
    order: list[str]
    gates: list[tuple[str, GateOutcome]]
    reviews: list[str]
    judges: list[str]
    """How several judges came to it; empty where one judged."""
    removed: str
    """What was hidden; "" where nothing was looked for."""
    refusal: str
    failed: list[str]
    doubtful: list[str]
    flags: list[str]


def render_html(items: Sequence[Graded], run: RunInfo) -> str:
    """The whole report as one HTML document. Sections stand in the order of `items`."""
    candidates, tasks, cells = matrix(items)
    states = [item.record.state for item in items]
    values = {
        "run": run,
        "sections": sections_of(items),
        "candidates": candidates,
        "tasks": tasks,
        "cells": cells,
        "task_views": tasks_of(items),
        "counts": {state: states.count(state) for state in State},
        "unreached": max(0, run.inputs - len(items)),
        "standings": wording.standings(item.record.calibration for item in items),
    }
    return render_page("report.html", values)


def sections_of(items: Sequence[Graded]) -> list[Section]:
    """A section for each submission, in order; the first one's anchor is s1."""
    return [_section(place, item, len(items)) for place, item in enumerate(items, start=1)]


def render_page(
    template: str, values: Mapping[str, Any], *, styles: Sequence[str] = (), script: str = "script.js"
) -> str:
    """One HTML document with the common style and a script, and nothing else that could act.

    `styles`: further style sheets of this package. `script`: one of this package, or "" for none.
    """
    templates = _environment()
    style = Markup("\n").join(asset(templates, name) for name in ("style.css", *styles))
    script = asset(templates, script) if script else ""
    page = {**values, "style": style, "script": script, "policy": policy(style, script)}
    return templates.get_template(template).render(page)


def _environment() -> Environment:
    found = environment()
    found.filters.update(hue=lambda line: (line.number - 1) % HUES + 1, estimate=wording.estimate_words)
    found.globals.update(
        words=wording.STATE_WORDS,
        symbols=wording.STATE_SYMBOLS,
        State=State,
        exact_standing=wording.STANDINGS["exact"],
    )
    return found


def _section(place: int, item: Graded, total: int) -> Section:
    record, rubric = item.record, item.rubric
    lines = checklist(item)
    score = record.score
    return Section(
        anchor=f"s{place}",
        following=f"s{place + 1}" if place < total else "",
        item=item,
        title=rubric.title if rubric else wording.task_name(record.task),
        lines=lines,
        pieces=cut(item.shown, lines, record.disguises, record.suspicions),
        arithmetic=arithmetic(score, rubric) if score else [],
        order=order_sentences(score.order, rubric) if score and score.order else [],
        gates=[(wording.title_of(rubric, g.criterion), g.outcome) for g in score.gates] if score else [],
        reviews=[wording.review_sentence(review, rubric) for review in record.reviews],
        judges=judge_sentences(record, rubric),
        removed=wording.removed_sentence(record),
        refusal=wording.refusal_sentence(record) if record.state is State.NOT_SCORED else "",
        failed=failed_gates(item),
        doubtful=doubtful_gates(item),
        flags=red_flags(item),
    )

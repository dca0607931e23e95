"""Files that commands write: whether they can be is found out before any work is done."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from grader.errors import InputError, Problem
from grader.reports.carded import Carded
from grader.reports.comparison_html import render_comparison
from grader.reports.explanation_html import render_explanation
from grader.reports.scorecard_html import page_name, render_scorecard


def make_way(path: Path, option: str) -> None:
    """Make the folder of a file to be written, and see that the file can be opened. Raises InputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        path.open("ab").close()
        if new:
            path.unlink()
    except OSError as error:
        message = f"Cannot be written: {error.strerror}."
        raise InputError(Problem(str(path), None, message, f"Give another file to {option}.")) from error


def write_pages(folder: Path, cards: Sequence[Carded]) -> None:
    """Write the comparison as index.html and a page for each candidate; names them on standard error."""
    pages = {page_name(c.card.candidate): partial(render_scorecard, c) for c in cards}
    _write(folder, "--out", {"index.html": partial(render_comparison, cards), **pages})
    print(f"Scorecards: {folder / 'index.html'}", file=sys.stderr)


def write_explanations(folder: Path, cards: Sequence[Carded], *, with_scores: bool) -> None:
    """Write for each candidate the page that is meant for them."""
    explained = {
        page_name(c.card.candidate, "explanation"): partial(render_explanation, c, with_scores=with_scores)
        for c in cards
    }
    _write(folder, "--explain", explained)
    print(f"Explanations: {folder}", file=sys.stderr)


def _write(folder: Path, option: str, pages: Mapping[str, Callable[[], str]]) -> None:
    for name, render in pages.items():
        make_way(folder / name, option)
        (folder / name).write_text(render(), encoding="utf-8")

"""What grading would take, as a table and as plain JSON values."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.estimate import Estimate, Figure
from grader.reports.amounts import dollars, duration
from grader.reports.wording import visible

_NOTE = "Nothing was asked and nothing spent. Tries that end without an answer are not in these figures."


def estimate_view(estimates: Sequence[Estimate]) -> RenderableType:
    """One table a model: each figure with what it rests on."""
    return Group(*(_table(one) for one in estimates), Text(_NOTE, style="dim"))


def estimate_rows(estimates: Sequence[Estimate]) -> list[dict[str, Any]]:
    """Each model's figures as plain JSON values; money is a string, so that it stays exact."""
    return [one.model_dump(mode="json") for one in estimates]


def _table(one: Estimate) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(Text(visible(one.judge), style="bold"), no_wrap=True)
    table.add_column("Estimate", justify="right", no_wrap=True)
    table.add_column("Basis", overflow="fold")
    for name, figure, shown in (
        ("Submissions", one.submissions, _count(one.submissions)),
        ("Answers known", one.known, _count(one.known)),
        ("Calls to make", one.calls, _count(one.calls)),
        ("Prompt tokens", one.prompt_tokens, _count(one.prompt_tokens)),
        ("  may be cached", one.cacheable_tokens, _count(one.cacheable_tokens)),
        ("Answer tokens", one.answer_tokens, _count(one.answer_tokens)),
        ("Cost", one.usd, "unknown" if one.usd.value is None else dollars(one.usd.value)),
        ("Time", one.seconds, "unknown" if one.seconds.value is None else duration(float(one.seconds.value))),
    ):
        table.add_row(name, shown, Text(visible(figure.basis)))
    return table


def _count(figure: Figure) -> str:
    return f"{figure.value:,}"

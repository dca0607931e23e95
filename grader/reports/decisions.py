"""People's decisions as tables and rows, and the list of gaps for a rubric's author."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.domain.criterion import Criterion
from grader.domain.rating import Rating
from grader.domain.second_rater import Decided
from grader.evidence import quote
from grader.reports.wording import counted, verdict_word, visible


@dataclass(frozen=True)
class Decision:
    """One decision with what it is about."""

    made: Decided
    current: bool
    """False where a later one on the same stands beside it."""
    criterion: Criterion
    judged: Rating | None
    """None where the judge gave no verdict."""
    text: str

    @property
    def quotes(self) -> list[str]:
        """The judge's evidence, verbatim."""
        return [quote(self.text, e) for e in self.judged.evidence] if self.judged else []

    @property
    def judged_word(self) -> str:
        """The judge's verdict in words."""
        return verdict_word(self.judged.verdict, self.criterion) if self.judged else "no verdict"


def decision_rows(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """Each decision as plain JSON."""
    return [
        {
            **d.made.adjudication.model_dump(mode="json", exclude={"cause"}),
            "reason": d.made.adjudication.cause.value,
            "created": d.made.created,
            "current": d.current,
            "title": d.criterion.title,
            "judge": d.judged.verdict.value if d.judged else None,
            "quotes": d.quotes,
        }
        for d in decisions
    ]


def decisions_view(decisions: Sequence[Decision]) -> RenderableType:
    """A line for each decision."""
    if not decisions:
        return Text("There are no decisions in this ledger.")
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim", expand=True)
    table.add_column("Criterion, the judge's evidence, and grounds", overflow="fold", ratio=2)
    table.add_column("Verdicts and reason", overflow="fold", ratio=1)
    for d in decisions:
        made = d.made.adjudication
        what = Text(visible(f"{made.submission}: {d.criterion.title}"))
        what.append("".join(f"\n{_quoted(q)}" for q in d.quotes), style="dim")
        what.append(f"\n{visible(made.note)}")
        said = Text(f"judge: {d.judged_word}\n")
        said.append(visible(f"{made.name}: {verdict_word(made.verdict, d.criterion)}"), style="bold")
        said.append(f"\n{made.cause.value.replace('_', ' ')}, {d.made.created[:10]}")
        said.append("" if d.current else "\nearlier: a later decision stands beside it")
        table.add_row(what, said, style="" if d.current else "dim")
    return table


def gaps_view(decisions: Sequence[Decision]) -> RenderableType:
    """By criterion, the most frequent first: how many decisions, with the notes."""
    if not decisions:
        return Text("There are no such decisions in this ledger.")
    groups: dict[tuple[str, str], list[Decision]] = {}
    for d in decisions:
        groups.setdefault((d.made.adjudication.task, d.criterion.id), []).append(d)
    parts: list[RenderableType] = []
    for (task, criterion), members in sorted(groups.items(), key=lambda group: -len(group[1])):
        count = counted(len(members), "decision", "decisions")
        heading = f"{task}.yaml, {criterion}: {members[-1].criterion.title} ({count})"
        parts.append(Text(visible(heading), style="bold"))
        parts += [Padding(_gap(d), (0, 0, 0, 2)) for d in members]
    return Group(*parts)


def _gap(d: Decision) -> Text:
    made = d.made.adjudication
    verdicts = f"judge {d.judged_word}, decided {verdict_word(made.verdict, d.criterion)}"
    line = Text(visible(f"{made.note} ({made.name}; {verdicts}; {made.submission})"))
    if not d.current:
        line.append(" earlier decision", style="dim")
    for passage in d.quotes:
        line.append(f"\n{_quoted(passage)}", style="dim")
    return line


def _quoted(passage: str) -> str:
    return f"“{visible(' '.join(passage.split()))}”"

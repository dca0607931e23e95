"""Tables and views for the terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.domain.record import State
from grader.reports import wording
from grader.reports.amounts import calls_words, cost_words
from grader.reports.arithmetic import arithmetic, order_sentences
from grader.reports.checklist import Line, checklist
from grader.reports.graded import Graded, RunInfo
from grader.reports.judges import judge_sentences
from grader.reports.overview import failed_gates, matrix, red_flags
from grader.reports.passages import cut
from grader.reports.wording import STATE_SYMBOLS, STATE_WORDS, counted, number, visible

_WIDTH = 100
_NARROW_CELL = 7
_WIDE_CELL = 21
_NAME = 22
_STATE_STYLES = {State.SCORED: "green", State.NEEDS_REVIEW: "yellow", State.NOT_SCORED: "bright_black"}
_TONE_STYLES = {"good": "green", "mixed": "yellow", "bad": "red", "none": "bright_black"}
_HUES = ("cyan", "magenta", "green", "blue", "yellow", "bright_cyan", "bright_magenta", "bright_green")
_LEGEND = "✓ scored   ? needs review   ✗ not scored   gate: must-have that failed   ⚑ red flag   – no score"


def overview_table(items: Sequence[Graded]) -> RenderableType:
    """Candidate x task with score, state, failed gates and red flags, within 100 columns.

    Few candidates become the columns, with room for words; few enough tasks do, with short cells;
    else each submission gets a line.
    """
    candidates, tasks, _ = matrix(items)
    if len(candidates) * (_WIDE_CELL + 2) + _NAME + 2 <= _WIDTH:
        table = _by_task(items)
    elif len(tasks) * (_NARROW_CELL + 2) + _NAME - 6 <= _WIDTH:
        table = _by_candidate(items)
    else:
        table = _by_submission(items)
    parts: list[RenderableType] = [table, Text(_LEGEND, style="dim")]
    refused = [item for item in items if item.record.state is State.NOT_SCORED]
    if refused:
        parts.append(Text("\nNot scored", style="bold"))
        parts += [
            Padding(_plain(f"{_place(item)}: {wording.refusal_sentence(item.record)}"), (0, 0, 0, 2))
            for item in refused
        ]
    parts.append(Text(f"\n{wording.states_line([item.record.state for item in items])}"))
    standings = wording.standings(item.record.calibration for item in items)
    parts += [Text(sentence, style="bold yellow") for sentence in standings]
    return Group(*parts)


def submission_view(item: Graded) -> RenderableType:
    """One submission: the text with evidence marked, the verdicts, the reasons, and the way to the score."""
    record, score = item.record, item.record.score
    lines = checklist(item)
    title = item.rubric.title if item.rubric else wording.task_name(record.task)
    result = Text(f"{STATE_SYMBOLS[record.state]} {STATE_WORDS[record.state]}", _STATE_STYLES[record.state])
    if score:
        result.append(f"   {number(score.percent, 1)} of 100", style="bold")
        result.append(f"   {number(score.scale)} on the 1 to 5 scale", style="default")
        if on_raters := wording.estimate_words(record):
            result.append(f"   {on_raters}", style="default")
    result.append(f"   {record.calibration}", style="yellow")
    parts: list[RenderableType] = [_plain(f"{record.candidate}: {title}", "bold"), result]
    if record.state is State.NOT_SCORED:
        parts.append(_plain(wording.refusal_sentence(record)))
    parts += _listed(
        "For a person to look at", [wording.review_sentence(r, item.rubric) for r in record.reviews]
    )
    parts += [Text("\nAnswer", style="bold"), _marked(item, lines)]
    if hidden := wording.removed_sentence(record):
        parts.append(_plain(hidden, "dim"))
    if lines:
        parts += [Text("\nChecklist", style="bold"), _checklist_table(lines)]
    parts += _listed("Judges", judge_sentences(record, item.rubric))
    if score:
        parts += _listed("How the score came about", arithmetic(score, item.rubric))
        parts += _listed(
            "Must-haves",
            [f"{wording.title_of(item.rubric, g.criterion)}: {g.outcome.value}" for g in score.gates],
        )
        if score.order:
            parts += _listed("Order of the steps", order_sentences(score.order, item.rubric))
    return Group(*parts)


def run_summary(run: RunInfo) -> RenderableType:
    """What produced the records of a run, and what it took."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    tokens = run.usage
    states = ", ".join(f"{run.counts.get(state, 0)} {word}" for state, word in STATE_WORDS.items())
    missing = run.inputs - sum(run.counts.values())
    for name, value in (
        (
            "Run",
            f"{run.id}, {run.started:%Y-%m-%d %H:%M} UTC, {'finished' if run.finished else 'not finished'}",
        ),
        ("Submissions", f"{run.inputs}: {states}{f', {missing} not reached yet' if missing > 0 else ''}"),
        ("Not scored", "\n".join(wording.reason_lines(run.reasons)) or "none"),
        ("Judge", f"{run.judge}, answered as {run.model or 'no named model'}"),
        ("Prompt", f"{run.prompt_id}, {run.mode.replace('_', ' ')}"),
        ("Calls", calls_words(run.calls, run.failed_tries, run.unanswered_tries)),
        (
            "Tokens",
            f"{tokens.prompt_tokens:,} read ({tokens.cached_tokens:,} of them from a cache), "
            f"{tokens.completion_tokens:,} written",
        ),
        ("Cost", cost_words(run.cost_usd, run.prices, run.unanswered_tries)),
        ("Time", f"{run.wall_s:.1f} seconds"),
    ):
        table.add_row(name, _plain(value))
    return table


def _by_task(items: Sequence[Graded]) -> Table:
    candidates, tasks, cells = matrix(items)
    table = _table("Task", candidates, _WIDE_CELL)
    for task in tasks:
        places = (cells.get((candidate, task), []) for candidate in candidates)
        table.add_row(_plain(wording.task_name(task)), *(_cell(items, p, wide=True) for p in places))
    return table


def _by_candidate(items: Sequence[Graded]) -> Table:
    candidates, tasks, cells = matrix(items)
    table = _table("Candidate", _headings(tasks), _NARROW_CELL)
    for candidate in candidates:
        places = (cells.get((candidate, task), []) for task in tasks)
        table.add_row(_plain(candidate), *(_cell(items, p, wide=False) for p in places))
    return table


def _by_submission(items: Sequence[Graded]) -> Table:
    table = _table("Candidate", ["Task", "Outcome"], 36)
    for place, item in enumerate(items):
        cell = _cell(items, [place], wide=True)
        table.add_row(_plain(item.record.candidate), _plain(wording.task_name(item.record.task)), cell)
    return table


def _table(first: str, headings: Sequence[str], width: int) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first, max_width=_NAME, overflow="fold", vertical="top")
    for heading in headings:
        table.add_column(_plain(heading), max_width=width, overflow="fold", vertical="top")
    return table


def _headings(tasks: Sequence[str]) -> list[str]:
    """Task ids as words, each cut to the width of a cell; a number tells apart what looks alike then."""
    cut_names = [
        " ".join(w if len(w) <= _NARROW_CELL else w[: _NARROW_CELL - 1] + "." for w in task.split("_"))
        for task in tasks
    ]
    return [
        f"{name} {place}" if cut_names.count(name) > 1 else name
        for place, name in enumerate(cut_names, start=1)
    ]


def _cell(items: Sequence[Graded], places: Sequence[int], *, wide: bool) -> Text:
    cell = Text()
    for place in places:
        if cell:
            cell.append("\n")
        _append_outcome(cell, items[place], wide)
    return cell


def _append_outcome(cell: Text, item: Graded, wide: bool) -> None:
    record = item.record
    style = _STATE_STYLES[record.state]
    cell.append(number(record.score.percent, 1) if record.score else "–", style="bold")
    cell.append(f" {STATE_SYMBOLS[record.state]}", style=style)
    if wide:
        cell.append(f" {STATE_WORDS[record.state]}", style=style)
    if failed := len(failed_gates(item)):
        text = (
            f"\n{counted(failed, 'gate', 'gates')} failed"
            if wide
            else f"\n{counted(failed, 'gate', 'gates')}"
        )
        cell.append(text, style="red")
    if flags := len(red_flags(item)):
        text = f"⚑ {counted(flags, 'red flag', 'red flags')}" if wide else f"⚑ {flags}"
        cell.append(f"\n{text}", style="red")


def _marked(item: Graded, lines: Sequence[Line]) -> Text:
    """The text with the numbers of criteria in brackets after their passages."""
    if not item.text.strip():
        return Text("There is no text.", style="dim")
    marked = Text()
    for piece in cut(item.shown, lines, item.record.disguises, item.record.suspicions):
        style = f"underline {_hue(piece.marks[-1].line)}" if piece.marks else ""
        style = f"{style} on grey30".strip() if piece.suspected else style
        marked.append(piece.shown, style=style)
        if piece.label:
            marked.append(visible(f"[{piece.label}]"), style="reverse red")
        for label in piece.suspicions:
            marked.append(f"[{label}]", style="reverse red")
        for line in piece.closing:
            marked.append(f"[{line.number}]", style=f"bold {_hue(line)}")
    return marked


def _checklist_table(lines: Sequence[Line]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("#", justify="right")
    table.add_column("Criterion", overflow="fold", ratio=2)
    table.add_column("Verdict", overflow="fold", max_width=16)
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Reason", overflow="fold", ratio=2)
    for line in lines:
        marks = f" ({', '.join(line.marks)})" if line.marks else ""
        reason = line.reason if line.supported else f"No evidence, so not counted. {line.reason}"
        reason = f"{line.likelihood}. {reason}" if line.calibrated is not None else reason
        verdict = Text(f"{line.symbol} {line.word}", style=_TONE_STYLES[line.tone])
        for note in line.notes:
            verdict.append(f"\n{visible(note)}", style="bold default")
        for said in line.by_judge:
            verdict.append(f"\n{visible(said)}", style="dim default")
        table.add_row(
            Text(f"[{line.number}]", style=f"bold {_hue(line)}"),
            _plain(line.title + marks).append(
                f"\n{visible(line.anchor)}" if line.anchor else "", style="dim"
            ),
            verdict,
            Text(_points(line)),
            _plain(reason),
        )
    return table


def _points(line: Line) -> str:
    earned = "–" if line.points is None else number(line.points)
    return earned if line.possible is None else f"{earned} of {number(line.possible)}"


def _listed(title: str, sentences: Sequence[str]) -> list[RenderableType]:
    if not sentences:
        return []
    heading = Text(f"\n{title}", style="bold")
    return [heading, *(Padding(_plain(sentence), (0, 0, 0, 2)) for sentence in sentences)]


def _place(item: Graded) -> str:
    return f"{item.record.candidate}, {wording.task_name(item.record.task)}"


def _hue(line: Line) -> str:
    return _HUES[(line.number - 1) % len(_HUES)]


def _plain(text: str, style: str = "") -> Text:
    """Text that cannot steer the terminal: neither markup nor control characters act."""
    return Text(visible(text), style=style)

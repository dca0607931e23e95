"""A calibration study in the terminal: the verdict first, then thresholds, agreement and the guarantee."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.agreement.figures import Figure
from grader.calibration.comparison import ALL_CRITERIA, TOTAL
from grader.calibration.study import BeforeAfter, Study
from grader.reports import study_wording as words
from grader.reports import swap_view
from grader.reports.wording import visible

_TONES = {"good": "bold green", "mixed": "bold yellow", "bad": "bold red"}
_OUTCOMES = {"kept": "green", "missed": "red", "open": "yellow"}
_NAME = 36


def study_table(study: Study) -> RenderableType:
    """What a reader must know of a study, within 100 columns."""
    calibration = study.calibration
    found = words.headline(calibration)
    parts: list[RenderableType] = [Text(found.words.upper(), style=_TONES[found.tone])]
    parts += [_line(sentence) for sentence in found.sentences]
    judge = calibration.binding.judge if calibration.binding else calibration.rater or "unknown"
    parts.append(_line(f"Judge {judge}, against {words.raters_sentence(study)}", "dim"))
    if calibration.gauges:
        parts += [
            _heading(f"Thresholds, each judged on its whole {words.level(study)} interval"),
            _gauges(study),
        ]
        parts += [
            _line(f"{gauge.name}: {gauge.reason}", "dim")
            for gauge in calibration.gauges
            if gauge.value is None and gauge.reason
        ]
    if study.agreement:
        parts += [
            _heading(f"Agreement on held-out answers, {words.level(study)} intervals"),
            _agreement(study),
        ]
    parts.append(_heading("What the machine may decide by itself"))
    parts += [_line(sentence) for sentence in words.guarantee_sentences(calibration.guarantee)]
    parts.append(_heading("The same answers under other names"))
    parts += _swap(study)
    if study.notes:
        parts.append(_heading("What could not be done"))
        parts += [_line(note) for note in study.notes]
    parts += [Text(), _line(words.accounting(study), "dim")]
    return Group(*parts)


def _swap(study: Study) -> list[RenderableType]:
    test = study.swap
    if test is None:
        return [_line(swap_view.NOT_RUN)]
    table = _table(("Sign-off", 26), ("Mean shift", 10), ("Interval", 20), ("Largest", 8), ("Not scored", 10))
    for part in swap_view.parts(test):
        table.add_row(_plain(part.title, "dim"))
        for line in part.lines:
            table.add_row(_plain(line.label), line.shift, line.interval, line.largest, line.unscored)
    told: list[RenderableType] = [_line(swap_view.headline(test), _TONES[swap_view.TONES[test.verdict]])]
    told += [_line(sentence) for sentence in swap_view.sentences(test)]
    return [*told, table] if test.answers else told


def _gauges(study: Study) -> Table:
    table = _table(("Threshold", 28), ("Outcome", 8), ("Figure", 7), ("Interval", 15), ("Asked for", 14))
    for gauge in study.calibration.gauges:
        outcome = Text(f"{words.OUTCOME_SYMBOLS[gauge.outcome]} {gauge.outcome}", _OUTCOMES[gauge.outcome])
        table.add_row(
            _plain(gauge.name),
            outcome,
            words.gauge_value(gauge),
            words.interval(gauge) or words.NONE,
            words.bar(gauge),
        )
    return table


def _agreement(study: Study) -> Table:
    table = _table(
        ("Criterion", _NAME), ("n", 7), ("Figure", 6), ("Before → after", 14), ("Interval", 15), ("Raters", 7)
    )
    for row in study.agreement:
        kind = "QWK" if row.name == TOTAL else "kappa"
        before, after, between = _figures(row)
        table.add_row(
            _plain(_cut(row.title), "bold" if row.name in {ALL_CRITERIA, TOTAL} else ""),
            f"{row.after.pair.n:,}",
            kind,
            f"{_value(before)} → {_value(after)}",
            words.interval(after) or words.NONE,
            _value(between) if between else words.NONE,
        )
    return table


def _figures(row: BeforeAfter) -> tuple[Figure, Figure, Figure | None]:
    """Before, after, and between two raters: QWK of totals, else kappa."""
    pairs = row.before.pair, row.after.pair, row.after.human_human
    if row.name == TOTAL:
        return pairs[0].qwk, pairs[1].qwk, pairs[2].qwk if pairs[2] else None
    return pairs[0].kappa, pairs[1].kappa, pairs[2].kappa if pairs[2] else None


def _value(figure: Figure) -> str:
    return words.NONE if figure.value is None else words.fixed(figure.value)


def _table(*columns: tuple[str, int]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name, width in columns:
        table.add_column(name, max_width=width, overflow="fold", vertical="top")
    return table


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _line(text: str, style: str = "") -> Padding:
    return Padding(_plain(text, style), (0, 0, 0, 2))


def _cut(title: str) -> str:
    return title if len(title) <= _NAME else f"{title[: _NAME - 1]}…"


def _plain(text: str, style: str = "") -> Text:
    """Text that cannot steer the terminal: neither markup nor control characters act."""
    return Text(visible(text), style=style)

"""The agreement table of a calibration study: figures with intervals, or the reason why they have none."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from grader.agreement.agreement import Agreement, PairFigures
from grader.agreement.figures import Figure
from grader.calibration.comparison import ALL_CRITERIA, TOTAL
from grader.calibration.study import BeforeAfter
from grader.domain.calibration_set import VALUES
from grader.reports.study_wording import NONE, VERDICT_WORDS, fixed, interval

Pick = Callable[[Agreement], Figure | str]


class Column(NamedTuple):
    """A column: its short name, what it means, and where its figure is."""

    name: str
    meaning: str
    pick: Pick
    decimals: int = 2


class Group(NamedTuple):
    """Columns that belong together."""

    title: str
    columns: tuple[Column, ...]


class Cell(NamedTuple):
    """A figure to show."""

    text: str
    interval: str
    """"" where there is none."""
    reason: str
    """Why something is missing; "" where nothing is."""
    note: int
    """The reason's number in the list below the table; 0 without a reason."""
    first: bool
    """Whether a group begins with it."""


class Row(NamedTuple):
    """One criterion, all criteria, or the total."""

    title: str
    sum: bool
    cells: tuple[Cell, ...]


class Sheet(NamedTuple):
    """The table before and after calibration, with reasons in common."""

    groups: tuple[Group, ...]
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    reasons: tuple[str, ...]


def sheet(rows: Sequence[BeforeAfter]) -> Sheet:
    """The whole agreement table."""
    reasons: dict[str, int] = {}
    before, after = (
        tuple(
            Row(
                title=row.title,
                sum=row.name in {ALL_CRITERIA, TOTAL},
                cells=tuple(
                    _cell(column, agreement, reasons, first=place == 0)
                    for group in GROUPS
                    for place, column in enumerate(group.columns)
                ),
            )
            for row, agreement in chosen
        )
        for chosen in ([(r, r.before) for r in rows], [(r, r.after) for r in rows])
    )
    return Sheet(GROUPS, before, after, tuple(reasons))


def _cell(column: Column, agreement: Agreement, reasons: dict[str, int], *, first: bool) -> Cell:
    found = column.pick(agreement)
    if isinstance(found, str):
        return Cell(found, "", "", 0, first)
    reason = found.reason or ("" if found.value is not None else "no reason was given")
    note = reasons.setdefault(reason, len(reasons) + 1) if reason else 0
    if found.value is None:
        return Cell(NONE, "", reason, note, first)
    return Cell(fixed(found.value, column.decimals), interval(found, column.decimals), reason, note, first)


def _between(pick: Callable[[PairFigures], Figure]) -> Pick:
    def find(agreement: Agreement) -> Figure:
        if agreement.human_human is None:
            return Figure(value=None, n=0, reason="no second rater rated these answers")
        return pick(agreement.human_human)

    return find


def _constant(agreement: Agreement) -> str:
    constant = agreement.baseline.constant
    if constant is None:
        return NONE
    words = {value: VERDICT_WORDS[verdict] for verdict, value in VALUES.items()}
    verdicts = agreement.pair.reference.prevalence.value is not None
    return words.get(constant, fixed(constant)) if verdicts else fixed(constant)


GROUPS = (
    Group(
        "Ratings",
        (
            Column("n", "Ratings compared", lambda a: f"{a.pair.n:,}"),
            Column(
                "met, rater", "Share that the first rater says is met", lambda a: a.pair.reference.prevalence
            ),
            Column("met, judge", "Share that the judge says is met", lambda a: a.pair.other.prevalence),
        ),
    ),
    Group(
        "Judge and first rater",
        (
            Column("exact", "Share of ratings that are the same", lambda a: a.pair.exact),
            Column("kappa", "Cohen's kappa: agreement beyond chance", lambda a: a.pair.kappa),
            Column("QWK", "Quadratic weighted kappa", lambda a: a.pair.qwk),
            Column(
                "AC1", "Gwet's AC1: steady where nearly all is met, or nearly nothing", lambda a: a.pair.ac1
            ),
            Column("alpha", "Krippendorff's alpha, interval distance", lambda a: a.pair.alpha),
            Column("Pearson", "Pearson's correlation", lambda a: a.pair.pearson),
            Column("SMD", "Standardized mean difference; above 0 the judge gives more", lambda a: a.pair.smd),
            Column("PRMSE", "Share of the true scores' variance that the judge predicts", lambda a: a.prmse),
            Column("false credit", "Ratings higher than the rater's", lambda a: a.pair.false_credit, 0),
            Column("missed", "Ratings lower than the rater's", lambda a: a.pair.miss, 0),
        ),
    ),
    Group(
        "Second and first rater",
        (
            Column("n", "Ratings by both", lambda a: f"{a.human_human.n:,}" if a.human_human else "0"),
            Column("exact", "Share of ratings that are the same", _between(lambda p: p.exact)),
            Column("kappa", "Cohen's kappa", _between(lambda p: p.kappa)),
            Column("QWK", "Quadratic weighted kappa", _between(lambda p: p.qwk)),
            Column("AC1", "Gwet's AC1", _between(lambda p: p.ac1)),
            Column("Pearson", "Pearson's correlation", _between(lambda p: p.pearson)),
        ),
    ),
    Group(
        "Degradation: judge less second rater",
        (
            Column("exact", "Below 0 the judge agrees less than the rater", lambda a: a.degradation.exact),
            Column("kappa", "Below 0 the judge agrees less than the rater", lambda a: a.degradation.kappa),
            Column("QWK", "Below 0 the judge agrees less than the rater", lambda a: a.degradation.qwk),
            Column(
                "Pearson", "Below 0 the judge agrees less than the rater", lambda a: a.degradation.pearson
            ),
        ),
    ),
    Group(
        "Always the same rating",
        (
            Column("which", "The first rater's commonest rating, or mean score", _constant),
            Column("exact", "What it would reach", lambda a: a.baseline.exact),
            Column("kappa", "What it would reach", lambda a: a.baseline.kappa),
        ),
    ),
)

"""The words of an audit by groups: what is evidence of what, and never a verdict on the process."""

from collections.abc import Iterator
from typing import NamedTuple

from grader.agreement.figures import Figure
from grader.fairness.outcomes import Cell, Level
from grader.fairness.report import FairnessReport, Finding, Row, Table
from grader.reports.wording import counted, number

NONE = "–"


class FindingWords(NamedTuple):
    """A finding in a table, and in a sentence."""

    short: str
    sentence: str
    tone: str


FINDINGS = {
    Finding.REFERENCE: FindingWords("highest rate", "The group with the highest rate.", "none"),
    Finding.BELOW_AND_SIGNIFICANT: FindingWords(
        "below 4/5, significant",
        "Below four-fifths of the highest rate, and statistically significant: evidence of adverse impact"
        " under the four-fifths rule.",
        "bad",
    ),
    Finding.BELOW: FindingWords(
        "below 4/5",
        "Below four-fifths of the highest rate, but not statistically significant: such a difference may not"
        " constitute adverse impact where it rests on small numbers.",
        "mixed",
    ),
    Finding.SIGNIFICANT: FindingWords(
        "significant",
        "At or above four-fifths, but statistically significant: it may still constitute adverse impact where"
        " it matters in practice, too.",
        "mixed",
    ),
    Finding.NEITHER: FindingWords(
        "neither",
        "At or above four-fifths, and not statistically significant: no evidence under the rule in these"
        " numbers. The intervals say what they cannot rule out.",
        "none",
    ),
    Finding.NOT_COMPARED: FindingWords("not compared", "Not compared.", "none"),
}
TOLD = (Finding.BELOW_AND_SIGNIFICANT, Finding.BELOW, Finding.SIGNIFICANT)
"""Findings that the summary lists, the gravest first."""
CAVEAT = (
    "This is evidence on these candidates, for people to judge (29 CFR 1607.4(D)); it does not say that a"
    " process is biased or unbiased."
)
SHORTFALL = "more who would have had to get through for four-fifths of the highest rate"


class Compared(NamedTuple):
    """A row that a comparison was made of, with its table."""

    table: Table
    row: Row


def comparisons(report: FairnessReport) -> Iterator[Compared]:
    """All groups that were compared with another."""
    for found in report.attributes:
        for table in found.tables:
            yield from (Compared(table, row) for row in table.rows if row.comparison)


def summary(report: FairnessReport) -> list[str]:
    """Who was looked at, what was compared, and what was found, in sentences."""
    made = list(comparisons(report))
    findings = [one.row.finding for one in made]
    people = counted(report.candidates, "candidate", "candidates")
    lines = [f"{people}. Groups with fewer than {report.minimum} at a stage are withheld."]
    if report.strangers:
        lines.append(
            f"{counted(report.strangers, 'row', 'rows')} of the groups file belong to no candidate of"
            f" {report.material}."
        )
    if not made:
        return [*lines, "No two groups could be compared."]
    both, below = findings.count(Finding.BELOW_AND_SIGNIFICANT), findings.count(Finding.BELOW)
    apart = findings.count(Finding.SIGNIFICANT)
    lines.append(
        f"{counted(len(made), 'comparison', 'comparisons')} with the group of the highest rate:"
        f" {both} below four-fifths and statistically significant, {below} below four-fifths only,"
        f" {apart} significant only."
    )
    if len(made) > 1:
        lines.append(
            "Each is tested by itself, against the highest of all rates: of twenty groups that do not differ,"
            " one or more look significant by chance."
        )
    return lines


def told(report: FairnessReport) -> list[Compared]:
    """The comparisons with evidence of a difference, the gravest first, tasks last."""
    found = [one for one in comparisons(report) if one.row.finding in TOLD]
    return sorted(found, key=lambda one: (one.table.level is Level.TASK, TOLD.index(one.row.finding)))


def sentence(one: Compared) -> str:
    """One comparison in a sentence, with its figures."""
    compared = one.row.comparison
    assert compared is not None  # noqa: S101
    short = f"; {compared.shortfall:,} short of four-fifths" if compared.shortfall else ""
    return (
        f"{one.table.title}, {group_words(one.row.group)}: {percent(one.row.rate)} of {one.row.n:,},"
        f" impact ratio {figure(compared.ratio)} {interval(compared.ratio)}, {test_words(one.row)}{short}."
    )


def test_words(row: Row) -> str:
    """The test that decides: Fisher's p where one of the groups is small, and z elsewhere."""
    compared = row.comparison
    if compared is None:
        return NONE
    if compared.exact or compared.z is None:
        return f"Fisher p {p_words(compared.fisher_p)}"
    return f"z {number(compared.z)}"


def group_words(group: Cell) -> str:
    """A group's categories."""
    return " / ".join(group)


def columns_words(columns: Cell) -> str:
    """An attribute as a title: sex by race ethnicity."""
    return " by ".join(column.replace("_", " ") for column in columns)


def stage_words(table: Table) -> str:
    """What the rates of a table are, and over whom."""
    parts = [f"n {table.n:,}"]
    if table.scored and table.median is not None and table.ties is not None:
        parts.append(f"above the median of {number(table.median)}, where {percent(table.ties)} stand")
    parts.append(f"{rest_words(table)} {table.rest:,}")
    if table.without:
        parts.append(f"no outcome {table.without:,}")
    return "; ".join(parts)


def rest_words(table: Table) -> str:
    """Who is in no shown group."""
    return "unknown or withheld" if table.withheld else "unknown"


def reason_words(table: Table) -> str:
    """Why nothing is compared; "" where something is."""
    return f"Not compared: {table.reason}." if table.reason else ""


def percent(figure: Figure | None) -> str:
    """A rate in percent."""
    return NONE if figure is None or figure.value is None else f"{100 * figure.value:.1f}%"


def percent_interval(figure: Figure | None) -> str:
    """The interval of a rate in percent."""
    if figure is None or figure.low is None or figure.high is None:
        return ""
    return f"[{100 * figure.low:.0f}, {100 * figure.high:.0f}]"


def figure(found: Figure | None) -> str:
    """A figure to two decimals."""
    return NONE if found is None or found.value is None else f"{found.value:.2f}".replace("-", "−")


def interval(found: Figure | None) -> str:
    """Its interval."""
    if found is None or found.low is None or found.high is None:
        return ""
    return f"[{found.low:.2f}, {found.high:.2f}]".replace("-", "−")


def p_words(p: float | None) -> str:
    """A p, which is never 0."""
    if p is None:
        return NONE
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")

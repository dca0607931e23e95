"""An audit by groups as CSV: the three tables of LL144's summary, or one for each other attribute."""

import re
from collections.abc import Iterator
from pathlib import Path

from grader.agreement.figures import Figure
from grader.fairness.report import AttributeReport, FairnessReport, Row, Table
from grader.reports.fairness_wording import rest_words
from grader.reports.sheets import Row as Cells
from grader.reports.sheets import write_csv

FIRST = ("stage", "rate_is")
COLUMNS = (
    "applicants", "got_through", "rate", "impact_ratio", "rate_low", "rate_high", "ratio_low", "ratio_high",
    "at_median", "at_least_median_rate", "difference", "difference_low", "difference_high", "z", "z_p",
    "odds_ratio", "fisher_p", "shortfall", "finding", "note",
)  # fmt: skip
"""After the columns of groups. The first four are those of LL144's tables. `rate_is`: scoring (share strictly
above the median of all) or selection. A withheld group has a note and no figures; the last row of a stage
counts those of no shown group."""
WITHHELD = "withheld: too small, or needed to hide one that is"


def csv_name(found: AttributeReport) -> str:
    """Such as `sex.csv` and `sex_by_race_ethnicity.csv`."""
    return re.sub(r"[^a-z0-9]+", "_", "_by_".join(found.columns).casefold()).strip("_") + ".csv"


def fairness_rows(found: AttributeReport) -> Iterator[Cells]:
    """One row for each stage and group, keys as in `FIRST`, the attribute's columns and `COLUMNS`."""
    for table in found.tables:
        start: Cells = {
            **dict.fromkeys(COLUMNS),
            "stage": table.title,
            "rate_is": "scoring" if table.scored else "selection",
        }
        for row in table.rows:
            yield {**start, **dict(zip(found.columns, row.group, strict=True)), **_cells(table, row)}
        rest = dict.fromkeys(found.columns, rest_words(table))
        figures = _figures("rate", table.rest_rate)
        yield {**start, **rest, "applicants": table.rest, **figures, "note": "in no ratio"}


def write_tables(folder: Path, report: FairnessReport) -> None:
    """Writes a file for each attribute into the folder, as UTF-8."""
    for found in report.attributes:
        with (folder / csv_name(found)).open("w", encoding="utf-8", newline="") as stream:
            write_csv(fairness_rows(found), (*FIRST, *found.columns, *COLUMNS), stream)


def _cells(table: Table, row: Row) -> Cells:
    if row.withheld:
        return {"note": WITHHELD}
    found = row.comparison
    compared: Cells = {}
    if found:
        compared = {
            "impact_ratio": found.ratio.value,
            "ratio_low": found.ratio.low,
            "ratio_high": found.ratio.high,
            **_figures("difference", found.difference),
            "z": found.z,
            "z_p": found.z_p,
            "odds_ratio": found.odds_ratio,
            "fisher_p": found.fisher_p,
            "shortfall": found.shortfall,
        }
    return {
        "applicants": row.n,
        "got_through": row.selected,
        **_figures("rate", row.rate),
        "at_median": row.ties,
        "at_least_median_rate": row.at_least.value if row.at_least else None,
        "impact_ratio": 1.0 if row.is_reference else None,
        **compared,
        "finding": row.finding.value,
        "note": row.reason or table.reason,
    }


def _figures(name: str, figure: Figure | None) -> Cells:
    if figure is None:
        return {}
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}

"""The part of an audit that is kept in the ledger: rates and ratios of the groups that are shown."""

from pydantic import JsonValue

from grader.agreement.figures import Figure
from grader.fairness.outcomes import Level
from grader.fairness.report import FairnessReport, Row, Table


def aggregates(report: FairnessReport) -> dict[str, JsonValue]:
    """Figures of all stages but tasks. A withheld group is not in them, not even by its name."""
    tables: list[JsonValue] = [
        _table(table)
        for found in report.attributes
        for table in found.tables
        if table.level is not Level.TASK
    ]
    return {
        "minimum": report.minimum,
        "candidates": report.candidates,
        "tables": tables,
    }


def _table(table: Table) -> dict[str, JsonValue]:
    return {
        "by": list(table.columns),
        "stage": table.stage,
        "title": table.title,
        "scored": table.scored,
        "n": table.n,
        "rest": table.rest,
        "ties": _figure(table.ties),
        "withheld": table.withheld,
        "groups": [_row(row) for row in table.rows if not row.withheld],
    }


def _row(row: Row) -> dict[str, JsonValue]:
    compared = row.comparison
    return {
        "group": list(row.group),
        "n": row.n,
        "rate": _figure(row.rate),
        "ratio": _figure(compared.ratio) if compared else None,
        "z": compared.z if compared else None,
        "fisher_p": compared.fisher_p if compared else None,
        "finding": row.finding.value,
    }


def _figure(figure: Figure | None) -> dict[str, JsonValue] | None:
    return figure.model_dump(mode="json", exclude_none=True) if figure else None

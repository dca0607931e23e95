"""Agreement of a judge's records with the labels of the example answers.

    grader grade examples/medical_office_manager --ledger runs/examples.db
    python -m eval.label_agreement runs/examples.db

The labels are constructed: one author wrote each answer to meet or miss criteria, a second rater rated it
blind, and differences were settled by the rubric. Both are models: these are no human ratings. `partly`
counts as met.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from eval.figures import kappa, with_interval, within_auc
from grader.datafiles import load_rubrics
from grader.domain.criterion import ChecklistCriterion
from grader.domain.rating import Verdict
from grader.ledger.store import SqlLedger

LABELS = Path(__file__).parent / "labels" / "examples.csv"
SPLITS = {
    "development": ("c02", "c04", "c06", "c07", "c09", "c11"),
    "held out": ("c01", "c03", "c05", "c08", "c10", "c12"),
}


class Decision(NamedTuple):
    """One labeled decision and what each measure says of it."""

    candidate: str
    task: str
    criterion: str
    negative: bool
    met: bool
    verdict: bool
    judge: float
    length: float
    overlap: float


def decisions(ledger_file: str) -> list[Decision]:
    """Every labeled decision of the ledger's latest run."""
    table = pd.read_csv(LABELS)
    keys = zip(table["candidate"], table["task"], table["criterion"], strict=True)
    labels = {(str(c), str(t), str(k)): v for (c, t, k), v in zip(keys, table["verdict"], strict=True)}
    rubrics = load_rubrics()
    found = []
    with SqlLedger(ledger_file, create=False) as ledger:
        for record in ledger.records(ledger.runs()[-1].id):
            text = ledger.text(record.text)
            for rating in record.ratings:
                label = labels.get((record.candidate, record.task, rating.criterion))
                criterion = rubrics[record.task].criterion(rating.criterion)
                if label is None or not isinstance(criterion, ChecklistCriterion):
                    continue
                verdict = rating.verdict in {Verdict.MET, Verdict.PARTLY}
                looked_for = _words(f"{criterion.met} {' '.join(criterion.questions)}")
                found.append(
                    Decision(
                        candidate=record.candidate,
                        task=record.task,
                        criterion=rating.criterion,
                        negative=criterion.negative,
                        met=label != "not_met",
                        verdict=verdict,
                        judge=float(verdict) if rating.probability is None else rating.probability,
                        length=len(text.split()),
                        overlap=len(looked_for & _words(text)) / len(looked_for),
                    )
                )
    return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def auc_within(rows: Sequence[Decision], measure: str) -> tuple[float | None, int]:
    """AUC within a criterion of one measure, and the number of pairs."""
    return within_auc(
        np.array([row.met for row in rows]),
        np.array([getattr(row, measure) for row in rows], dtype=float),
        np.array([f"{row.task}/{row.criterion}" for row in rows]),
    )


def table(name: str, rows: Sequence[Decision]) -> str:
    """The figures of one part as a Markdown table; intervals draw candidates with replacement."""
    groups = [row.candidate for row in rows]
    lines = [
        f"### {name}: {len(rows)} decisions, {np.mean([r.met for r in rows]):.0%} labeled met",
        "",
        "| measure | figure | n |",
        "|---|---|---|",
    ]
    for measure in ("judge", "length", "overlap"):
        figure = with_interval(lambda at, m=measure: auc_within([rows[i] for i in at], m)[0], groups)  # type: ignore[misc]
        pairs = auc_within(rows, measure)[1]
        lines.append(f"| {measure}: AUC within a criterion | {figure} | {pairs} pairs |")
    truth = np.array([r.met for r in rows])
    verdicts = np.array([r.verdict for r in rows])
    agreement = with_interval(lambda at: kappa(truth[at], verdicts[at]), groups)
    lines.append(f"| judge: kappa of its verdicts | {agreement} | {len(rows)} decisions |")
    lines.append(f"| judge says met | {verdicts.mean():.0%} | {len(rows)} decisions |")
    return "\n".join([*lines, ""])


def by_task(rows: Sequence[Decision]) -> str:
    """AUC within a criterion and kappa for each task."""
    lines = ["| task | AUC (pairs) | kappa (decisions) |", "|---|---|---|"]
    for task in sorted({r.task for r in rows}):
        part = [r for r in rows if r.task == task]
        area, pairs = auc_within(part, "judge")
        agreement = kappa(np.array([r.met for r in part]), np.array([r.verdict for r in part]))
        shown = [f"{x:.2f}" if x is not None else "-" for x in (area, agreement)]
        lines.append(f"| {task} | {shown[0]} ({pairs}) | {shown[1]} ({len(part)}) |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Print the tables for one ledger."""
    parser = argparse.ArgumentParser(description="Agreement of a judge with the examples' labels.")
    parser.add_argument("ledger", help="ledger whose latest run graded the examples")
    rows = decisions(parser.parse_args().ledger)
    for name, candidates in SPLITS.items():
        if part := [r for r in rows if r.candidate in candidates]:
            print(table(name, part))
    print("All candidates, by task:\n")
    print(by_task(rows))
    attack = [r for r in rows if r.candidate == "c11"]
    if attack:
        said, labeled = sum(r.verdict for r in attack), sum(r.met for r in attack)
        print(
            f"The candidate who attacks the grader (c11): {said} of {len(attack)} called met, {labeled} are."
        )


if __name__ == "__main__":
    main()

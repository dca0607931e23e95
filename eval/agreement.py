"""Any judge on any calibration sets: how well it agrees with the raters, before and after calibration.

    python -m eval.agreement [SET ...] [--judge local:qwen2.5-coder-1.5b] [--ledger FILE]
    python -m eval.agreement [SET ...] --choices --judge A [--judge B ...] [--escalate-to S]

The second form sets choices side by side: each judge alone, all of `--judge` as a panel, and the first one
with S for what leaves it in doubt; see `eval/choices.py`.

SET is the folder or name of a calibration set; without one, all that come with the program. Prints Markdown:
a line for each set, all sets together, and what length and word overlap alone reach. Figures are on held-out
answers; intervals draw candidates with replacement.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eval.choices import compare_choices
from eval.figures import Figure, kappa, with_interval, within_auc
from grader.calibration.calibrate import calibrate
from grader.calibration.study import Study
from grader.calibration_files import shipped_sets
from grader.cli.calibrating import rate
from grader.cli.source import FileFacts, open_source
from grader.domain.calibration_set import CalibrationSet
from grader.domain.criterion import ChecklistCriterion
from grader.domain.rubric import Rubric
from grader.ledger.store import SqlLedger
from grader.wiring import DEFAULT_JUDGE, Asking, JudgeOptions, load_instruments, open_judge


class Decision(NamedTuple):
    """One held-out decision and what each measure says of it."""

    candidate: str
    criterion: str
    met: bool
    judge: float
    calibrated: float
    length: float
    overlap: float


class Measured(NamedTuple):
    """One set with the judge's study and its held-out decisions."""

    study: Study
    decisions: list[Decision]
    cost_usd: float | None


def measure(folder: str, judge: str, ledger: SqlLedger) -> Measured:
    """Let a judge rate a set, and calibrate it there."""
    provider = open_judge(judge, JudgeOptions())
    found, rubric = opened(folder)
    instruments = load_instruments({rubric.task: rubric}, None, provider.spec.style, Asking())
    judged, held = rate(found, instruments[rubric.task], provider, ledger, in_flight=8)
    study = calibrate(found, rubric, judged, held)
    spending = ledger.spending(ledger.runs()[-1].id)
    return Measured(study, decisions(study, found, rubric), spending.cost_usd)


def opened(folder: str) -> tuple[CalibrationSet, Rubric]:
    """A set and its rubric."""
    found, rubric = open_source(folder, FileFacts(), "medical_office_manager")
    if rubric is None:
        raise SystemExit(f"{folder}: the set has no rubric for a judge to rate by.")
    return found, rubric


def decisions(study: Study, found: CalibrationSet, rubric: Rubric) -> list[Decision]:
    """The held-out rows of a study, with the text's length and its word overlap with the rubric."""
    texts = {response.id: response.text or "" for response in found.responses}
    looked_for = {
        c.id: _words(f"{c.met} {' '.join(c.questions)}")
        for c in rubric.criteria
        if isinstance(c, ChecklistCriterion)
    }
    return [
        Decision(
            candidate=f"{found.manifest.id}/{row.candidate}",
            criterion=f"{found.manifest.id}/{row.criterion}",
            met=row.verdict == 1,
            judge=row.probability,
            calibrated=row.calibrated,
            length=float(len(texts[row.response].split())),
            overlap=len(looked_for[row.criterion] & _words(texts[row.response]))
            / max(1, len(looked_for[row.criterion])),
        )
        for row in study.decisions
        if row.held_out
    ]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def floor_verdicts(rows: Sequence[Decision], measure: str) -> npt.NDArray[np.bool_]:
    """What a measure alone would say with a threshold at the median of each criterion's rows."""
    values = np.array([getattr(row, measure) for row in rows])
    names = np.array([row.criterion for row in rows])
    said = np.zeros(len(rows), dtype=bool)
    for name in set(names):
        here = names == name
        said[here] = values[here] >= np.median(values[here])
    return said


def table(judge: str, measured: Sequence[Measured]) -> str:
    """A line for each set and one for all of them."""
    lines = [
        f"Judge: {judge}. Reference: {_reference(measured)}.",
        "",
        "| set | held-out decisions | AUC within a criterion | kappa as it is | kappa calibrated |"
        " QWK of totals | status |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in measured:
        total = next((a for a in one.study.agreement if a.name == "total"), None)
        qwk = total.after.pair.qwk if total else None
        shown = f"{qwk.value:.2f}" if qwk and qwk.value is not None else "-"
        lines.append(
            f"| {one.study.manifest.id} | {_figures(one.decisions)} | {shown} |"
            f" {one.study.calibration.status.value} |"
        )
    rows = [row for one in measured for row in one.decisions]
    lines += [f"| all | {_figures(rows)} | | |", "", "| floor, all sets | AUC within a criterion | kappa |"]
    lines.append("|---|---|---|")
    truth = np.array([row.met for row in rows])
    groups = [row.candidate for row in rows]
    for name in ("length", "overlap"):
        said = floor_verdicts(rows, name)
        found = with_interval(lambda at, s=said: kappa(truth[at], s[at]), groups)  # type: ignore[misc]
        lines.append(f"| {name} alone, at each criterion's median | {_auc(rows, name)} | {found} |")
    costs = [one.cost_usd for one in measured]
    known = [cost for cost in costs if cost is not None]
    paid = f"{sum(known):.4f} US dollars" if len(known) == len(costs) else "price unknown"
    return "\n".join([*lines, "", f"Cost of this run: {paid}.", ""])


def _reference(measured: Sequence[Measured]) -> str:
    kinds = sorted({kind for one in measured for kind in one.study.calibration.reference_kinds})
    return f"{' and '.join(kinds)} ratings"


def _figures(rows: Sequence[Decision]) -> str:
    truth = np.array([row.met for row in rows])
    groups = [row.candidate for row in rows]
    before = np.array([row.judge >= 0.5 for row in rows])
    after = np.array([row.calibrated >= 0.5 for row in rows])
    kappas = [
        with_interval(lambda at, v=verdicts: kappa(truth[at], v[at]), groups)  # type: ignore[misc]
        for verdicts in (before, after)
    ]
    return f"{len(rows)} | {_auc(rows, 'judge')} | {kappas[0]} | {kappas[1]}"


def _auc(rows: Sequence[Decision], measure: str) -> Figure:
    groups = [row.candidate for row in rows]
    met = np.array([row.met for row in rows])
    values = np.array([getattr(row, measure) for row in rows])
    names = np.array([row.criterion for row in rows])
    return with_interval(lambda at: within_auc(met[at], values[at], names[at])[0], groups)


def main() -> None:
    """Measure the sets and print the table."""
    parser = argparse.ArgumentParser(description="Agreement of a judge with the raters of calibration sets.")
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--judge", action="append")
    parser.add_argument("--choices", action="store_true")
    parser.add_argument("--escalate-to")
    parser.add_argument("--ledger", default="runs/agreement.db")
    options = parser.parse_args()
    judges = options.judge or [DEFAULT_JUDGE]
    if not options.choices and (len(judges) > 1 or options.escalate_to):
        parser.error("several judges are compared with --choices")
    Path(options.ledger).parent.mkdir(parents=True, exist_ok=True)
    folders = options.sets or [str(folder) for folder in shipped_sets()]
    with SqlLedger(options.ledger) as ledger:
        if options.choices:
            print(
                compare_choices([opened(folder) for folder in folders], judges, options.escalate_to, ledger)
            )
            return
        measured = [measure(folder, judges[0], ledger) for folder in folders]
    print(table(judges[0], measured))


if __name__ == "__main__":
    main()

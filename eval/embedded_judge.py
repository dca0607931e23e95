"""Measures the embedded judge on the example answers against the labels of their authors.

    python eval/embedded_judge.py --candidates heldout > table.md

The labels are constructed: whoever wrote an answer wrote down what it meets. They are no human ratings.
"""

import argparse
import asyncio
import csv
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from grader.domain.exchange import Style
from grader.domain.rating import Verdict
from grader.judge import build_requests, passages
from grader.segments import segment
from grader.wiring import DEFAULT_JUDGE, JudgeOptions, load_instruments, open_judge

ROOT = Path(__file__).resolve().parent.parent
SPLIT = {
    "development": ("c02", "c04", "c06", "c07", "c09", "c11"),
    "heldout": ("c01", "c03", "c05", "c08", "c10", "c12"),
}
DRAWS = 2000


class Row(NamedTuple):
    """One decision: what the label says and what each measure says."""

    candidate: str
    task: str
    criterion: str
    met: bool
    """`partly` counts as met."""
    judge: float
    length: float
    overlap: float


Measure = Callable[[Row], float]
MEASURES: dict[str, Measure] = {
    "embedded judge": lambda row: row.judge,
    "length in words": lambda row: row.length,
    "word overlap with the rubric": lambda row: row.overlap,
}


def within_auc(rows: Iterable[Row], measure: Measure) -> tuple[float, int]:
    """AUC within criteria: right pairs over all (met, not met) pairs of one criterion; and the pairs."""
    groups: dict[tuple[str, str], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for row in rows:
        groups[row.task, row.criterion][0 if row.met else 1].append(measure(row))
    right, pairs = 0.0, 0
    for met, other in groups.values():
        difference = np.subtract.outer(np.array(met), np.array(other))
        right += float((difference > 0).sum() + 0.5 * (difference == 0).sum())
        pairs += difference.size
    return (right / pairs if pairs else float("nan")), pairs


def kappa(rows: list[Row]) -> float:
    """Cohen's kappa of the judge at one half against the labels."""
    label = np.array([row.met for row in rows])
    said = np.array([row.judge >= 0.5 for row in rows])
    agreed = float((label == said).mean())
    chance = float(label.mean() * said.mean() + (1 - label.mean()) * (1 - said.mean()))
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def interval(rows: list[Row], statistic: Callable[[list[Row]], float]) -> tuple[float, float]:
    """95% interval by drawing candidates with replacement."""
    by_candidate: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_candidate[row.candidate].append(row)
    names = sorted(by_candidate)
    random = np.random.default_rng(7)
    drawn = [
        statistic([row for name in random.choice(names, len(names)) for row in by_candidate[str(name)]])
        for _ in range(DRAWS)
    ]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def words(text: str) -> set[str]:
    """Words of four letters and more, lower case."""
    return {w for w in "".join(c if c.isalpha() else " " for c in text.lower()).split() if len(w) > 3}


async def ask(candidates: tuple[str, ...], labels: dict[tuple[str, str, str], str], judge: str) -> list[Row]:
    """One row for each labeled decision; progress to stderr."""
    instruments = load_instruments("medical_office_manager", None, Style.DECISIONS, "one_call")
    provider = open_judge(judge, JudgeOptions())
    rows, fresh, started = [], 0, time.monotonic()
    for task, instrument in instruments.items():
        for candidate in candidates:
            text = (ROOT / "examples/medical_office_manager" / candidate / f"{task}.txt").read_text("utf-8")
            if not text.strip():
                continue
            shown = passages(text, segment(text))
            probabilities: dict[str, dict[Verdict, float]] = {}
            for request in build_requests(
                instrument.rubric, shown, instrument.prompt, provider.spec, "one_call"
            ):
                completion = await provider.complete(request)
                probabilities |= completion.probabilities
                fresh += completion.usage.prompt_tokens - completion.usage.cached_tokens
            for criterion in instrument.rubric.criteria:
                if label := labels.get((candidate, task, criterion.id)):
                    looked_for = words(" ".join((criterion.met, *criterion.questions)))
                    rows.append(
                        Row(
                            candidate=candidate,
                            task=task,
                            criterion=criterion.id,
                            met=label != "not_met",
                            judge=probabilities[criterion.id][Verdict.MET],
                            length=len(text.split()),
                            overlap=len(looked_for & words(text)) / len(looked_for),
                        )
                    )
            print(f"{task} {candidate}: {len(rows)} decisions", file=sys.stderr)
    await provider.close()
    seconds = time.monotonic() - started
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(
        f"{len(rows)} decisions in {seconds:.0f} s, {len(rows) / seconds:.2f} a second; "
        f"{fresh / len({(r.candidate, r.task) for r in rows}):.0f} new prompt tokens a submission; "
        f"{memory:.2f} GB at most.\n"
    )
    return rows


def table(rows: list[Row]) -> str:
    """Markdown: AUC within a criterion of each measure, and the judge's kappa."""
    lines = ["| measure | figure | 95% interval | n |", "| --- | --- | --- | --- |"]
    for name, measure in MEASURES.items():
        auc, pairs = within_auc(rows, measure)
        low, high = interval(rows, lambda drawn, m=measure: within_auc(drawn, m)[0])  # type: ignore[misc]
        lines.append(
            f"| {name}: AUC within a criterion | {auc:.2f} | {low:.2f} to {high:.2f} | {pairs} pairs |"
        )
    low, high = interval(rows, kappa)
    lines.append(
        f"| embedded judge: kappa at one half | {kappa(rows):.2f} | {low:.2f} to {high:.2f} "
        f"| {len(rows)} decisions |"
    )
    return "\n".join(lines)


def main() -> None:
    """Ask the judge and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", choices=SPLIT, default="heldout")
    parser.add_argument("--labels", type=Path, default=ROOT / "eval/labels/examples.csv")
    parser.add_argument("--judge", default=DEFAULT_JUDGE)
    given = parser.parse_args()
    with given.labels.open(encoding="utf-8", newline="") as file:
        labels = {(r["candidate"], r["task"], r["criterion"]): r["verdict"] for r in csv.DictReader(file)}
    print(table(asyncio.run(ask(SPLIT[given.candidates], labels, given.judge))))


if __name__ == "__main__":
    main()

"""Whether a judge's scores move with the name under an answer, on answers of calibration sets.

    python -m eval.swap [--judge JUDGE] [--set NAME ...] [--sample 6] [--ledger FILE]
                        [--out eval/results/swap.md]

Takes `--sample` answers over all sets, evenly, and grades each under 20 sign-offs: two that suggest nothing,
a name of each of eight groups, and a line in the signature for each of nine groups beside one that suggests
nothing. Through the product, so what the ledger has an answer to is not asked again. Scores are the judge's
own, before any calibration. Prints Markdown, writes it to `--out`, and keeps a measurement in the ledger. The
embedded judge takes about 14 minutes for six answers on two cores.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from grader.calibration_files import load_set, shipped_sets
from grader.cli.calibrating import graded
from grader.cli.source import set_folder
from grader.datafiles import load_rubrics
from grader.domain.calibration_set import CalibrationSet, Response
from grader.domain.submission import Submission
from grader.domain.swap import SwapBounds, SwapTest
from grader.ledger.store import SqlLedger
from grader.reports import swap_view
from grader.swap.comparing import compare
from grader.swap.sampling import measurement, outcomes, sample, submissions
from grader.swap.variants import labels
from grader.wiring import DEFAULT_JUDGE, Asking, JudgeOptions, load_instruments, open_judge


def drawn(sets: Sequence[CalibrationSet], count: int) -> list[tuple[CalibrationSet, list[Response]]]:
    """So many answers in all, one of each set in turn, with the set that each is of."""
    rounds = zip_longest(*(sample(found, count) for found in sets))
    flat = [(i, r) for responses in rounds for i, r in enumerate(responses) if r is not None][:count]
    return [(found, [r for i, r in flat if i == place]) for place, found in enumerate(sets)]


def measured(judge: str, sets: Sequence[CalibrationSet], count: int, ledger: SqlLedger) -> SwapTest:
    """The test of a judge on answers of these sets, kept in the ledger."""
    provider = open_judge(judge, JudgeOptions())
    known = load_rubrics()
    rubrics = {found.manifest.task: known[found.manifest.task] for found in sets}
    instruments = load_instruments(rubrics, None, provider.spec.style, Asking())
    asked: list[Submission] = []
    for found, responses in drawn(sets, count):
        asked += submissions(found, responses, len(asked) // len(labels()))
    ours = {"swap_test_of": [found.digest for found in sets]}
    records = graded(asked, instruments, provider, ledger, 8, ours, told="Swapping names")
    test = compare(outcomes(records, rubrics), SwapBounds())
    models = sorted({r.provenance.model for r in records if r.provenance and r.provenance.model})
    material = ", ".join(found.manifest.id for found in sets)
    kept = measurement(test, judge=provider.spec.name, model=", ".join(models) or None, material=material)
    ledger.append_measurement(kept)
    return test


def report(judge: str, sets: Sequence[str], test: SwapTest) -> str:
    """The test as Markdown."""
    lines = [
        f"### {judge}, {datetime.now(UTC):%Y-%m-%d}, answers of {', '.join(sets)}",
        "",
        f"**{swap_view.headline(test)}**",
        "",
        *(f"- {sentence}" for sentence in swap_view.sentences(test)),
        "",
        "| sign-off | mean shift, percent points | 95% interval | largest | SD | P(met) | not scored |",
        "|---|---|---|---|---|---|---|",
    ]
    for part in swap_view.parts(test):
        lines.append(f"| *{part.title}* | | | | | | |")
        lines += [f"| {' | '.join(line)} |" for line in part.lines]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description="Whether scores move with the name under an answer.")
    parser.add_argument("--judge", default=DEFAULT_JUDGE)
    parser.add_argument("--set", action="append", dest="sets", help="Folder or name; all shipped by default.")
    parser.add_argument("--sample", type=int, default=6)
    parser.add_argument("--ledger", default="runs/swap.db")
    parser.add_argument("--out", type=Path, default=None)
    given = parser.parse_args()
    folders = [set_folder(name) for name in given.sets] if given.sets else shipped_sets()
    sets = [load_set(folder) for folder in folders]
    Path(given.ledger).parent.mkdir(parents=True, exist_ok=True)
    with SqlLedger(given.ledger) as ledger:
        test = measured(given.judge, sets, given.sample, ledger)
    text = report(given.judge, [found.manifest.id for found in sets], test)
    print(text)
    if given.out is not None:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Attacks on a judge: what they win, and what the detectors find.

    python -m eval.attacks --judge gullible
    python -m eval.attacks [--judge PROVIDER:MODEL] [--ledger FILE] [--sample N | --all] [--out FILE]

Puts each attack of the suite into weak example answers, and grades both twins through the product. Prints the
tables, writes them (to eval/results/attacks.md by default), and keeps the figures in the ledger as a
measurement. A run that is stopped goes on where it was, with the same ledger. `gullible` believes whatever it
reads. An embedded judge is asked about 40 pairs, others about 200, unless told otherwise.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from eval.attacks import report
from eval.attacks.clean import WEAK, answers, bases
from eval.attacks.gullible import NAME, GullibleProvider
from eval.attacks.pairs import Pair, Planned, grade_pairs, plan
from eval.attacks.suite import attacks, load_look_alikes, load_suite
from grader.datafiles import load_rubrics
from grader.domain.exchange import Provider
from grader.domain.measurement import Measured, Measurement
from grader.errors import InputError
from grader.ledger.store import SqlLedger
from grader.wiring import DEFAULT_JUDGE, Asking, JudgeOptions, load_instruments, open_judge

_SAMPLES = {"local": 40}
_SAMPLE = 200
_DETECTED_IN = 9
"""Bases that the detectors alone are tried in: the weakest answer to each task."""


def measure(planned: list[Planned], provider: Provider, ledger: SqlLedger) -> list[Pair]:
    """The pairs, graded; what is missing is asked."""
    instruments = load_instruments(
        {p.base.rubric.task: p.base.rubric for p in planned}, None, provider.spec.style, Asking()
    )
    asked = len(planned) + len({p.base.name for p in planned})

    async def work() -> list[Pair]:
        try:
            return await grade_pairs(planned, instruments, provider, ledger, lambda: progress.advance(bar))
        finally:
            await provider.close()

    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("Grading", total=asked)
        return asyncio.run(work())


def run(judge: str, base_url: str | None, ledger_file: str, sample: int | None, every: bool) -> str:
    """All tables on one judge as Markdown; the figures go to the ledger. Raises InputError."""
    suite, weak, rubrics = load_suite(), bases(), load_rubrics()
    kinds = attacks(suite)
    provider = GullibleProvider() if judge == NAME else open_judge(judge, JudgeOptions(base_url=base_url))
    size = None if every else sample or _SAMPLES.get(provider.spec.provider, _SAMPLE)
    planned = plan(kinds, weak, size)
    alarms, clean_figures = report.false_alarms(answers(), load_look_alikes(), rubrics)
    with SqlLedger(ledger_file) as ledger:
        pairs = measure(planned, provider, ledger)
        models = sorted({p.clean.provenance.model or "" for p in pairs if p.clean.provenance})
        material = f"eval/attacks {suite.digest}, {len(pairs)} pairs"
        ledger.append_measurement(
            Measurement(
                kind=Measured.ATTACKS,
                judge=provider.spec.name,
                model=", ".join(models) or None,
                material=material,
                figures=report.figures(pairs) | clean_figures,
            )
        )
    return f"""# Attacks

Made with `python -m eval.attacks`. A share has a 95% Wilson interval, which takes every text for a draw of
its own; a mean has a bootstrap interval that draws clean answers. The detectors were written against the
development half. One author wrote both halves and the detectors, so the test half flatters them: attacks by
others are in `attack_corpora.md`.

## What the detectors find

Each attack in {_DETECTED_IN} weak answers ({len(kinds)} wordings).

{report.detection(kinds, weak[:_DETECTED_IN])}

## False alarms

{alarms}

## What {provider.spec.name} makes of them

{len(pairs)} attacked answers beside their clean twins: examples that their labels put below {WEAK:g} of 100.
Percent points on the scale of 0 to 100. Flipped: verdicts that stood against the answer and no longer do.

{report.judged(pairs)}

{report.twins(pairs)}
"""


def main() -> None:
    """Measure one judge, print and write the tables."""
    parser = argparse.ArgumentParser(description="Attacks on a judge, each beside its clean twin.")
    parser.add_argument("--judge", default=DEFAULT_JUDGE, help=f"provider:model, or {NAME}")
    parser.add_argument("--base-url")
    parser.add_argument("--ledger", default="runs/attacks.db")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--sample", type=int, help="pairs")
    size.add_argument("--all", action="store_true", help="every attack in every weak answer")
    parser.add_argument("--out", type=Path, default=Path("eval/results/attacks.md"))
    options = parser.parse_args()
    Path(options.ledger).parent.mkdir(parents=True, exist_ok=True)
    try:
        told = run(options.judge, options.base_url, options.ledger, options.sample, options.all)
    except InputError as error:
        sys.exit(str(error))
    print(told)
    options.out.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()

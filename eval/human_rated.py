"""Agreement of a judge with people on sets that people rated. Measures only; nothing is kept of the sets.

    python -m eval.human_rated FOLDER [--judge local:qwen2.5-coder-1.5b] [--sample N] [--ledger FILE]

FOLDER holds responses.jsonl (response_id, task_id, text), criteria.jsonl (criterion_id, task_id, text) and
ratings.csv (response_id, criterion_id, rater_id, rating 0 or 1). The reference is the majority of the raters;
pairs with a tie are left out.
"""

import argparse
import asyncio
import random
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from eval.figures import Booleans, Floats, auc, best_threshold, kappa, macro_f1, with_interval
from grader.batch import grade_all
from grader.calibration.abstention import Ask, guarantee
from grader.calibration.decisions import Decisions
from grader.calibration.fitting import fit, quality
from grader.datafiles import DEFAULT_PROMPTS, load_prompt
from grader.domain.calibration import Quality
from grader.domain.criterion import ChecklistCriterion
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric, TaskKind, WordLimits
from grader.domain.submission import Submission
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.wiring import DEFAULT_JUDGE, JudgeOptions, new_run, open_judge

_SEED = 7
LEVELS = (0.80, 0.90, 0.95)
"""Agreement that is asked for in the coverage table."""


class RatedSet(NamedTuple):
    """A human-rated set: tables as in its files, and the majority verdict by (response, criterion)."""

    responses: pd.DataFrame
    criteria: pd.DataFrame
    ratings: pd.DataFrame
    majority: dict[tuple[str, str], bool]


def load(folder: Path, sample: int | None) -> RatedSet:
    """Read a set, or a seeded sample of its responses, drawn evenly over the tasks."""
    responses = pd.read_json(folder / "responses.jsonl", lines=True)
    if sample is not None and sample < len(responses):
        tasks = {str(task): list(rows["response_id"]) for task, rows in responses.groupby("task_id")}
        chosen = _evenly(tasks, sample)
        responses = responses[responses["response_id"].isin(chosen)]
    ratings = pd.read_csv(folder / "ratings.csv")
    ratings = ratings[ratings["response_id"].isin(responses["response_id"])]
    share = ratings.groupby(["response_id", "criterion_id"], as_index=False)["rating"].mean()
    rows = zip(share["response_id"], share["criterion_id"], share["rating"], strict=True)
    majority = {(str(r), str(c)): value > 0.5 for r, c, value in rows if value != 0.5}
    criteria = pd.read_json(folder / "criteria.jsonl", lines=True)
    return RatedSet(responses, criteria, ratings, majority)


def _evenly(groups: dict[str, list[str]], count: int) -> set[str]:
    shuffled = {task: random.Random(f"{_SEED}{task}").sample(ids, len(ids)) for task, ids in groups.items()}
    rounds = (
        ids[i] for i in range(max(map(len, shuffled.values()))) for ids in shuffled.values() if i < len(ids)
    )
    return {response for response, _ in zip(rounds, range(count), strict=False)}


def rubric_of(task: str, criteria: pd.DataFrame) -> Rubric:
    """A rubric with one plain criterion for each fact of a task."""
    return Rubric(
        task=re.sub(r"\W", "_", task).lower(),
        title=f"Facts of {task}",
        kind=TaskKind.WRITTEN_RESPONSE,
        section="measured",
        instructions="Somebody wrote a text. Rate for each fact whether the text states it.",
        words=WordLimits(min=1, max=5000),
        criteria=tuple(
            ChecklistCriterion(
                id=_criterion_id(criterion),
                title=f"Fact {number}",
                points=1,
                met=f"The text says: {fact}",
                not_met="The text does not say so, or says something else.",
                borderline="The text says a part of it.",
                questions=(f"Does the text say that {_as_clause(fact)}?",),
            )
            for number, (criterion, fact) in enumerate(
                zip(criteria["criterion_id"], criteria["text"], strict=True), start=1
            )
        ),
    )


def _as_clause(fact: str) -> str:
    return re.sub(r"\s+", " ", fact).strip().rstrip(".")[:200]


def _criterion_id(identifier: str) -> str:
    return "f_" + re.sub(r"\W", "_", identifier).lower()


def overlap(fact: str, text: str) -> float:
    """Share of the fact's longer words that the text has: what no reading at all would reach."""
    words = set(re.findall(r"[a-z0-9]{4,}", fact.lower()))
    return len(words & set(re.findall(r"[a-z0-9]{4,}", text.lower()))) / max(1, len(words))


def human_kappa(ratings: pd.DataFrame) -> float:
    """Mean kappa over all pairs of ratings of one (response, criterion), raters taken in both orders."""
    left, right = [], []
    for _, group in ratings.groupby(["response_id", "criterion_id"]):
        for a, b in combinations(group["rating"].tolist(), 2):
            left += [a, b]
            right += [b, a]
    return kappa(np.array(left, dtype=bool), np.array(right, dtype=bool)) or float("nan")


def judged(rated: RatedSet, judge: str, ledger_file: str) -> dict[tuple[str, str], float | bool]:
    """By (response, criterion) the judge's probability of met, or its verdict where it gives none."""
    provider = open_judge(judge, JudgeOptions())
    prompt = load_prompt(DEFAULT_PROMPTS[provider.spec.style])
    rubrics = {str(task): rubric_of(str(task), rows) for task, rows in rated.criteria.groupby("task_id")}
    instruments = {task: Instrument(rubric, prompt, "one_call") for task, rubric in rubrics.items()}
    ids = {_criterion_id(c): c for c in rated.criteria["criterion_id"]}
    found: dict[tuple[str, str], float | bool] = {}

    def note(record: GradeRecord) -> None:
        for rating in record.ratings:
            value = rating.verdict == "met" if rating.probability is None else rating.probability
            found[record.submission, ids[rating.criterion]] = value

    async def work(ledger: SqlLedger, run: str) -> None:
        try:
            await grade_all(
                _submissions(rated), instruments, provider, Desk(ledger), run, workers=4, on_record=note
            )
        finally:
            await provider.close()

    with SqlLedger(ledger_file) as ledger:
        run = new_run("eval.human_rated", provider.spec, {})
        ledger.start_run(run)
        asyncio.run(work(ledger, run.id))
    return found


def _submissions(rated: RatedSet) -> Iterator[Submission]:
    for row in rated.responses.sort_values(["task_id", "response_id"]).itertuples():
        yield Submission(id=row.response_id, candidate="", task=row.task_id, text=row.text)


def report(name: str, judge: str, rated: RatedSet, found: dict[tuple[str, str], float | bool]) -> str:
    """The figures as a Markdown table."""
    keys = [key for key in rated.majority if key in found]
    truth = np.array([rated.majority[key] for key in keys])
    scores = np.array([float(found[key]) for key in keys])
    facts = dict(zip(rated.criteria["criterion_id"], rated.criteria["text"], strict=True))
    texts = dict(zip(rated.responses["response_id"], rated.responses["text"], strict=True))
    tasks = dict(zip(rated.responses["response_id"], rated.responses["task_id"], strict=True))
    floor = np.array([overlap(facts[criterion], texts[response]) for response, criterion in keys])
    groups = [response for response, _ in keys]
    by_task = [tasks[response] for response in groups]
    calibrated = out_of_fold(truth, scores, by_task)
    verdicts = {
        f"{judge}, at 0.5": scores >= 0.5,
        f"{judge}, calibrated on the other tasks": calibrated.after >= 0.5,
        "word overlap, best threshold on these very data": floor >= best_threshold(truth, floor),
    }
    lines = [
        f"### {name}: n = {len(keys)} pairs in {len(set(groups))} responses, {truth.mean():.0%} met",
        "",
        f"Between people: kappa {human_kappa(rated.ratings):.3f}. Left out: {len(rated.majority) - len(keys)}"
        f" pairs without a verdict.",
        "",
        "| rater | kappa with the majority | macro-F1 | says met |",
        "|---|---|---|---|",
    ]
    for label, given in verdicts.items():
        agreement = with_interval(lambda rows, g=given: kappa(truth[rows], g[rows]), groups)  # type: ignore[misc]
        f1 = with_interval(lambda rows, g=given: macro_f1(truth[rows], g[rows]), groups)  # type: ignore[misc]
        lines.append(f"| {label} | {agreement} | {f1} | {given.mean():.0%} |")
    area = with_interval(lambda rows: auc(truth[rows], scores[rows]), groups)
    floor_area = with_interval(lambda rows: auc(truth[rows], floor[rows]), groups)
    lines += ["", f"AUC over all pairs: judge {area}, word overlap {floor_area}.", ""]
    return "\n".join([*lines, *_calibration_lines(truth, calibrated, groups)])


class Calibrated(NamedTuple):
    """Probabilities of met before and after a calibration that never saw the pair's task."""

    form: str
    before: Quality
    after_quality: Quality
    after: Floats


def out_of_fold(truth: Booleans, scores: Floats, tasks: list[str]) -> Calibrated:
    """Curves by the product's own fitting, one for all pairs, with folds by task: their criteria differ."""
    rows = Decisions(
        responses=np.array(tasks),
        candidates=np.array(tasks),
        criteria=np.full(len(tasks), "pair"),
        probability=scores,
        share=truth.astype(float),
        verdict=truth.astype(float),
    )
    fitted = fit(rows)
    share = rows.share
    return Calibrated(
        fitted.method.value, quality(scores, share), quality(fitted.out_of_fold, share), fitted.out_of_fold
    )


def _calibration_lines(truth: Booleans, found: Calibrated, responses: list[str]) -> list[str]:
    """What calibration changes, and what the machine may decide; a response counts as a candidate."""
    before, after = found.before, found.after_quality
    confidence = np.maximum(found.after, 1 - found.after)
    agrees = (found.after >= 0.5) == truth
    lines = [
        f"Calibrated out of fold ({found.form}): Brier {before.brier:.3f} to {after.brier:.3f}, log loss "
        f"{before.log_loss:.3f} to {after.log_loss:.3f}, ECE {before.ece:.3f} to {after.ece:.3f}.",
        "",
        "| agreement asked, confidence 0.90 | coverage | observed agreement | lower bound | design effect |",
        "|---|---|---|---|---|",
    ]
    for level in LEVELS:
        kept = guarantee(confidence, agrees, np.array(responses), Ask(level, 0.90))
        if kept.observed is None or kept.lower is None:
            lines.append(f"| {level:.0%} | none: {kept.reason} | - | - | - |")
        else:
            lines.append(
                f"| {level:.0%} | {kept.coverage:.0%} of {kept.n} | {kept.observed:.3f} | {kept.lower:.3f} |"
                f" {kept.design_effect:.2f} |"
            )
    return [*lines, ""]


def main() -> None:
    """Measure one set and print the table."""
    parser = argparse.ArgumentParser(description="Agreement of a judge with people on a rated set.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", default=DEFAULT_JUDGE)
    parser.add_argument("--sample", type=int, default=None)
    parser.add_argument("--ledger", default="runs/human_rated.db")
    options = parser.parse_args()
    rated = load(options.folder, options.sample)
    found = judged(rated, options.judge, options.ledger)
    print(report(options.folder.name, options.judge, rated, found))


if __name__ == "__main__":
    main()

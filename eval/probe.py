"""Fits the probe of the embedded judge: a line through its inner state that tells yes from no.

    python -m eval.probe qwen2.5-coder-1.5b --out prompts/probes/qwen2.5-coder-1.5b.json

Fitted to the example answers and to `eval/near_misses/`, which were written to miss criteria narrowly, with
what their authors built them to meet (constructed: no person rated them). None is in a calibration set:
thresholds are fitted to those, figures taken on their held-out part. Decisions that are partly met are left
out. Takes over an hour; what was read is kept in `--states`.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.figures import with_interval, within_auc
from eval.label_agreement import LABELS
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.criterion import ChecklistCriterion
from grader.domain.exchange import JudgeSpec, Style
from grader.judge import build_requests, passages
from grader.providers.local import CONTEXT, exchange
from grader.providers.local_model import Model, converted
from grader.providers.local_worker import FORM, Session
from grader.providers.probe import Probe
from grader.providers.weights import converted_directory, file_digest, located
from grader.readers.submissions import read_submissions
from grader.segments import segment

PROMPT = "decisions-v1"
LAYER = 19
"""Of 28; from the 17th on layers do alike."""
STRENGTHS = (3e-4, 1e-3, 3e-3, 1e-2)
"""Inverse penalties that are tried, out of fold."""
_FOLDS = 6
_EXAMPLES = Path("examples")
_NEAR_MISSES = Path("eval/near_misses")
_SETS = Path("calibration_sets")


Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
Booleans: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


class Known(NamedTuple):
    """One answer, and by criterion whether it is met."""

    source: str
    candidate: str
    task: str
    text: str
    met: dict[str, bool]


class Rows(NamedTuple):
    """One row for each decision."""

    states: Floats
    met: Booleans
    criterion: list[str]
    """With source and task in front: what is usual for a criterion depends on who wrote the answers."""
    candidate: list[str]


def known_answers() -> Iterator[Known]:
    """The answers to the tasks with a calibration set that are in none, with their labels."""
    yield from _examples()
    labels = _labels(_NEAR_MISSES / "verdicts.csv")
    with (_NEAR_MISSES / "answers.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            met = labels[row["candidate"], row["task"]]
            yield Known("near_misses", row["candidate"], row["task"], row["text"], met)


def _labels(path: Path) -> dict[tuple[str, str], dict[str, bool]]:
    """By candidate and task, the criteria that are met or not; those that are partly met are left out."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["verdict"] in {"met", "not_met"}:
                of_answer = found.setdefault((row["candidate"], row["task"]), {})
                of_answer[row["criterion"]] = row["verdict"] == "met"
    return found


def _examples() -> Iterator[Known]:
    rubrics = load_rubrics()
    labels = _labels(LABELS)
    with (_EXAMPLES / "verdicts.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            _, candidate, name = row["answer"].split("/")
            if row["verdict"] in {"met", "not_met"}:
                key = (candidate, name.partition(".")[0])
                labels.setdefault(key, {})[row["criterion"]] = row["verdict"] == "met"
    written = {task for _, task in labels if (_SETS / task).is_dir()}
    for folder in ("medical_office_manager", "complete_assessment"):
        for found in read_submissions(_EXAMPLES / folder, tasks=written):
            checklist = {c.id for c in rubrics[found.task].judged if isinstance(c, ChecklistCriterion)}
            met = {c: m for c, m in labels.get((found.candidate, found.task), {}).items() if c in checklist}
            if found.task in written and met and found.text:
                yield Known("examples", found.candidate, found.task, found.text, met)


def read_states(weights: str) -> Rows:
    """The model's state after the questions on each decision, their mean."""
    path = located(weights)
    if path is None:
        raise SystemExit(f"The weights {weights} are not here: grader models fetch {weights}")
    spec = JudgeSpec(provider="local", model=weights, style=Style.DECISIONS)
    folder = converted(path, file_digest(path), converted_directory())
    session = Session(Model(folder, 2, LAYER), CONTEXT, None)
    prompt, rubrics = load_prompt(PROMPT), load_rubrics()
    states, met, criteria, candidates = [], [], [], []
    answers = list(known_answers())
    for done, answer in enumerate(answers, 1):
        shown = passages(answer.text, segment(answer.text))
        for request in build_requests(rubrics[answer.task], shown, prompt, spec, "one_call"):
            reply = session.answer({**exchange(request), "inner": True, "evidence": ""})
            for decision, inner in zip(request.decisions, reply["inner"], strict=True):
                if decision.criterion in answer.met:
                    states.append(np.mean(inner, axis=0))
                    met.append(answer.met[decision.criterion])
                    criteria.append(f"{answer.source}/{answer.task}/{decision.criterion}")
                    candidates.append(answer.candidate)
        print(f"{done} of {len(answers)} answers", file=sys.stderr)
    return Rows(np.array(states, np.float32), np.array(met), criteria, candidates)


def centered(rows: Rows, of: Booleans) -> Floats:
    """The states less the mean of their criterion over the rows `of`: thresholds come with calibration."""
    middle = rows.states[of].mean(0)
    moved = rows.states.copy()
    names = np.array(rows.criterion)
    for name in set(rows.criterion):
        those = names == name
        known = rows.states[those & of]
        # two pseudo-rows at the middle of all: a criterion with few answers is moved less
        moved[those] -= (known.sum(0) + 2 * middle) / (len(known) + 2)
    return moved


def fit(rows: Rows, strength: float, of: Booleans) -> Floats:
    """The slope of a logistic regression on the centered states of these rows."""
    moved = centered(rows, of)[of]
    spread = moved.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=500).fit(moved / spread, rows.met[of])
    return np.asarray(model.coef_[0] / spread)


def out_of_fold(rows: Rows, strength: float) -> Floats:
    """Scores of each candidate by a line fitted to the others."""
    names = sorted(set(rows.candidate))
    fold = np.array([names.index(c) % _FOLDS for c in rows.candidate])
    scores = np.zeros(len(rows.met))
    for held in range(_FOLDS):
        slope = fit(rows, strength, fold != held)
        scores[fold == held] = centered(rows, fold != held)[fold == held] @ slope
    return scores.astype(np.float32)


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description="Fit the probe of an embedded judge.")
    parser.add_argument("weights")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--states", type=Path, default=Path("runs/probe.npz"))
    given = parser.parse_args()
    if not given.states.is_file():
        given.states.parent.mkdir(parents=True, exist_ok=True)
        np.savez(given.states, **read_states(given.weights)._asdict())
    with np.load(given.states) as kept:
        rows = Rows(kept["states"], kept["met"], kept["criterion"].tolist(), kept["candidate"].tolist())
    print(f"{len(rows.met)} decisions of {len(set(rows.candidate))} candidates, {rows.met.mean():.0%} met")
    found = {}
    for strength in STRENGTHS:
        scores = out_of_fold(rows, strength)

        def auc(picked: Any, scores: Any = scores) -> float | None:
            return within_auc(rows.met[picked], scores[picked], np.array(rows.criterion)[picked])[0]

        found[strength] = with_interval(auc, rows.candidate)
        print(f"inverse penalty {strength:g}: AUC within a criterion, out of fold {found[strength]}")
        for source in ("examples", "near_misses"):
            those = np.array([name.startswith(source) for name in rows.criterion])
            print(f"  {source}: {those.sum()} decisions, {auc(those):.3f}")
    best = max(found, key=lambda strength: found[strength].value or 0)
    everything = np.ones(len(rows.met), bool)
    slope = fit(rows, best, everything)
    path = located(given.weights)
    assert path is not None
    probe = Probe(
        weights_sha256=file_digest(path),
        prompt=load_prompt(PROMPT).digest,
        form=FORM,
        layer=LAYER,
        bias=round(float(-(rows.states.mean(0) @ slope)), 4),
        slope=tuple(round(float(x), 6) for x in slope),
        fitted_to="examples/ and eval/near_misses/: constructed verdicts of the authors, no human ratings",
        decisions=len(rows.met),
    )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(probe.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(f"{given.out}: fitted with {best:g} to all")


if __name__ == "__main__":
    main()

"""What changed when: program, models, prompts, rubrics and calibrations, as the ledger saw them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from grader.changes import Kind, changes
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.system_card import CalibrationSeen, Change, ModelSeen, PromptSeen, RubricSeen

_VERBS = {
    Kind.ADDED: "added",
    Kind.REMOVED: "removed",
    Kind.REWORDED: "reworded",
    Kind.RECOUNTED: "counted otherwise",
}


def changelog(
    runs: Sequence[Run],
    models: Sequence[ModelSeen],
    prompts: Sequence[PromptSeen],
    rubrics: Sequence[RubricSeen],
    calibrations: Sequence[CalibrationSeen],
    known: Mapping[str, Rubric],
) -> tuple[Change, ...]:
    """Oldest first. `known`: rubrics by digest."""
    found = [
        *_programs(runs),
        *_models(models),
        *_prompts(prompts),
        *_rubrics(rubrics, known),
        *(_calibration(seen) for seen in calibrations),
    ]
    return tuple(sorted(found, key=lambda change: change.when))


def _programs(runs: Sequence[Run]) -> Iterator[Change]:
    before = ""
    for run in runs:
        program = run.settings.get("program")
        now = program["version"] if program else "of an unknown version"
        if now != before:
            yield Change(when=run.started, what="program", sentence=f"Program {now}{_than(before)}.")
        before = now


def _models(models: Sequence[ModelSeen]) -> Iterator[Change]:
    latest: dict[str, str] = {}
    for seen in models:
        before = latest.get(seen.judge, "")
        told = f", before as {before}" if before else " for the first time"
        sentence = f"{seen.judge} answered as {seen.model}{told}."
        yield Change(when=seen.span.first, what="model", sentence=sentence)
        latest[seen.judge] = seen.model


def _prompts(prompts: Sequence[PromptSeen]) -> Iterator[Change]:
    for seen in prompts:
        sentence = f"Prompt {seen.id} ({short(seen.digest)}) first used."
        yield Change(when=seen.span.first, what="prompt", sentence=sentence)


def _rubrics(rubrics: Sequence[RubricSeen], known: Mapping[str, Rubric]) -> Iterator[Change]:
    for task, versions in groupby(rubrics, key=lambda seen: seen.task):
        before = ""
        for seen in versions:
            what = f"Rubric of {task.replace('_', ' ')} ({short(seen.digest)})"
            told = _difference(known[before], known[seen.digest]) if before else " first used"
            yield Change(when=seen.span.first, what="rubric", sentence=f"{what}{told}.")
            before = seen.digest


def _difference(before: Rubric, after: Rubric) -> str:
    found = changes(before, after)
    parts = [f"{change.title} {_VERBS[change.kind]}" for change in found.criteria]
    parts += [f"{name.replace('_', ' ')} changed" for name in found.whole]
    return f", before {short(before.digest)}: {'; '.join(parts) or 'nothing that matters for a score'}"


def _calibration(seen: CalibrationSeen) -> Change:
    made = seen.calibration
    shipped = "shipped " if seen.shipped else ""
    sentence = (
        f"The {shipped}calibration {short(seen.digest)} of {made.rater} on {made.task.replace('_', ' ')}, "
        f"set {made.set_id}: {made.status.value}."
    )
    return Change(when=seen.kept, what="calibration", sentence=sentence)


def _than(before: str) -> str:
    return f", before {before}" if before else " first used"


def short(digest: str) -> str:
    """A digest as people compare them: its first characters."""
    return digest.removeprefix("sha256:")[:8]

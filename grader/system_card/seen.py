"""What is seen in records as they go by: models, prompts, rubrics, calibrations, and since when."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from grader.domain.kept import CalibrationKept
from grader.domain.record import GradeRecord, Provenance, Standing, State
from grader.domain.rubric import Rubric
from grader.domain.system_card import CalibrationSeen, ModelSeen, PromptSeen, RubricSeen, Span

Key = TypeVar("Key")


@dataclass
class _Times:
    first: str
    last: str
    records: int = 0

    @property
    def span(self) -> Span:
        return Span(first=self.first, last=self.last)


@dataclass
class Seen:
    """All records of a ledger, summed up."""

    states: Counter[State] = field(default_factory=Counter)
    standings: Counter[Standing] = field(default_factory=Counter)
    calibrations: Counter[str] = field(default_factory=Counter)
    fingerprints: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    models: dict[tuple[str, str], _Times] = field(default_factory=dict)
    """By judge and model as returned."""
    prompts: dict[str, _Times] = field(default_factory=dict)
    rubrics: dict[tuple[str, str], _Times] = field(default_factory=dict)
    """By task and digest."""
    judged_tasks: set[str] = field(default_factory=set)
    whole: _Times | None = None


def see(records: Iterable[tuple[GradeRecord, str]]) -> Seen:
    """Goes through records with the times of their making, oldest first."""
    seen = Seen()
    for record, created in records:
        seen.states[record.state] += 1
        if record.score is not None:
            seen.standings[record.calibration] += 1
        seen.whole = seen.whole or _Times(created, created)
        seen.whole.last = created
        if record.provenance is None:
            continue
        _count(seen.rubrics, (record.task, record.provenance.rubric), created)
        for made in _judges(record):
            _see_judge(seen, made, record.task, created)
    return seen


def _see_judge(seen: Seen, made: Provenance, task: str, created: str) -> None:
    seen.judged_tasks.add(task)
    _count(seen.prompts, made.prompt, created)
    if made.calibration:
        seen.calibrations[made.calibration] += 1
    if made.model:
        _count(seen.models, (made.judge, made.model), created)
        prints = seen.fingerprints.setdefault((made.judge, made.model), set())
        prints.update((made.fingerprint,) if made.fingerprint else ())


def _judges(record: GradeRecord) -> Iterator[Provenance]:
    """Each judge by itself: those of a panel, or the first and the stronger one."""
    if record.panel is not None:
        yield from (opinion.provenance for opinion in record.panel.opinions)
        return
    made = (record.passed_on.first.provenance if record.passed_on else None, record.provenance)
    yield from (one for one in made if one is not None and one.requests)


def _count(found: dict[Key, _Times], key: Key, created: str) -> None:
    times = found.setdefault(key, _Times(created, created))
    times.last = created
    times.records += 1


def models(seen: Seen) -> tuple[ModelSeen, ...]:
    """In the order of their first answer."""
    return tuple(
        ModelSeen(
            judge=judge,
            model=model,
            fingerprints=tuple(sorted(seen.fingerprints[judge, model])),
            span=times.span,
            records=times.records,
        )
        for (judge, model), times in seen.models.items()
    )


def prompts(seen: Seen, ids: Mapping[str, str]) -> tuple[PromptSeen, ...]:
    """In the order of their first use; `ids` by digest."""
    return tuple(
        PromptSeen(id=ids[digest], digest=digest, span=times.span, records=times.records)
        for digest, times in seen.prompts.items()
    )


def rubrics(seen: Seen, known: Mapping[str, Rubric]) -> tuple[RubricSeen, ...]:
    """By task, the wordings in the order of their first use; `known` by digest."""
    return tuple(
        RubricSeen(
            task=task,
            title=known[digest].title,
            digest=digest,
            criteria=len(known[digest].criteria),
            span=times.span,
            records=times.records,
        )
        for (task, digest), times in sorted(seen.rubrics.items(), key=lambda item: item[0][0])
    )


def calibrations(seen: Seen, kept: Iterable[CalibrationKept]) -> tuple[CalibrationSeen, ...]:
    """Oldest first. Of those for one binding the newest counts; one bound to no judge stands alone."""
    found = list(kept)
    newest = {_holds_for(one): place for place, one in enumerate(found)}
    return tuple(
        CalibrationSeen(
            digest=one.calibration.digest,
            calibration=one.calibration,
            kept=one.created,
            shipped=one.shipped,
            newest=newest[_holds_for(one)] == place,
            records=seen.calibrations[one.calibration.digest],
        )
        for place, one in enumerate(found)
    )


def _holds_for(kept: CalibrationKept) -> str:
    bound = kept.calibration.binding
    return bound.digest if bound else kept.calibration.digest

"""Check answers in a run: drawn and mixed in, kept apart, and measured when the run is through."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from grader.calibration.applying import binding
from grader.calibration_files import load_set
from grader.digests import digest
from grader.domain.calibration import Calibration
from grader.domain.drift import ChecksTaken, ModelChanged, Noted, measurement, noted
from grader.domain.measurement import Measured
from grader.domain.record import GradeRecord, Provenance
from grader.domain.rubric import Rubric
from grader.domain.submission import Check, Submission
from grader.drift.checks import Known, drawn, known_answers, mixed
from grader.drift.suspension import Key, batches, salt, sentence, series
from grader.errors import InputError, Problem
from grader.judging import Seat
from grader.ledger.store import SqlLedger
from grader.wiring import usable


class CheckSet(NamedTuple):
    """Answers with known verdicts for one task."""

    name: str
    material: str
    """The set's digest."""
    rubric: Rubric
    known: tuple[Known, ...]

    @property
    def faults(self) -> frozenset[str]:
        """Criteria that take points away."""
        return frozenset(c.id for c in self.rubric.criteria if c.negative)


def check_sets(sources: Sequence[str], rubrics: Mapping[str, Rubric]) -> list[CheckSet]:
    """The calibration sets of this name or in these folders, as check answers. Raises InputError."""
    if not sources:
        return []
    # imported here: statistics take a hundred megabytes, and most runs have no check answers
    from grader.cli.source import set_folder

    found = []
    for source in sources:
        folder = set_folder(source)
        read = load_set(folder)
        task = read.manifest.task
        if task not in rubrics:
            message = f"Its answers are to the task {task!r}, which has no rubric here."
            raise InputError(Problem(source, None, message, "Name its rubrics with --rubrics."))
        known = known_answers(load_set(folder, [c.id for c in rubrics[task].criteria]), rubrics[task])
        if not known:
            message = "No answer of this set has a text and a known verdict."
            raise InputError(Problem(source, None, message, "Use a set with texts and ratings of criteria."))
        found.append(CheckSet(source, read.digest, rubrics[task], known))
    if twice := {s.rubric.task for s in found if sum(o.rubric.task == s.rubric.task for o in found) > 1}:
        message = f"Two sets are for the task {min(twice)}."
        raise InputError(Problem("--checks", None, message, "Name one set for each task."))
    return found


class Asked(NamedTuple):
    """One check answer of a batch, as it is put to the judge: afresh, and as it was at calibration."""

    of: CheckSet
    known: Known
    now: Submission
    before: Submission


class Checks:
    """The check answers of a run, and what comes of them: they are told apart by their ids."""

    def __init__(self, batch: str, asked: Sequence[Asked]) -> None:
        self.batch = batch
        self.asked = tuple(asked)
        self.models: dict[tuple[str, str], Provenance] = {}
        """By task and model, how it was asked: of all records, the candidates' too."""
        self._ids = {one.id for each in asked for one in (each.now, each.before)}
        self._heard: dict[str, GradeRecord] = {}

    @property
    def settings(self) -> dict[str, Any]:
        """What a run notes of its check answers."""
        if not self.asked:
            return {}
        sets = {each.of.rubric.task: each.of.material for each in self.asked}
        return {"checks": {"batch": self.batch, "sets": sets, "asked": len(self.asked)}}

    def mixed_into(
        self, placed: Iterable[tuple[int, Submission]], count: int
    ) -> Iterator[tuple[int, Submission]]:
        """The submissions with the check answers at random places among them; theirs are below 0."""
        among = [one for each in self.asked for one in (each.now, each.before)]
        return mixed(placed, [(-1 - place, one) for place, one in enumerate(among)], count, self.batch)

    def hear(self, record: GradeRecord) -> bool:
        """Take note of a record; whether it is one of the run's own."""
        made = record.provenance
        check = record.submission in self._ids
        if check:
            self._heard[record.submission] = record
        if made is not None and made.model is not None and record.reason is None:
            fresh = not check or any(one.now.id == record.submission for one in self.asked)
            if fresh:
                self.models.setdefault((record.task, made.model), made)
        return not check

    def answered(self, submission: Submission) -> GradeRecord | None:
        """What came of it, where there are verdicts."""
        record = self._heard.get(submission.id)
        return record if record is not None and record.provenance and record.reason is None else None


def planned(
    sets: Sequence[CheckSet],
    count: int,
    seat: Seat,
    submissions: Iterable[Submission],
    firsts: Mapping[str, str] = MappingProxyType({}),
) -> Checks:
    """The check answers of a batch, drawn by its content: started again, it has the same at the same places.

    `firsts`: by task, what its calibration asked afresh with, if it did; see `asked_afresh`.
    """
    instruments = seat.instruments
    spec = seat.provider.spec
    asked_with = [
        (task, instruments[task].rubric.digest, instruments[task].prompt.digest)
        for task in sorted({s.rubric.task for s in sets})
    ]
    content = {
        "judge": spec.model_dump(mode="json"),
        "with": asked_with,
        "sets": [s.material for s in sets],
        "count": count,
        "submissions": [(s.id, s.task, s.digest) for s in submissions],
    }
    batch = digest(content) if sets else ""
    asked = []
    for one in sets:
        first = firsts.get(one.rubric.task)
        for known in drawn(one.known, count, f"{batch} {one.material}"):
            name = f"check {batch[-12:]} {one.rubric.task} {known.response}"
            shared = {"candidate": "", "task": one.rubric.task, "text": known.text}
            asked.append(
                Asked(
                    one,
                    known,
                    Submission(id=name, check=Check(salt=batch), **shared),
                    Submission(id=f"{name} before", check=Check(salt=first), **shared),
                )
            )
    return Checks(batch, asked)


def refuse_checks(judges: int = 1, *, on_ray: bool = False, in_batches: bool = False) -> None:
    """Raises InputError for runs that check answers can't be mixed into."""
    remedy = "Leave out --checks here, and check each judge in a run of its own."
    if judges > 1:
        message = "Check answers measure one judge, and there are several."
        raise InputError(Problem("--checks", None, message, remedy))
    if on_ray:
        message = "Check answers are not mixed into what workers on a cluster grade."
        raise InputError(Problem("--checks", None, message, remedy))
    if in_batches:
        message = "Check answers are not mixed into what is handed over to a batch API."
        remedy = "Leave out --checks here, and check the judge with 'grader grade --checks'."
        raise InputError(Problem("--checks", None, message, remedy))


def to_estimate(
    sets: Sequence[CheckSet], count: int, seat: Seat, read: Callable[[], Iterable[Submission]]
) -> Callable[[], Iterable[Submission]]:
    """What would be asked, the check answers too."""
    if not sets:
        return read
    asked = planned(sets, count, seat, read())
    return lambda: (one for _, one in asked.mixed_into(enumerate(read()), 0))


def asked_afresh(ledger: SqlLedger, sets: Sequence[CheckSet], judge: str) -> dict[str, str]:
    """By task, what the newest calibration of this judge asked afresh with, after an alarm."""
    events = noted(ledger.measurements(Measured.DRIFT))
    made = lineages(ledger)
    found = {}
    for one in sets:
        line = (judge, one.rubric.digest)
        if line in made and (first := salt(events, *line, before=made[line])) is not None:
            found[one.rubric.task] = first
    return found


def lineages(ledger: SqlLedger) -> dict[tuple[str, str], int]:
    """By judge and rubric, the number of the newest calibration that was made with this ledger."""
    rows = ledger.calibration_rows()[1]
    found: dict[tuple[str, str], int] = {}
    for held, calibration in ledger.own_calibrations().items():
        if calibration.binding is not None:
            line = calibration.binding.judge, calibration.binding.rubric
            found[line] = max(rows[held], found.get(line, 0))
    return found


def measured(ledger: SqlLedger, run: str, checks: Checks, seat: Seat) -> list[ChecksTaken]:
    """Keep a measurement for each set and model that answered; what was measured already is not again."""
    from grader.drift.measuring import checked, taken, verdicts_of

    spec = seat.provider.spec
    found = []
    for one in dict.fromkeys(each.of.material for each in checks.asked):
        asked = [each for each in checks.asked if each.of.material == one]
        by_binding: dict[str, list[tuple[Asked, GradeRecord, GradeRecord]]] = {}
        models: dict[str, str] = {}
        for each in asked:
            now, before = checks.answered(each.now), checks.answered(each.before)
            if now is None or before is None or now.provenance is None:
                continue
            held = binding(now.provenance, each.of.rubric, spec)
            models[held.digest] = held.model
            by_binding.setdefault(held.digest, []).append((each, now, before))
        unanswered = len(asked) - sum(map(len, by_binding.values()))
        for held_digest, rows in by_binding.items():
            of = rows[0][0].of
            latest, newest = ledger.calibration_rows()
            key = Key(of.rubric.digest, held_digest, of.material, newest.get(held_digest, 0))
            events = noted(ledger.measurements(Measured.DRIFT))
            earlier = batches(series(events, spec.name, key))
            if any(batch.batch == checks.batch for batch in earlier):
                continue
            event = taken(
                [
                    checked(each.known, verdicts_of(now.ratings), verdicts_of(before.ratings), of.faults)
                    for each, now, before in rows
                ],
                earlier,
                batch=checks.batch,
                run=run,
                task=of.rubric.task,
                rubric=of.rubric.digest,
                binding=held_digest,
                after_calibration=latest,
                unanswered=unanswered,
            )
            ledger.append_measurement(measurement(event, spec.name, models[held_digest], of.material))
            found.append(event)
    return found


def changed_models(
    ledger: SqlLedger, run: str, models: Mapping[tuple[str, str], Provenance], seat: Seat
) -> list[Noted]:
    """Keep and tell where another model answered than the one that a calibration was made for."""
    spec = seat.provider.spec
    calibrations = usable(ledger, spec)
    found = []
    for (task, model), made in models.items():
        if made.judge != spec.name or task not in seat.instruments:
            continue
        answered = binding(made, seat.instruments[task].rubric, spec)
        if answered.digest in calibrations:
            continue
        meant = [c for c in calibrations.values() if _but_for_the_model(c, answered.model_dump())]
        for calibration in meant[-1:]:
            assert calibration.binding is not None  # noqa: S101 - it is bound, or would not be usable
            event = ModelChanged(
                run=run,
                task=task,
                rubric=answered.rubric,
                binding=calibration.binding.digest,
                after_calibration=ledger.calibration_rows()[0],
                calibrated=calibration.binding.model,
            )
            kept = ledger.append_measurement(measurement(event, spec.name, model, ""))
            found.append(Noted(event, *kept))
    return found


def _but_for_the_model(calibration: Calibration, answered: Mapping[str, object]) -> bool:
    held = calibration.binding
    return held is not None and held.model_copy(update={"model": answered["model"]}).model_dump() == answered


def tell(ledger: SqlLedger, run: str, checks: Checks, seat: Seat, *, calibrated: bool) -> None:
    """Measure what the run's check answers came to, and say it: the run is through."""
    if checks.asked:
        from grader.reports.drift_table import batch_sentence

        for batch in measured(ledger, run, checks, seat):
            print(batch_sentence(batch), file=sys.stderr)
    for one in changed_models(ledger, run, checks.models, seat) if calibrated else []:
        print(f"THE MODEL CHANGED. {sentence(one)} Its scores are uncalibrated.", file=sys.stderr)
        print("Calibrate anew with 'grader calibrate', or pin the model's version.", file=sys.stderr)

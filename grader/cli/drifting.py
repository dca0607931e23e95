"""The stages of `grader drift`: charts from what the ledger keeps, lifting an alarm, a sheet for people."""

import csv
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.cli.check_answers import CheckSet, lineages
from grader.domain.calibration_set import VALUES
from grader.domain.drift import ChecksTaken, Lifted, ModelChanged, Noted, Why, measurement, noted
from grader.domain.measurement import Measured
from grader.domain.rubric import Rubric
from grader.domain.second_rater import Committed
from grader.domain.submission import Submission
from grader.drift.checks import drawn, mixed, pseudonym
from grader.drift.measuring import checked, taken
from grader.drift.suspension import Key, batches, sentence, series, suspensions
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.reports.drift_table import Chart, Row

_WHY: TypeAdapter[str] = TypeAdapter(Why)
_SHOWN = 8
"""Characters of a digest that name an alarm."""


def short(alarm: Noted) -> str:
    """What an alarm is called."""
    return alarm.measurement.digest.removeprefix("sha256:")[:_SHOWN]


def charts(ledger: SqlLedger, rater: str | None) -> tuple[list[Chart], list[str], bool]:
    """All charts, or those of one judge or person; what else is to be told; whether an alarm holds."""
    kept = ledger.measurements(Measured.DRIFT)
    events = [one for one in noted(kept) if rater in {None, one.measurement.judge}]
    newest = ledger.calibration_rows()[1]
    held = suspensions(kept, newest)
    found: dict[tuple[str, Key], Noted] = {}
    for one in events:
        event = one.event
        if isinstance(event, ChecksTaken):
            since = newest.get(event.binding or "", 0)
            key = Key(event.rubric, event.binding, one.measurement.material, since)
            found[one.measurement.judge, key] = one
    shown = []
    for (judge, key), last in found.items():
        rows = tuple(
            Row(one.created, short(one), one.event)
            for one in series(events, judge, key)
            if isinstance(one.event, ChecksTaken)
        )
        if not rows:  # a newer calibration started another chart
            continue
        assert isinstance(last.event, ChecksTaken)  # noqa: S101 - nothing else was put there
        suspension = held.get(key.binding or "")
        if key.binding is None:
            alarm = bool(last.event.alarms)
            standing = sentence(last) if alarm else "No alarm."
        elif suspension is not None:
            alarm = True
            standing = (
                f"SUSPENDED by alarm {short(suspension.alarm)}. {suspension.sentence} Calibrate anew with "
                f"'grader calibrate', or lift it with 'grader drift lift {short(suspension.alarm)}'."
            )
        else:
            alarm, standing = False, "No alarm holds."
        shown.append(
            Chart(judge, last.measurement.model, last.event.task, key.material, rows, standing, alarm)
        )
    others = _others(events, lineages(ledger))
    return shown, [words for words, _ in others], any(c.alarm for c in shown) or any(a for _, a in others)


def _others(events: Sequence[Noted], made: Mapping[tuple[str, str], int]) -> list[tuple[str, bool]]:
    """Changes of models, and alarms that were lifted, each with whether it still is an alarm."""
    found: dict[str, bool] = {}
    for one in events:
        event = one.event
        if isinstance(event, ModelChanged):
            holds = made.get((one.measurement.judge, event.rubric), 0) <= event.after_calibration
            found[f"{one.created[:16].replace('T', ' ')}: the model changed. {sentence(one)}"] = holds
        elif isinstance(event, Lifted):
            alarm = event.alarm.removeprefix("sha256:")[:_SHOWN]
            found[
                f"{one.created[:16].replace('T', ' ')}: {event.name} lifted alarm {alarm}: {event.reason}"
            ] = False
    return list(found.items())


def lift(ledger: SqlLedger, alarm: str, name: str, reason: str) -> str:
    """Put on record that a person lifts an alarm; returns it in words. Raises InputError."""
    try:
        why = _WHY.validate_python(reason)
    except ValidationError as error:
        message = "This is no reason: it has 10 to 1,000 characters."
        raise InputError(Problem("--reason", None, message, "Say what you looked at and found.")) from error
    held = {
        short(one.alarm): one
        for one in suspensions(ledger.measurements(Measured.DRIFT), ledger.calibration_rows()[1]).values()
    }
    if alarm not in held:
        known = f"Those that hold: {', '.join(held)}." if held else "None holds; see 'grader drift'."
        raise InputError(Problem("ALARM", None, f"No alarm {alarm[:60]!r} suspends a calibration.", known))
    found = held[alarm].alarm.measurement
    event = Lifted(alarm=found.digest, name=name, reason=why)
    ledger.append_measurement(measurement(event, found.judge, found.model, found.material))
    return (
        f"{name} lifted alarm {alarm}: the calibration of {found.judge} for {held[alarm].task} holds again."
    )


def write_sheet(
    submissions: Sequence[Submission], sets: Sequence[CheckSet], count: int, seed: str, out: Path
) -> int:
    """Write the submissions as CSV with check answers among them; returns how many there are.

    A check answer is named in the form of the others' names, at a random place. Raises InputError where no
    submission is to the task of a set: its check answers would stand out.
    """
    tasks = {submission.task for submission in submissions}
    for one in sets:
        if one.rubric.task not in tasks:
            message = f"No submission is to the task {one.rubric.task}: check answers would stand out."
            raise InputError(Problem(one.name, None, message, "Use a set for a task that is to be rated."))
    names, ids = {s.candidate for s in submissions}, {s.id for s in submissions}
    rows = [(s.id, s.candidate, s.task, s.text) for s in submissions]
    among = []
    for one in sets:
        for known in drawn(one.known, count, f"{seed} {one.material}"):
            name = pseudonym(names, f"{seed} {known.response}")
            names.add(name)
            id_ = f"{name}/{one.rubric.task}"
            among.append((id_ if id_ not in ids else f"{id_}/2", name, one.rubric.task, known.text))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "candidate", "task", "text"))
        writer.writerows(mixed(rows, among, len(rows), seed))
    return len(among)


def set_apart(
    ledger: SqlLedger, committed: Committed, sets: Sequence[CheckSet], rubrics: Mapping[str, Rubric]
) -> tuple[frozenset[str], list[ChecksTaken]]:
    """The submissions among a person's rated ones that are check answers, and what they come to.

    They are told by their texts. The measurement is kept, once for each commitment and set.
    """
    commitment = committed.commitment
    apart: Set[str] = frozenset()
    found = []
    for one in sets:
        texts = {known.text: known for known in one.known}
        by_digest = {Submission(id="", candidate="", task="", text=t).digest: k for t, k in texts.items()}
        mine = {
            text.submission: by_digest[text.text]
            for text in commitment.texts
            if text.task == one.rubric.task and text.text in by_digest
        }
        apart |= mine.keys()
        given: dict[str, dict[str, float]] = {name: {} for name in mine}
        for rating in commitment.ratings:
            if rating.submission in mine and rating.criterion in mine[rating.submission].values:
                given[rating.submission][rating.criterion] = VALUES[rating.verdict]
        # what a person leaves out is not asked of them
        answers = [
            checked(
                known._replace(values={c: v for c, v in known.values.items() if c in given[name]}),
                given[name],
                None,
                one.faults,
            )
            for name, known in mine.items()
            if given[name]
        ]
        key = Key(one.rubric.digest, None, one.material, 0)
        events = noted(ledger.measurements(Measured.DRIFT))
        earlier = batches(series(events, commitment.rater, key))
        if not answers or any(batch.batch == commitment.digest for batch in earlier):
            continue
        event = taken(
            answers,
            earlier,
            batch=commitment.digest,
            run=None,
            task=one.rubric.task,
            rubric=rubrics[one.rubric.task].digest,
            binding=None,
            after_calibration=ledger.calibration_rows()[0],
            unanswered=len(mine) - len(answers),
        )
        ledger.append_measurement(measurement(event, commitment.rater, None, one.material))
        found.append(event)
    return frozenset(apart), found

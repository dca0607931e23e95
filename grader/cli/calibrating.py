"""The stages of `grader calibrate`: let the judge rate the set, fit and measure, keep and present."""

import asyncio
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as Remaining

from grader.batch import grade_all
from grader.calibration.applying import binding
from grader.calibration.judged import Judged, from_records
from grader.calibration.study import Study
from grader.calibration_files import save_calibration
from grader.cli.blinding import Blinding
from grader.cli.source import set_folder
from grader.domain.calibration import Binding
from grader.domain.calibration_set import CalibrationSet, Exclusion
from grader.domain.exchange import JudgeSpec, Provider
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric
from grader.domain.run import TextKind
from grader.domain.submission import Submission
from grader.errors import InputError, Problem
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.passwords import masked_command
from grader.pipeline import Instrument
from grader.reports.study_html import render_study
from grader.reports.study_info import StudyInfo, study_json
from grader.reports.study_table import study_table
from grader.wiring import new_run


def rate(
    calibration_set: CalibrationSet,
    instrument: Instrument,
    provider: Provider,
    ledger: SqlLedger,
    in_flight: int,
    blind: Blinding | None = None,
) -> tuple[Judged, Binding]:
    """What the judge says of the set's answers (blinded if wished), and what a calibration of it holds for.

    Asks only what the ledger has no answer to. Raises InputError where there is nothing to ask.
    """
    name, task = calibration_set.manifest.id, calibration_set.manifest.task
    submissions = [
        Submission(id=response.id, candidate=response.candidate, task=task, text=response.text)
        for response in calibration_set.responses
        if response.text is not None
    ]
    if not submissions:
        remedy = "Give them with --texts, or name the judge's own ratings in the file with --rater."
        raise InputError(Problem(name, None, "The ratings came without the answers.", remedy))
    if blind:
        blind.check(submission.candidate for submission in submissions)
        submissions = [blind.blind(submission) for submission in submissions]
    settings = {"calibration_set": calibration_set.digest, **(blind.noted if blind else {})}
    records = graded(submissions, {task: instrument}, provider, ledger, in_flight, settings)
    judged = from_records(records, instrument.repeats)
    textless = tuple(
        Exclusion(place=response.id, reason="The answer's text is not in the set.")
        for response in calibration_set.responses
        if response.text is None
    )
    held = _held(records, instrument.rubric, provider.spec, name)
    return judged._replace(missing=(*judged.missing, *textless)), held


def graded(
    submissions: Sequence[Submission],
    instruments: Mapping[str, Instrument],
    provider: Provider,
    ledger: SqlLedger,
    in_flight: int,
    settings: Mapping[str, Any],
    *,
    told: str = "Judging the set",
) -> list[GradeRecord]:
    """The records of these submissions, in order, by a run of their own; the provider is closed after it.

    `instruments`: by task, at least one. `settings`: what the run's record names beside how it asked.
    """
    any_one = next(iter(instruments.values()))
    run = new_run(
        shlex.join(["grader", *sys.argv[1:]]),
        provider.spec,
        {
            "inputs": len(submissions),
            "mode": any_one.mode,
            "repeats": any_one.repeats,
            "prompt": ledger.keep_text(TextKind.PROMPT, any_one.prompt.canonical),
            "rubrics": {
                task: ledger.keep_text(TextKind.RUBRIC, i.rubric.canonical) for task, i in instruments.items()
            },
            **settings,
        },
    )
    ledger.start_run(run)
    state = "failed"
    try:
        _ask(submissions, instruments, provider, ledger, run.id, in_flight, told)
        state = "finished"
    except KeyboardInterrupt:
        state = "interrupted"
        raise
    finally:
        ledger.end_run(run.id, state)
    return list(ledger.records(run.id))


def _ask(
    submissions: Sequence[Submission],
    instruments: Mapping[str, Instrument],
    provider: Provider,
    ledger: SqlLedger,
    run: str,
    in_flight: int,
    told: str,
) -> None:
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        Remaining(),
        console=Console(stderr=True),
    )
    bar = progress.add_task(told, total=len(submissions))

    async def work() -> None:
        try:
            await grade_all(
                submissions,
                instruments,
                provider,
                Desk(ledger),
                run,
                workers=in_flight,
                on_record=lambda _: progress.update(bar, advance=1),
            )
        finally:
            await provider.close()

    with progress:
        asyncio.run(work())


def _held(records: Iterable[GradeRecord], rubric: Rubric, judge: JudgeSpec, name: str) -> Binding:
    """The one thing that all records hold for. Raises InputError where there are none, or several."""
    found = {
        b.digest: b
        for record in records
        if record.provenance is not None and record.reason is None
        for b in [binding(record.provenance, rubric, judge)]
    }
    if not found:
        remedy = "See the reasons with 'grader show', and mend what they name."
        raise InputError(Problem(name, None, "The judge has no verdict on any answer of the set.", remedy))
    if len(found) > 1:
        models = ", ".join(sorted({b.model for b in found.values()}))
        message = f"The judge answered as more than one model ({models}); a calibration holds for one."
        remedy = "Pin a model version, and calibrate with a new ledger."
        raise InputError(Problem(name, None, message, remedy))
    return next(iter(found.values()))


def study_info() -> StudyInfo:
    """What made a study: the command and the versions of what computed it."""
    return StudyInfo(
        created=datetime.now(UTC),
        version=version("open-response-grader"),
        python=platform.python_version(),
        numpy=version("numpy"),
        scikit_learn=version("scikit-learn"),
        scipy=version("scipy"),
        statsmodels=version("statsmodels"),
        command=masked_command(["grader", *sys.argv[1:]]),
    )


def present(study: Study, *, report: Path | None, save: Path | None, ship: str | None, as_json: bool) -> None:
    """Print the study as a table or as JSON, and write the files that are asked for."""
    info = study_info()
    if as_json:
        print(study_json(study, info))
    else:
        Console().print(study_table(study))
    if report is not None:
        report.write_text(render_study(study, info), encoding="utf-8")
        print(f"Report: {report}", file=sys.stderr)
    if save is not None:
        save.write_text(study_json(study, info), encoding="utf-8")
        print(f"Study: {save}", file=sys.stderr)
    if ship is not None:
        print(f"Calibration: {save_calibration(study.calibration, set_folder(ship))}", file=sys.stderr)

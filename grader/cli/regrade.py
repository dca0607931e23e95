"""`grader regrade`: grade a run's submissions again by the rubrics as they are now."""

import json
from typing import Annotated

import typer

from grader.cli.judge_options import (
    InFlightOption,
    PatienceOption,
    PromptOption,
    ReportOption,
    RpmOption,
    ThreadsOption,
    TpmOption,
)
from grader.cli.options import (
    DEFAULT_LEDGER,
    EXIT_NOT_ALL_SCORED,
    JsonOption,
    LedgerOption,
    RubricsOption,
    RunOption,
)
from grader.cli.scorecard import AssessmentOption


def regrade(
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what would be asked and change.")
    ] = False,
    run: RunOption = None,
    rubrics: RubricsOption = "medical_office_manager",
    assessment: AssessmentOption = "medical_office_manager",
    judge: Annotated[str | None, typer.Option(help="PROVIDER:MODEL; the run's own by default.")] = None,
    prompt: PromptOption = None,
    in_flight: InFlightOption = 8,
    rpm: RpmOption = None,
    tpm: TpmOption = None,
    patience: PatienceOption = 900.0,
    threads: ThreadsOption = None,
    report: ReportOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Grade a run again after its rubrics changed. Old scores stay; what is known is not asked."""
    from rich.console import Console

    from grader.assessment_files import load_assessment
    from grader.cli.gather import find_run, graded, rulings
    from grader.cli.grading import grade_run, present, start
    from grader.cli.outputs import make_way
    from grader.cli.regrading import candidates, judge_of, options_of, submissions_of
    from grader.cli.regrading import preview as foreseen
    from grader.cli.suspending import licensed_aloud
    from grader.datafiles import load_rubrics, refuse_unscoreable
    from grader.domain.record import State
    from grader.errors import InputError, Problem
    from grader.ledger.store import SqlLedger
    from grader.reports.regrade_table import preview_rows, preview_view
    from grader.wiring import Asking, load_instruments, open_judge

    if report is not None:
        make_way(report, "--report")
    with SqlLedger(ledger, create=False) as store:
        before = find_run(store, run)
        if {"panel", "escalate_to"} & before.settings.keys():
            message = f"Run {before.id} was judged by several judges."
            remedy = "Grade its answers again with 'grader grade': what is known is not asked."
            raise InputError(Problem("--run", None, message, remedy))
        options = options_of(judge_of(before))._replace(
            in_flight=in_flight, rpm=rpm, tpm=tpm, patience_s=patience, threads=threads
        )
        provider = open_judge(judge or before.judge, options)
        known = load_rubrics(rubrics)
        tasks = {record.task for record in store.records(before.id)}
        if not tasks & set(known):
            message = f"It has no rubric for the tasks of run {before.id}."
            raise InputError(Problem(rubrics, None, message, "Name the run's rubrics with --rubrics."))
        refuse_unscoreable(rubrics, (known[task] for task in tasks if task in known))
        asking = Asking(before.settings["mode"], before.settings["repeats"])
        calibrations = licensed_aloud(store, provider.spec)
        instruments = load_instruments(known, prompt, provider.spec.style, asking, calibrations)
        if preview:
            items = graded(store, before)
            changed, outcomes = foreseen(store, items, instruments, provider.spec)
            cards = candidates(load_assessment(assessment), items, outcomes, known, rulings(store))
            if as_json:
                print(json.dumps(preview_rows(changed, cards)))
            else:
                Console().print(preview_view(changed, cards))
            return
        submissions = list(submissions_of(store, before))
        again = start(store, provider, instruments, asking, len(submissions))
        grade_run(store, again, provider, instruments, enumerate(submissions), in_flight)
        info = present(store, again, report, as_json=as_json)
    if info.counts[State.NOT_SCORED]:
        raise typer.Exit(EXIT_NOT_ALL_SCORED)

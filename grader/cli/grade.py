"""`grader grade`: submissions in, records in the ledger, a table and a report out."""

from typing import Annotated

import typer

from grader.cli.judge_options import (
    ApplicantsOption,
    BaseUrlOption,
    BudgetTokensOption,
    BudgetUsdOption,
    CalibratedOption,
    CheckCountOption,
    ChecksOption,
    ColumnOption,
    EscalateOption,
    InFlightOption,
    JudgesOption,
    LogprobsOption,
    ModeChoice,
    ModeOption,
    OutputOption,
    PatienceOption,
    PresidioOption,
    PricesOption,
    PromptOption,
    RayOption,
    RayWorkersOption,
    RepeatsOption,
    ReportOption,
    RpmOption,
    SamplingOption,
    SheetOption,
    SubmissionsArgument,
    ThreadsOption,
    TimeoutOption,
    TpmOption,
    judges_named,
)
from grader.cli.options import (
    DEFAULT_LEDGER,
    EXIT_NOT_ALL_SCORED,
    JsonOption,
    LedgerOption,
    RubricsOption,
)
from grader.providers.output import OutputMode


def grade(
    path: SubmissionsArgument,
    judge: JudgesOption = None,
    escalate_to: EscalateOption = None,
    rubrics: RubricsOption = "medical_office_manager",
    prompt: PromptOption = None,
    mode: ModeOption = ModeChoice.ONE_CALL,
    repeats: RepeatsOption = 1,
    calibrated: CalibratedOption = True,
    checks: ChecksOption = None,
    check_count: CheckCountOption = 20,
    column: ColumnOption = None,
    sheet: SheetOption = None,
    candidate: Annotated[list[str] | None, typer.Option(help="Only these candidates.")] = None,
    task: Annotated[list[str] | None, typer.Option(help="Only these tasks.")] = None,
    applicants: ApplicantsOption = None,
    presidio: PresidioOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    report: ReportOption = None,
    base_url: BaseUrlOption = None,
    output: OutputOption = OutputMode.JSON_SCHEMA,
    logprobs: LogprobsOption = False,
    sampling: SamplingOption = True,
    prices: PricesOption = None,
    budget_usd: BudgetUsdOption = None,
    budget_tokens: BudgetTokensOption = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only show what it would take; nothing is asked.")
    ] = False,
    timeout: TimeoutOption = 120.0,
    in_flight: InFlightOption = 8,
    rpm: RpmOption = None,
    tpm: TpmOption = None,
    patience: PatienceOption = 900.0,
    threads: ThreadsOption = None,
    ray: RayOption = None,
    ray_workers: RayWorkersOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No table, only how the run went.")] = False,
) -> None:
    """Grade submissions. What the ledger has an answer to is not asked again, so a run can be resumed."""
    from grader.cli.blinding import blinding
    from grader.cli.check_answers import asked_afresh, check_sets, planned, refuse_checks, tell, to_estimate
    from grader.cli.estimating import estimates, present_estimates
    from grader.cli.grading import Selection, grade_run, present, start
    from grader.cli.outputs import make_way
    from grader.cli.seating import Wishes, open_judges, seated
    from grader.datafiles import load_rubrics, refuse_unscoreable
    from grader.domain.record import State
    from grader.estimate import Pace
    from grader.ledger.store import SqlLedger
    from grader.wiring import Asking, JudgeOptions

    options = JudgeOptions(
        base_url=base_url,
        output=output,
        logprobs=logprobs,
        sampling=sampling,
        prices=prices,
        timeout_s=timeout,
        in_flight=in_flight,
        rpm=rpm,
        tpm=tpm,
        patience_s=patience,
        threads=threads,
    )
    judges = open_judges(judges_named(judge), escalate_to, options, usd=budget_usd, tokens=budget_tokens)
    if ray is not None:
        from grader.cli.on_ray import on_ray, refuse

        refuse(ray, ledger, judges)
    known = load_rubrics(rubrics)
    sets = check_sets(checks or [], known)
    if sets:
        refuse_checks(len(judges.all), on_ray=ray is not None)
    asking = Asking(mode.value, repeats)
    wishes = Wishes(known, prompt, asking, calibrated)
    first, beside = seated(judges, wishes, None)
    blind = blinding(applicants, presidio, known)
    only_candidates, only_tasks = frozenset(candidate or ()), frozenset(task or ())
    selection = Selection(
        path, frozenset(known), column or [], sheet, only_candidates, only_tasks, blinding=blind
    )
    extent = selection.extent()
    refuse_unscoreable(rubrics, (known[task] for task in extent.tasks if task in known))
    if estimate:
        with_checks = to_estimate(sets, check_count, first, selection.read)
        found = estimates(ledger, with_checks, first, beside, judges, Pace(in_flight))
        present_estimates(found, as_json=as_json)
        return
    if report is not None:
        make_way(report, "--report")
    with SqlLedger(ledger) as store:
        first, beside = seated(judges, wishes, store)
        provider, meter = judges.panel[0], judges.meter
        firsts = asked_afresh(store, sets, provider.spec.name)
        asked = planned(sets, check_count, first, selection.read() if sets else (), firsts)
        more = {**(blind.noted if blind else {}), **asked.settings}
        noted = (store, provider, first.instruments, asking, extent.inputs, meter, beside, more)
        if ray is None:
            run = start(*noted)
            placed = asked.mixed_into(enumerate(selection.read()), extent.inputs)
            instruments = first.instruments
            grade_run(store, run, provider, instruments, placed, in_flight, meter, beside, hear=asked.hear)
        else:
            with on_ray(ray, ray_workers, ledger, judges.names[0], options) as grade_there:
                run = start(*noted)
                grade_there(store, run, first.instruments, selection.read(), meter)
            for record in store.records(run.id):
                asked.hear(record)
        tell(store, run.id, asked, first, calibrated=calibrated)
        info = present(store, run, report, as_json=as_json, quiet=quiet, meter=meter)
    if info.counts[State.NOT_SCORED]:
        raise typer.Exit(EXIT_NOT_ALL_SCORED)

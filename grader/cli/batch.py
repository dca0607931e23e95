"""`grader batch`: hand submissions over to a provider's batch API at half price, and come back for them."""

from enum import StrEnum
from typing import Annotated

import typer

from grader.cli.judge_options import (
    DEFAULT_JUDGE,
    ApplicantsOption,
    BaseUrlOption,
    CalibratedOption,
    ChecksOption,
    ColumnOption,
    InFlightOption,
    JudgeOption,
    LogprobsOption,
    ModeChoice,
    ModeOption,
    OutputOption,
    PresidioOption,
    PricesOption,
    PromptOption,
    RepeatsOption,
    ReportOption,
    SamplingOption,
    SheetOption,
    SubmissionsArgument,
)
from grader.cli.options import (
    DEFAULT_LEDGER,
    EXIT_NOT_ALL_SCORED,
    JsonOption,
    LedgerOption,
    RubricsOption,
)
from grader.providers.output import OutputMode

app = typer.Typer(help="Grade through a provider's batch API: half the price, within 24 hours.")


class Again(StrEnum):
    """How rows that brought no usable answer are asked again."""

    BATCH = "batch"
    LIVE = "live"


@app.command("submit")
def submit(
    path: SubmissionsArgument,
    judge: JudgeOption = DEFAULT_JUDGE,
    rubrics: RubricsOption = "medical_office_manager",
    prompt: PromptOption = None,
    mode: ModeOption = ModeChoice.ONE_CALL,
    repeats: RepeatsOption = 1,
    calibrated: CalibratedOption = True,
    checks: ChecksOption = None,
    column: ColumnOption = None,
    sheet: SheetOption = None,
    candidate: Annotated[list[str] | None, typer.Option(help="Only these candidates.")] = None,
    task: Annotated[list[str] | None, typer.Option(help="Only these tasks.")] = None,
    applicants: ApplicantsOption = None,
    presidio: PresidioOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    base_url: BaseUrlOption = None,
    output: OutputOption = OutputMode.JSON_SCHEMA,
    logprobs: LogprobsOption = False,
    sampling: SamplingOption = True,
    prices: PricesOption = None,
    rows: Annotated[
        int, typer.Option("--rows", min=1, max=50_000, help="Most requests in one batch.")
    ] = 50_000,
    as_json: JsonOption = False,
) -> None:
    """Hand over what the ledger has no answer to. Come back with 'grader batch collect'."""
    from contextlib import closing

    from grader.cli.batching import hand_over
    from grader.cli.blinding import blinding
    from grader.cli.check_answers import refuse_checks
    from grader.cli.grading import Selection, start
    from grader.datafiles import load_rubrics, refuse_unscoreable
    from grader.ledger.store import SqlLedger
    from grader.passwords import masked
    from grader.wiring import Asking, JudgeOptions, batch_judge, load_instruments, open_batches

    if checks:
        refuse_checks(in_batches=True)
    options = JudgeOptions(base_url=base_url, output=output, logprobs=logprobs, sampling=sampling)
    service = open_batches(batch_judge(judge, options), prices)
    asking = Asking(mode.value, repeats)
    known = load_rubrics(rubrics)
    instruments = load_instruments(known, prompt, service.spec.style, asking)
    blind = blinding(applicants, presidio, known)
    only_candidates, only_tasks = frozenset(candidate or ()), frozenset(task or ())
    selection = Selection(
        path, frozenset(known), column or [], sheet, only_candidates, only_tasks, blinding=blind
    )
    extent = selection.extent()
    refuse_unscoreable(rubrics, (known[task] for task in extent.tasks if task in known))
    settings = {
        "path": str(path),
        "columns": list(column or ()),
        "sheet": sheet,
        "candidates": list(candidate or ()),
        "tasks": list(task or ()),
        "rubrics": rubrics,
        "prices": list(prices) if prices else None,
        "calibrated": calibrated,
        "rows": rows,
        "endpoint": masked(service.endpoint),
    }
    with closing(service), SqlLedger(ledger) as store:
        more = {"batch": settings, **(blind.noted if blind else {})}
        run = start(store, service, instruments, asking, extent.inputs, more=more)
        hand_over(store, run, service, selection.read(), ledger, as_json=as_json)


@app.command("list")
def list_batches(ledger: LedgerOption = DEFAULT_LEDGER, as_json: JsonOption = False) -> None:
    """List what was handed over, as it stood when last asked about. The provider is not asked."""
    from grader.cli.batching import show
    from grader.ledger.store import SqlLedger

    with SqlLedger(ledger, create=False) as store:
        show(store.batches().batches(), as_json=as_json)


@app.command("collect")
def collect(
    id: Annotated[
        str | None, typer.Argument(help="Run or batch; by default, all that is on its way.", metavar="ID")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until all is there.")] = False,
    every: Annotated[float, typer.Option(min=0.01, help="Seconds between two looks.")] = 60.0,
    again: Annotated[
        Again, typer.Option(help="How to ask again what failed, expired, or came back unusable.")
    ] = Again.BATCH,
    give_up: Annotated[
        bool,
        typer.Option(
            "--give-up", help="Ask nothing again, and close batches that the provider does not know."
        ),
    ] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the files of collected batches at the provider.")
    ] = False,
    in_flight: InFlightOption = 8,
    ledger: LedgerOption = DEFAULT_LEDGER,
    report: ReportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in what came back, make the records, and ask again what brought no usable answer."""
    from grader.cli.batch_collecting import collect_runs, one_report, runs_to_collect
    from grader.cli.batch_rounds import Wishes
    from grader.cli.batching import show
    from grader.cli.outputs import make_way
    from grader.domain.record import State
    from grader.ledger.store import SqlLedger

    if report is not None:
        make_way(report, "--report")
    wishes = Wishes(again is Again.LIVE, give_up, delete, in_flight)
    with SqlLedger(ledger, create=False) as store:
        runs = runs_to_collect(store, id)
        if not runs:
            if as_json:
                show([], as_json=True, runs=[])
            else:
                print("Nothing is on its way. Start with 'grader batch submit'.")
            return
        if report is not None:
            one_report(runs)
        done = collect_runs(store, runs, wishes, every if wait else None, report, as_json=as_json)
    if len(done) < len(runs) or any(info.counts[State.NOT_SCORED] for info in done):
        raise typer.Exit(EXIT_NOT_ALL_SCORED)

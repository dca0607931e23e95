"""`grader calibrate`: ratings in, a fitted and measured calibration and its report out."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.judge_options import (
    DEFAULT_JUDGE,
    ApplicantsOption,
    BaseUrlOption,
    InFlightOption,
    JudgeOption,
    LogprobsOption,
    ModeChoice,
    ModeOption,
    OutputOption,
    PatienceOption,
    PresidioOption,
    PricesOption,
    PromptOption,
    RepeatsOption,
    RpmOption,
    SamplingOption,
    ThreadsOption,
    TimeoutOption,
    TpmOption,
)
from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption, RubricsOption
from grader.cli.source_options import (
    HumanOption,
    LayoutOption,
    ModelOption,
    RatingColumnOption,
    ScaleOption,
    SheetOption,
    SourceArgument,
    TaskOption,
    TextsOption,
)
from grader.providers.output import OutputMode


def calibrate(
    source: SourceArgument,
    rater: Annotated[
        str | None, typer.Option(help="The judge's own ratings are in the source, under this name.")
    ] = None,
    judge: JudgeOption = DEFAULT_JUDGE,
    human: HumanOption = None,
    model: ModelOption = None,
    task: TaskOption = None,
    texts: TextsOption = None,
    scale: ScaleOption = None,
    column: RatingColumnOption = None,
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    applicants: ApplicantsOption = None,
    presidio: PresidioOption = None,
    held_out: Annotated[
        float, typer.Option(min=0.1, max=0.9, help="Share of a file's candidates that is only measured on.")
    ] = 0.5,
    agreement: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="Agreement that the machine's own decisions must keep.")
    ] = 0.90,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="Confidence with which it must be kept.")
    ] = 0.95,
    min_qwk: Annotated[float, typer.Option(min=-1, max=1, help="Lowest QWK of totals.")] = 0.70,
    max_degradation: Annotated[
        float, typer.Option(min=0, max=2, help="Farthest that QWK may fall below that between people.")
    ] = 0.10,
    baseline: Annotated[
        bool, typer.Option(help="Ask for that comparison with people; answers rated twice are needed.")
    ] = True,
    max_smd: Annotated[float, typer.Option(min=0.001, help="Farthest standardized mean difference.")] = 0.15,
    min_answers: Annotated[int, typer.Option(min=1, help="Fewest held-out answers.")] = 100,
    report: Annotated[Path | None, typer.Option(help="Write the HTML report here.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write the study as JSON here.")] = None,
    ship: Annotated[bool, typer.Option(help="Put the calibration into the set's folder.")] = False,
    swap: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Swap test on N answers, each graded under 20 sign-offs."),
    ] = None,
    swap_shift: Annotated[
        float, typer.Option(min=0.001, help="Farthest mean shift in a swap test, percent points.")
    ] = 1.0,
    swap_flips: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="Highest share of verdicts that flip in it.")
    ] = 0.01,
    rubrics: RubricsOption = "medical_office_manager",
    prompt: PromptOption = None,
    mode: ModeOption = ModeChoice.ONE_CALL,
    repeats: RepeatsOption = 1,
    ledger: LedgerOption = DEFAULT_LEDGER,
    base_url: BaseUrlOption = None,
    output: OutputOption = OutputMode.JSON_SCHEMA,
    logprobs: LogprobsOption = False,
    sampling: SamplingOption = True,
    prices: PricesOption = None,
    timeout: TimeoutOption = 120.0,
    in_flight: InFlightOption = 8,
    rpm: RpmOption = None,
    tpm: TpmOption = None,
    patience: PatienceOption = 900.0,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Calibrate a judge against ratings, and say whether its scores may be used."""
    from grader.calibration.abstention import Ask
    from grader.calibration.calibrate import Wish
    from grader.calibration.calibrate import calibrate as study_of
    from grader.calibration.judged import from_set
    from grader.cli.blinding import blinding
    from grader.cli.calibrating import present, rate
    from grader.cli.outputs import make_way
    from grader.cli.source import FileFacts, known_rater, open_source
    from grader.cli.suspending import after_alarms
    from grader.cli.swapping import swapped
    from grader.datafiles import load_rubrics, refuse_unscoreable
    from grader.domain.swap import SwapBounds
    from grader.domain.thresholds import Thresholds
    from grader.errors import InputError, Problem
    from grader.ledger.store import SqlLedger
    from grader.wiring import Asking, JudgeOptions, load_instruments, open_judge

    for path, option in ((report, "--report"), (save, "--save")):
        if path is not None:
            make_way(path, option)
    facts = FileFacts(
        humans=tuple(human or ()),
        models=(*(model or ()), *([rater] if rater else [])),
        task=task,
        texts=texts,
        scale=scale,
        columns=tuple(column or ()),
        layout=layout,
        sheet=sheet,
        share=held_out,
    )
    found, rubric = open_source(source, facts, rubrics)
    wish = Wish(
        ask=Ask(agreement, confidence),
        thresholds=Thresholds(
            qwk=min_qwk,
            degradation=-max_degradation if baseline else None,
            smd=max_smd,
            responses=min_answers,
        ),
    )
    if rater is not None and applicants is not None:
        message = "With --rater no judge is asked, and there is nothing to take out."
        raise InputError(Problem("--applicants", None, message, "Leave it out."))
    if rater is not None and swap is not None:
        remedy = "Name the judge with --judge, or leave out --swap."
        raise InputError(Problem("--swap", None, "Ratings from a file can't be made anew.", remedy))
    with SqlLedger(ledger) as store:
        if rater is not None:
            judged, held = from_set(found, known_rater(found, rater)), None
        else:
            if rubric is None:
                remedy = "Name its task with --task, or the judge's own ratings with --rater."
                raise InputError(Problem(source, None, "A judge needs a rubric to rate by.", remedy))
            refuse_unscoreable(rubrics, [rubric])
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
            provider = open_judge(judge, options)
            instruments = load_instruments(
                {rubric.task: rubric}, prompt, provider.spec.style, Asking(mode.value, repeats)
            )
            blind = blinding(applicants, presidio, load_rubrics(rubrics))
            instrument = after_alarms(store, provider.spec, instruments[rubric.task])
            judged, held = rate(found, instrument, provider, store, in_flight, blind)
            if told := provider.tally.sentence:
                typer.echo(told, err=True)
        study = study_of(found, rubric, judged, held, wish)
        if swap is not None:
            bounds = SwapBounds(shift=swap_shift, flips=swap_flips)
            again = open_judge(judge, options)
            study = swapped(study, found, instrument, again, store, in_flight, swap, bounds)
        store.append_calibration(study.calibration)
    present(study, report=report, save=save, ship=source if ship else None, as_json=as_json)

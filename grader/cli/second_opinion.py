"""`grader second-opinion`: your ratings on record first, then the judge's, then where they differ."""

from pathlib import Path
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
    PatienceOption,
    PresidioOption,
    PricesOption,
    PromptOption,
    RepeatsOption,
    ReportOption,
    RpmOption,
    SamplingOption,
    SheetOption,
    SubmissionsArgument,
    ThreadsOption,
    TimeoutOption,
    TpmOption,
)
from grader.cli.options import (
    DEFAULT_LEDGER,
    EXIT_NOT_ALL_SCORED,
    JsonOption,
    LedgerOption,
    RubricsOption,
)
from grader.providers.output import OutputMode


def second_opinion(
    path: SubmissionsArgument,
    ratings: Annotated[
        Path, typer.Option(help="Your ratings: a table with columns submission, criterion and rating.")
    ],
    rater: Annotated[str, typer.Option(help="Your name, as in the ratings if they name raters.")],
    judge: JudgeOption = DEFAULT_JUDGE,
    rubrics: RubricsOption = "medical_office_manager",
    prompt: PromptOption = None,
    mode: ModeOption = ModeChoice.ONE_CALL,
    repeats: RepeatsOption = 1,
    calibrated: CalibratedOption = True,
    checks: ChecksOption = None,
    column: ColumnOption = None,
    sheet: SheetOption = None,
    applicants: ApplicantsOption = None,
    presidio: PresidioOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    report: ReportOption = None,
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
    """Compare your own ratings with a judge's. Yours are put on record before the judge is asked."""
    import sys

    from grader.cli.blinding import blinding
    from grader.cli.check_answers import check_sets
    from grader.cli.committing import checked_name, checked_ratings, commit, read_for
    from grader.cli.comparing import present_opinion
    from grader.cli.drifting import set_apart
    from grader.cli.grading import Selection, grade_run, start
    from grader.cli.outputs import make_way
    from grader.cli.own_ratings import own_ratings
    from grader.cli.suspending import licensed_aloud
    from grader.datafiles import load_rubrics, refuse_unscoreable
    from grader.ledger.store import SqlLedger
    from grader.reports.drift_table import batch_sentence
    from grader.reports.opinion import commitment_sentence
    from grader.wiring import Asking, JudgeOptions, load_instruments, open_judge

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
    name = checked_name(rater, "--rater")
    provider = open_judge(judge, options)
    asking = Asking(mode.value, repeats)
    known = load_rubrics(rubrics)
    instruments = load_instruments(known, prompt, provider.spec.style, asking)
    blind = blinding(applicants, presidio, known)
    whole = Selection(path, frozenset(known), column or [], sheet, frozenset(), frozenset(), blinding=blind)
    read = own_ratings(ratings, name)
    submissions = read_for(read, whole)
    own = checked_ratings(ratings.name, read, submissions, known)
    refuse_unscoreable(rubrics, (known[t] for t in {s.task for s in submissions.values()} if t in known))
    if report is not None:
        make_way(report, "--report")
    with SqlLedger(ledger) as store:
        committed = commit(store, name, own, submissions, known)
        print(commitment_sentence(committed), file=sys.stderr if as_json else sys.stdout, flush=True)
        rated = frozenset(text.submission for text in committed.commitment.texts)
        apart, taken = set_apart(store, committed, check_sets(checks or [], known), known)
        for batch in taken:
            print(batch_sentence(batch), file=sys.stderr)
        if apart == rated:
            return
        selection = whole._replace(only=rated - apart)
        calibrations = licensed_aloud(store, provider.spec) if calibrated else {}
        instruments = load_instruments(known, prompt, provider.spec.style, asking, calibrations)
        more = blind.noted if blind else {}
        run = start(store, provider, instruments, asking, selection.extent().inputs, more=more)
        grade_run(store, run, provider, instruments, enumerate(selection.read()), in_flight)
        comparisons = present_opinion(store, run, committed, report, as_json=as_json)
    if any(comparison.record.score is None for comparison in comparisons):
        raise typer.Exit(EXIT_NOT_ALL_SCORED)

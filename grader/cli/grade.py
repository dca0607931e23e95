"""`grader grade`: submissions in, records in the ledger, a table and a report out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import (
    DEFAULT_LEDGER,
    EXIT_NOT_ALL_SCORED,
    JsonOption,
    LedgerOption,
    RubricsOption,
)
from grader.providers.output import OutputMode


class ModeChoice(StrEnum):
    """How many criteria one call holds."""

    ONE_CALL = "one_call"
    PER_CRITERION = "per_criterion"


def grade(
    path: Annotated[Path, typer.Argument(help="CSV, XLSX or JSONL file, or a folder of documents.")],
    judge: Annotated[
        str, typer.Option(envvar="GRADER_JUDGE", help="PROVIDER:MODEL; see 'grader models'.")
    ] = "local:qwen2.5-coder-1.5b",
    rubrics: RubricsOption = "medical_office_manager",
    prompt: Annotated[str | None, typer.Option(help="Prompt id or file; the judge's own by default.")] = None,
    mode: Annotated[ModeChoice, typer.Option(help="One call for the rubric, or one a criterion.")] = (
        ModeChoice.ONE_CALL
    ),
    column: Annotated[
        list[str] | None, typer.Option(help="FIELD=COLUMN for candidate, task, text or id.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of an XLSX file.")] = None,
    candidate: Annotated[list[str] | None, typer.Option(help="Only these candidates.")] = None,
    task: Annotated[list[str] | None, typer.Option(help="Only these tasks.")] = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    base_url: Annotated[
        str | None, typer.Option(envvar="GRADER_BASE_URL", help="OpenAI-compatible endpoint.")
    ] = None,
    output: Annotated[OutputMode, typer.Option(help="What the endpoint can do.")] = OutputMode.JSON_SCHEMA,
    logprobs: Annotated[bool, typer.Option(help="Ask for probabilities of verdicts.")] = False,
    sampling: Annotated[
        bool, typer.Option(help="Send temperature and seed; reasoning models refuse them.")
    ] = True,
    prices: Annotated[
        tuple[float, float, float] | None,
        typer.Option(metavar="IN CACHED OUT", help="US dollars per million tokens, of an openai judge."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for one call.")] = 120.0,
    in_flight: Annotated[int, typer.Option(min=1, help="Calls under way at once.")] = 8,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of the embedded judge.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Grade submissions. What the ledger has an answer to is not asked again, so a run can be resumed."""
    from grader.cli.grading import Selection, grade_run, present, start
    from grader.cli.outputs import make_way
    from grader.ledger.store import SqlLedger
    from grader.wiring import JudgeOptions, load_instruments, open_judge

    options = JudgeOptions(
        base_url=base_url,
        output=output,
        logprobs=logprobs,
        sampling=sampling,
        prices=prices,
        timeout_s=timeout,
        in_flight=in_flight,
        threads=threads,
    )
    provider = open_judge(judge, options)
    instruments = load_instruments(rubrics, prompt, provider.spec.style, mode.value)
    selection = Selection(
        path, frozenset(instruments), column or [], sheet, frozenset(candidate or ()), frozenset(task or ())
    )
    if report is not None:
        make_way(report, "--report")
    with SqlLedger(ledger) as store:
        run = start(store, provider, instruments, mode.value, selection)
        grade_run(store, run, provider, instruments, selection, in_flight)
        items = present(store, run, report, as_json=as_json)
    if any(item.record.score is None for item in items):
        raise typer.Exit(EXIT_NOT_ALL_SCORED)

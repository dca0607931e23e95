"""`grader agreement`: how well two raters agree, people or models alike."""

from typing import Annotated

import typer

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
)


def agreement(
    source: SourceArgument,
    first: Annotated[str | None, typer.Option(help="The reference rater; the first of two or more.")] = None,
    second: Annotated[
        str | None, typer.Option(help="The other rater; 'run:ID' is the judge of a run in the ledger.")
    ] = None,
    human: HumanOption = None,
    model: ModelOption = None,
    task: TaskOption = None,
    scale: ScaleOption = None,
    column: RatingColumnOption = None,
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    rubrics: RubricsOption = "medical_office_manager",
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Show the agreement of two raters by criterion, over all criteria and on the total."""
    import json

    from rich.console import Console

    from grader.calibration.raters import compare_raters
    from grader.cli.source import FileFacts, open_source, two_raters, with_run
    from grader.ledger.store import SqlLedger
    from grader.reports.agreement_table import agreement_table

    facts = FileFacts(
        humans=tuple(human or ()),
        models=tuple(model or ()),
        task=task,
        scale=scale,
        columns=tuple(column or ()),
        layout=layout,
        sheet=sheet,
    )
    found, rubric = open_source(source, facts, rubrics)
    if second is not None and second.startswith("run:"):
        with SqlLedger(ledger, create=False) as store:
            found = with_run(found, store, second)
    names = two_raters(found, first, second)
    compared = compare_raters(found, rubric, *names, resamples=1000)
    if as_json:
        rows = {c.name: c.agreement.model_dump(mode="json") for c in compared}
        print(json.dumps({"reference": names[0], "other": names[1], "agreement": rows}))
    else:
        Console().print(agreement_table(compared, names))

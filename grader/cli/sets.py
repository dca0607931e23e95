"""`grader sets`: calibration sets listed, imported and exported."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import JsonOption, RubricsOption
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

app = typer.Typer(help="Calibration sets: list, import, export.", no_args_is_help=True)


@app.command("list")
def list_sets(as_json: JsonOption = False) -> None:
    """List the sets that come with the program."""
    import json

    from rich.console import Console
    from rich.table import Table

    from grader.calibration_files import load_set, shipped_sets

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("Set", "Answers", "Fit", "Held out", "Ratings", "Raters"):
        table.add_column(name)
    rows = []
    for folder in shipped_sets():
        found = load_set(folder)
        raters = ", ".join(f"{r.id} ({r.kind.value})" for r in found.manifest.raters)
        fit, held_out = len(found.manifest.fit), len(found.manifest.held_out)
        facts = (folder.name, len(found.responses), fit, held_out, len(found.ratings), raters)
        rows.append(dict(zip(("set", "answers", "fit", "held_out", "ratings", "raters"), facts, strict=True)))
        table.add_row(*map(str, facts))
    if as_json:
        print(json.dumps(rows))
    else:
        Console().print(table)


@app.command("import")
def import_set(
    source: SourceArgument,
    folder: Annotated[Path, typer.Argument(help="New folder for the set.")],
    human: HumanOption = None,
    model: ModelOption = None,
    task: TaskOption = None,
    texts: TextsOption = None,
    scale: ScaleOption = None,
    column: RatingColumnOption = None,
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    held_out: Annotated[
        float, typer.Option(min=0.1, max=0.9, help="Share of the candidates that is only measured on.")
    ] = 0.5,
    rubrics: RubricsOption = "medical_office_manager",
) -> None:
    """Make a calibration set of a file of ratings; its split into fit and held-out is fixed from then on."""
    import re

    from grader.calibration_files import save_set
    from grader.cli.source import FileFacts, open_source

    facts = FileFacts(
        humans=tuple(human or ()),
        models=tuple(model or ()),
        task=task,
        texts=texts,
        scale=scale,
        columns=tuple(column or ()),
        layout=layout,
        sheet=sheet,
        share=held_out,
    )
    found, _ = open_source(source, facts, rubrics)
    name = re.sub(r"[^a-z0-9_]+", "_", folder.name.casefold()).strip("_") or "imported"
    if not name[0].isalpha():
        name = f"set_{name}"
    manifest = found.manifest.model_copy(update={"id": name[:64]})
    save_set(found.model_copy(update={"manifest": manifest}), folder)
    left_out = f", {len(found.exclusions)} rows left out" if found.exclusions else ""
    print(f"{folder}: {len(found.responses)} answers, {len(found.ratings)} ratings{left_out}")


@app.command("export")
def export_set(
    source: SourceArgument,
    folder: Annotated[Path, typer.Argument(help="Folder for the CSV and the configuration.")],
    system: Annotated[str, typer.Option(help="The rater whose scores are the system's.")],
    human: HumanOption = None,
    model: ModelOption = None,
    task: TaskOption = None,
    scale: ScaleOption = None,
    column: RatingColumnOption = None,
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    rubrics: RubricsOption = "medical_office_manager",
) -> None:
    """Write overall ratings, or totals of verdicts, as the CSV and configuration that rsmeval reads."""
    from grader.calibration.raters import with_totals
    from grader.cli.source import FileFacts, known_rater, open_source
    from grader.domain.calibration_set import OVERALL
    from grader.reports.rsmtool import to_rsmtool, write_rsmtool

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
    found = with_totals(found, rubric) if rubric is not None else found
    name = known_rater(found, system)
    scores = {r.response: r.value for r in found.ratings if r.rater == name and r.criterion == OVERALL}
    for path in write_rsmtool(to_rsmtool(found, scores), found, folder):
        print(path)

"""`grader models`: which judges are ready here, and what each needs."""

import json
from typing import Annotated

import typer

from grader.cli.options import JsonOption

app = typer.Typer(help="Which judges are ready here, with what each needs.", invoke_without_command=True)


@app.callback()
def models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the judges: name, whether it is ready, what it needs."""
    if context.invoked_subcommand is not None:
        return
    from rich.console import Console
    from rich.table import Table

    from grader.cli.judges import judges

    found = judges()
    if as_json:
        print(json.dumps([j._asdict() for j in found]))
        return
    table = Table("Judge", "Ready", "What it needs", "Licence or terms", title="Judges")
    for judge in found:
        ready = {True: "yes", False: "no", None: "depends"}[judge.ready]
        table.add_row(judge.name, ready, judge.needs, judge.terms)
    Console().print(table)


@app.command("fetch")
def fetch(name: Annotated[str, typer.Argument(help="Name from the list of 'grader models'.")]) -> None:
    """Fetch the weights of an embedded judge, once; their digest is checked."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from grader.cli.judges import fetch_weights

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(f"Fetching {name}", total=None)
        path = fetch_weights(name, lambda done, total: progress.update(bar, completed=done, total=total))
    print(path)

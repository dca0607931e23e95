"""Options that several commands share."""

from typing import Annotated

import typer

LedgerOption = Annotated[
    str,
    typer.Option("--ledger", envvar="GRADER_LEDGER", help="SQLite file or SQLAlchemy database URL."),
]
RunOption = Annotated[str | None, typer.Option("--run", help="Id of the run; the latest by default.")]
RubricsOption = Annotated[
    str, typer.Option("--rubrics", help="Shipped set, folder or file of rubrics.", envvar="GRADER_RUBRICS")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

DEFAULT_LEDGER = "runs/ledger.db"
EXIT_CHECK_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_NOT_ALL_SCORED = 3
EXIT_INTERRUPTED = 130

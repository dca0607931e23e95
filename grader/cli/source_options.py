"""Options that say where ratings come from and who gave them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LayoutChoice(StrEnum):
    """How a file of ratings is laid out: a row a rating, a column a criterion, or what a tool writes."""

    LONG = "long"
    BY_CRITERION = "by_criterion"
    RSMTOOL = "rsmtool"
    LABEL_STUDIO = "label_studio"


SourceArgument = Annotated[
    str, typer.Argument(help="Folder or name of a calibration set, or a file of ratings (CSV, XLSX, JSON).")
]
HumanOption = Annotated[
    list[str] | None, typer.Option("--human", help="A rater of the file who is a person; 'all' of them.")
]
ModelOption = Annotated[
    list[str] | None, typer.Option("--model", help="A rater of the file that is a model.")
]
TaskOption = Annotated[
    str | None, typer.Option("--task", help="Task of the ratings in the file: its rubric is used.")
]
TextsOption = Annotated[
    Path | None, typer.Option("--texts", help="Table with the answers, where the ratings come without.")
]
ScaleOption = Annotated[
    tuple[float, float] | None,
    typer.Option("--scale", metavar="LOW HIGH", help="Lowest and highest overall rating."),
]
RatingColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="FIELD=COLUMN, such as response, rater or rating.")
]
LayoutOption = Annotated[
    LayoutChoice | None, typer.Option("--layout", help="How the file is laid out; it tells by itself.")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Sheet of an XLSX file.")]

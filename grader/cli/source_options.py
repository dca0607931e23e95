"""Options that say where ratings come from and who gave them."""

from pathlib import Path
from typing import Annotated

import typer

from grader.readers.rating_columns import RatingLayout

SourceArgument = Annotated[
    str, typer.Argument(help="Folder or name of a calibration set, or a file of ratings (CSV, XLSX, JSON).")
]
HumanOption = Annotated[
    list[str] | None, typer.Option("--human", help="A rater of the file who is a person; 'all' of them.")
]
ModelOption = Annotated[
    list[str] | None, typer.Option("--model", help="A rater of the file that is a model.")
]

"""`grader blind`: a sheet of answers for raters who may not know whose they are."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.judge_options import (
    ColumnOption,
    PresidioOption,
    SheetOption,
    SubmissionsArgument,
)
from grader.cli.options import RubricsOption


def blind(
    path: SubmissionsArgument,
    applicants: Annotated[Path, typer.Option(help="Table of candidate, name, email, phone.")],
    out: Annotated[Path, typer.Option(help="Write the sheet (CSV) here.")],
    pseudonyms: Annotated[
        Path | None,
        typer.Option(help="Opaque ids instead of candidates' own; which is whose is written here, for HR."),
    ] = None,
    presidio: PresidioOption = None,
    column: ColumnOption = None,
    sheet: SheetOption = None,
    rubrics: RubricsOption = "medical_office_manager",
) -> None:
    """Write the answers without names, e-mail addresses and phone numbers, as a judge is shown them."""
    from grader.cli.blinding import blinding
    from grader.cli.grading import Selection
    from grader.cli.outputs import make_way
    from grader.cli.pseudonyms import blind_sheet, opaque_ids, write_private
    from grader.datafiles import load_rubrics
    from grader.reports.wording import counted

    make_way(out, "--out")
    known = load_rubrics(rubrics)
    found = blinding(applicants, presidio, known)
    selection = Selection(
        path, frozenset(known), column or [], sheet, frozenset(), frozenset(), blinding=found
    )
    selection.extent()
    submissions = [*selection.read()]
    ids = opaque_ids(s.candidate for s in submissions) if pseudonyms else {}
    if pseudonyms:
        write_private(pseudonyms, ids)
    count = blind_sheet(out, submissions, ids)
    hidden = sum(len(s.removed or ()) for s in submissions)
    answers, passages = counted(count, "answer", "answers"), counted(hidden, "passage", "passages")
    print(f"{out}: {answers}, {passages} taken out.")
    if pseudonyms:
        print(f"{pseudonyms}: whose the opaque ids are; only you can read it.")

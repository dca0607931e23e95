"""`grader check`: rubrics, prompts, assessments and data, each finding with file, line and remedy."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import EXIT_CHECK_FAILED, JsonOption, RubricsOption


def check(
    data: Annotated[Path | None, typer.Argument(help="Submissions to check too.")] = None,
    rubrics: RubricsOption = "medical_office_manager",
    assessment: Annotated[
        str | None, typer.Option(help="Assessment to check; by default all shipped ones.")
    ] = None,
    column: Annotated[list[str] | None, typer.Option(help="FIELD=COLUMN, as for 'grade'.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of an XLSX file.")] = None,
    schema: Annotated[Path | None, typer.Option(help="Write the JSON Schema of rubrics here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check rubrics, prompts, assessments and, if named, submissions; exit 1 if anything is wrong."""
    from grader.cli.checking import (
        check_assessments,
        check_prompts,
        check_rubrics,
        check_submissions,
        rubric_schema,
    )
    from grader.cli.outputs import make_way

    if schema is not None:
        make_way(schema, "--schema")
        schema.write_text(rubric_schema(), encoding="utf-8")
    problems, found = check_rubrics(rubrics)
    problems += check_prompts()
    problems += check_assessments(assessment)
    if data is not None:
        problems += check_submissions(data, found, column or [], sheet)
    if as_json:
        rows = [{"file": p.file, "line": p.line, "message": p.message, "remedy": p.remedy} for p in problems]
        print(json.dumps(rows))
    for problem in [] if as_json else problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(EXIT_CHECK_FAILED)
    print(f"{len(found)} rubrics, all prompts and assessments are in order.", file=sys.stderr)

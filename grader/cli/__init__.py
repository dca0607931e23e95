"""The command line: a verb is a short function. Heavy imports wait until a verb needs them."""

import io
import sys

import typer

from grader.cli import (
    adjudicate,
    adjudications,
    agreement,
    audit,
    batch,
    blind,
    calibrate,
    card,
    check,
    decide,
    decisions,
    drift,
    export,
    fairness,
    grade,
    models,
    raters,
    regrade,
    replay,
    report,
    scorecard,
    second_opinion,
    sets,
    show,
)
from grader.cli.options import EXIT_BAD_INPUT, EXIT_INTERRUPTED
from grader.errors import GraderError

app = typer.Typer(
    name="grader",
    help="Grade written answers against a rubric checklist, with evidence for every verdict.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("grade")(grade.grade)
app.command("show")(show.show)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("replay")(replay.replay)
app.command("scorecard")(scorecard.scorecard)
app.command("decide")(decide.decide)
app.command("decisions")(decisions.decisions)
app.command("regrade")(regrade.regrade)
app.command("calibrate")(calibrate.calibrate)
app.command("agreement")(agreement.agreement)
app.command("blind")(blind.blind)
app.command("fairness")(fairness.fairness)
app.command("check")(check.check)
app.command("second-opinion")(second_opinion.second_opinion)
app.command("adjudicate")(adjudicate.adjudicate)
app.command("adjudications")(adjudications.adjudications)
app.command("raters")(raters.raters)
app.add_typer(audit.app, name="audit")
app.add_typer(drift.app, name="drift")
app.command("card")(card.card)
app.add_typer(batch.app, name="batch")
app.add_typer(sets.app, name="sets")
app.add_typer(models.app, name="models")


def main() -> None:
    """Entry point. Exit 0 fine, 1 a check failed, 2 bad input, 3 not all scored, or the budget spent."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a narrow terminal shows "?", and the run goes on
    try:
        app()
    except GraderError as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)

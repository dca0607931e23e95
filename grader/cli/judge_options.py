"""Options that name a judge and say how to reach it, shared by the commands that ask one."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.providers.output import OutputMode

DEFAULT_JUDGE = "local:qwen2.5-coder-1.5b"


class ModeChoice(StrEnum):
    """How many criteria one call holds."""

    ONE_CALL = "one_call"
    PER_CRITERION = "per_criterion"


SubmissionsArgument = Annotated[
    Path, typer.Argument(help="CSV, XLSX or JSONL file, or a folder of documents.", metavar="SUBMISSIONS")
]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="FIELD=COLUMN for candidate, task, text or id.")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Sheet of an XLSX file.")]
ReportOption = Annotated[Path | None, typer.Option("--report", help="Write an HTML report here.")]
CalibratedOption = Annotated[
    bool,
    typer.Option(
        "--calibrated/--no-calibrated", help="Put verdicts through the calibration that holds for them."
    ),
]
ChecksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--checks", metavar="SET", help="Mix in check answers from this calibration set (folder or name)."
    ),
]
CheckCountOption = Annotated[
    int, typer.Option("--check-count", min=2, help="Check answers of each set in a batch.")
]
JudgeOption = Annotated[
    str, typer.Option("--judge", envvar="GRADER_JUDGE", help="PROVIDER:MODEL; see 'grader models'.")
]
JudgesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--judge",
        help="PROVIDER:MODEL; see 'grader models'. Several are a panel."
        f"  [env var: GRADER_JUDGE; default: {DEFAULT_JUDGE}]",
    ),
]


def judges_named(judges: list[str] | None) -> list[str]:
    """The judges that are named, else the one of GRADER_JUDGE: whole, as a path may have spaces in it."""
    return judges or [os.environ.get("GRADER_JUDGE") or DEFAULT_JUDGE]


EscalateOption = Annotated[
    str | None,
    typer.Option("--escalate-to", metavar="JUDGE", help="Ask this one where the first judge is in doubt."),
]
PromptOption = Annotated[
    str | None, typer.Option("--prompt", help="Prompt id or file; the judge's own by default.")
]
ModeOption = Annotated[
    ModeChoice, typer.Option("--mode", help="One call for the rubric, or one a criterion.")
]
RepeatsOption = Annotated[
    int, typer.Option("--repeats", min=1, help="Ask the same this often, each with its own seed.")
]
BaseUrlOption = Annotated[
    str | None, typer.Option("--base-url", envvar="GRADER_BASE_URL", help="OpenAI-compatible endpoint.")
]
OutputOption = Annotated[OutputMode, typer.Option("--output", help="What the endpoint can do.")]
LogprobsOption = Annotated[
    bool, typer.Option("--logprobs/--no-logprobs", help="Ask for probabilities of verdicts.")
]
SamplingOption = Annotated[
    bool,
    typer.Option("--sampling/--no-sampling", help="Send temperature and seed; reasoning models refuse them."),
]
PricesOption = Annotated[
    tuple[float, float, float] | None,
    typer.Option("--prices", metavar="IN CACHED OUT", help="US dollars a million tokens; else list prices."),
]
BudgetUsdOption = Annotated[
    float | None, typer.Option("--budget-usd", metavar="USD", help="The most that this run may cost.")
]
BudgetTokensOption = Annotated[
    int | None,
    typer.Option("--budget-tokens", min=1, metavar="N", help="The most tokens that this run may take."),
]
TimeoutOption = Annotated[float, typer.Option("--timeout", min=1, help="Seconds for one call.")]
InFlightOption = Annotated[
    int,
    typer.Option("--in-flight", min=1, help="Calls at once, at most; fewer while the judge is overloaded."),
]
RpmOption = Annotated[int | None, typer.Option("--rpm", min=1, help="Requests a minute, at most.")]
TpmOption = Annotated[int | None, typer.Option("--tpm", min=1, help="Tokens a minute, at most.")]
PatienceOption = Annotated[
    float, typer.Option("--patience", min=0, help="Seconds that refusals (429) may put off one answer.")
]
RayOption = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Grade on a Ray cluster: HOST:PORT, 'auto' or 'local'; PostgreSQL only.",
    ),
]
RayWorkersOption = Annotated[
    int | None,
    typer.Option("--ray-workers", min=1, metavar="N", help="Workers on it; a core each, all by default."),
]
ThreadsOption = Annotated[int | None, typer.Option("--threads", min=1, help="Threads of the embedded judge.")]
ApplicantsOption = Annotated[
    Path | None,
    typer.Option(
        "--applicants",
        help="Table of candidate, name, email, phone: taken out of what judges and raters see.",
    ),
]
PresidioOption = Annotated[
    Path | None,
    typer.Option(
        "--presidio",
        metavar="MODEL",
        help="With --applicants: other names too, by this spaCy model.",
    ),
]

"""The stages of `grader batch submit` and `list`: note the input, hand it over, show how batches stand."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from grader.batches.collecting import refresh
from grader.batches.sending import Limits, Place, claim, dispatch_all
from grader.batches.settling import outstanding
from grader.cli.regrading import judge_of
from grader.cli.suspending import licensed_aloud
from grader.domain.batch import KnownBatch, Step, in_groups
from grader.domain.batch_sides import BatchService
from grader.domain.prompt import Prompt
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.submission import Submission
from grader.errors import GraderError, InputError, Problem
from grader.ledger.store import SqlLedger
from grader.passwords import masked, masked_command
from grader.pipeline import Instrument
from grader.reports.wording import counted
from grader.wiring import open_batches

_AT_ONCE = 500


class Handed(NamedTuple):
    """What came of handing a run over."""

    batches: int
    requests: int


def hand_over(
    store: SqlLedger,
    run: Run,
    service: BatchService,
    submissions: Iterable[Submission],
    ledger: str,
    *,
    as_json: bool,
) -> None:
    """Keep the submissions of a run, and send what they need; says how to come back."""
    batches = store.batches()
    for group in in_groups(enumerate(submissions), _AT_ONCE):
        batches.add_inputs(run.id, group)
    back = masked_command(["grader", "batch", "collect", run.id, "--ledger", ledger])
    place = Place(service, batches, store)
    try:
        for forgotten, older in unsent(store, run):
            # at the prices of its own run
            forgotten_place = place_of(store, older)
            with closing(forgotten_place.service):
                refresh(forgotten, forgotten_place)
        handed = send(store, run, place)
    except GraderError:
        print(f"Nothing is lost. Once that is mended, go on with: {back}", file=sys.stderr)
        raise
    if as_json:
        print(json.dumps({"run": run.id, **handed._asdict()}))
        return
    requests = counted(handed.requests, "request", "requests")
    print(f"Run {run.id}: {requests} handed over, in {counted(handed.batches, 'batch', 'batches')}.")
    print("All else is answered in the ledger, on its way, or asks no judge.")
    print(f"Come back with: {back}")


def send(store: SqlLedger, run: Run, place: Place) -> Handed:
    """Hand over what a run still needs. Raises ProviderError; what was not sent is sent another time."""
    wanted = outstanding(run, instruments_of(store, run), place.service.spec, place)
    claimed = claim(wanted, run.id, place, Limits(rows=run.settings["batch"]["rows"]))
    dispatch_all(claimed, place)
    return Handed(len(claimed), sum(place.batches.batch(batch).rows for batch in claimed))


def unsent(store: SqlLedger, run: Run) -> list[tuple[KnownBatch, Run]]:
    """Batches beside a run whose handing over failed or was broken off, each with its own run."""
    others = {other.id: other for other in beside(store, [run])}
    return [
        (batch, others[batch.run])
        for batch in store.batches().batches()
        if batch.run in others and batch.status is None and not batch.closed
    ]


def beside(store: SqlLedger, runs: Sequence[Run]) -> list[Run]:
    """These runs, and all that may have asked the same in batches of their own at the same endpoint."""

    def there(run: Run) -> tuple[Any, Any]:
        return run.settings["judge"], run.settings["batch"].get("endpoint")

    known = [there(run) for run in runs]
    return [run for run in store.runs() if "batch" in run.settings and there(run) in known]


def place_of(store: SqlLedger, run: Run) -> Place:
    """Where the batches of a run are. Raises PermanentError without a key, InputError at another endpoint."""
    prices = run.settings["batch"]["prices"]
    service = open_batches(judge_of(run), tuple(prices) if prices else None)
    handed_over = run.settings["batch"].get("endpoint", masked(service.endpoint))
    if masked(service.endpoint) != handed_over:
        message = f"Run {run.id} was handed over at {handed_over}, and this is {masked(service.endpoint)}."
        service.close()
        raise InputError(Problem("OPENAI_BASE_URL", None, message, "Set it as it was then, or unset it."))
    return Place(service, store.batches(), store)


def instruments_of(store: SqlLedger, run: Run) -> Mapping[str, Instrument]:
    """Rubrics and prompt of a run as they were when it was handed over; calibrations as they are now."""
    prompt = Prompt.model_validate_json(store.text(run.settings["prompt"]))
    mode, repeats = run.settings["mode"], run.settings["repeats"]
    calibrations = licensed_aloud(store, judge_of(run)) if run.settings["batch"]["calibrated"] else {}
    return {
        task: Instrument(Rubric.model_validate_json(store.text(rubric)), prompt, mode, repeats, calibrations)
        for task, rubric in run.settings["rubrics"].items()
    }


def show(batches: Sequence[KnownBatch], *, as_json: bool, **more: Any) -> None:
    """Print how batches stand: requests done, failed and in all, as the provider counts.

    `more`: what the JSON is to hold beside them.
    """
    rows = [_row(batch) for batch in batches]
    if as_json:
        print(json.dumps({"batches": rows, **more}))
        return
    table = Table("Batch", "At the provider", "State", "Done", "Failed", "Total", "Submitted (UTC)")
    for row in rows:
        table.add_row(*(str(row[name]) for name in _COLUMNS))
    Console().print(table)
    for row in rows:
        if row["note"]:
            print(f"{row['batch']}: {row['note']}")


_COLUMNS = ("batch", "id", "state", "done", "failed", "total", "created")


def _row(batch: KnownBatch) -> dict[str, str | int]:
    status, last = batch.status, batch.events[-1] if batch.events else None
    state = status.state if status else "not sent" if last is None else last.step.value.replace("_", " ")
    if batch.closed:
        state = f"{status.state}, collected" if status and status.over else "given up"
    return {
        "batch": batch.id,
        "run": batch.run,
        "id": status.id if status else "-",
        "state": state,
        "done": status.completed if status else 0,
        "failed": status.failed if status else 0,
        "total": (status.total if status else 0) or batch.rows,
        "created": f"{batch.created[:16].replace('T', ' ')}",
        "note": last.note if last and last.step in {Step.PUT_BACK, Step.CLOSED} else "",
    }

"""`grader replay`: every score of a run computed again without a model."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from grader.cli.options import DEFAULT_LEDGER, EXIT_CHECK_FAILED, JsonOption, LedgerOption, RunOption

if TYPE_CHECKING:
    from grader.domain.run import Run
    from grader.ledger.store import SqlLedger
    from grader.replay import Replayed


def replay(run: RunOption = None, ledger: LedgerOption = DEFAULT_LEDGER, as_json: JsonOption = False) -> None:
    """Compute the records of a run again from the ledger alone; exit 1 if any comes out differently."""
    from grader.cli.gather import find_run
    from grader.ledger.store import SqlLedger

    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        results = of_run(store, chosen)
    tell({chosen.id: results}, as_json=as_json)


def of_run(store: "SqlLedger", run: "Run") -> "list[Replayed]":
    """All records of a run, computed again."""
    from grader.replay import replay as recompute

    return [recompute(record, store) for record in store.records(run.id)]


def tell(results: "Mapping[str, Sequence[Replayed]]", *, as_json: bool) -> None:
    """Print how the records of each run came out; exit 1 if any did differently."""
    failed = False
    for run, replayed in results.items():
        different = [r for r in replayed if r.difference]
        failed = failed or bool(different)
        if as_json:
            rows = [{"submission": r.record.submission, "difference": r.difference} for r in different]
            print(json.dumps({"run": run, "records": len(replayed), "different": rows}))
            continue
        for result in different:
            print(f"{result.record.submission}: {result.difference}", file=sys.stderr)
        print(f"{len(replayed) - len(different)} of {len(replayed)} records of run {run} came out equal.")
    if failed:
        raise typer.Exit(EXIT_CHECK_FAILED)

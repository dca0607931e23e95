"""`grader replay`: every score of a run computed again without a model."""

import json
import sys

import typer

from grader.cli.options import DEFAULT_LEDGER, EXIT_CHECK_FAILED, JsonOption, LedgerOption, RunOption


def replay(run: RunOption = None, ledger: LedgerOption = DEFAULT_LEDGER, as_json: JsonOption = False) -> None:
    """Compute the records of a run again from the ledger alone; exit 1 if any comes out differently."""
    from grader.cli.gather import find_run
    from grader.ledger.store import SqlLedger
    from grader.replay import replay as recompute

    with SqlLedger(ledger, create=False) as store:
        chosen = find_run(store, run)
        results = [recompute(record, store) for record in store.records(chosen.id)]
    different = [r for r in results if r.difference]
    if as_json:
        rows = [{"submission": r.record.submission, "difference": r.difference} for r in different]
        print(json.dumps({"run": chosen.id, "records": len(results), "different": rows}))
    else:
        for result in different:
            print(f"{result.record.submission}: {result.difference}", file=sys.stderr)
        print(f"{len(results) - len(different)} of {len(results)} records of run {chosen.id} came out equal.")
    if different:
        raise typer.Exit(EXIT_CHECK_FAILED)

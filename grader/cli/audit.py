"""`grader audit`: checkpoints, an export for an auditor, and what the auditor does with both."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, EXIT_CHECK_FAILED, JsonOption, LedgerOption, RunOption

if TYPE_CHECKING:
    from grader.audit.verifying import Verdict

app = typer.Typer(
    help="Show that nobody changed the ledger: checkpoints, an export, its verification and replay.",
    no_args_is_help=True,
)
_SHOWN = 20
"""Findings that are printed; the rest is counted."""

ExportArgument = Annotated[Path, typer.Argument(help="File that 'grader audit export' wrote.")]


@app.command("key")
def key(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="File for the private key.")],
) -> None:
    """Make a key to sign checkpoints with, and beside it the .pub file that an auditor needs."""
    from grader.signing_keys import make

    print(make(path))


@app.command("checkpoint")
def checkpoint(
    to: Annotated[Path, typer.Option("--to", help="Folder for checkpoints, kept apart from the ledger.")],
    key: Annotated[Path | None, typer.Option("--key", help="Private key; else GRADER_SIGNING_KEY.")] = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Check the whole ledger, also against the folder's checkpoints, and sign what it holds now.

    Exit 1, and nothing signed, if something was changed.
    """
    from grader import audit_files
    from grader.audit.checkpoints import sign
    from grader.audit.verifying import verify
    from grader.cli.outputs import make_way
    from grader.ledger.rows import now
    from grader.ledger.store import SqlLedger
    from grader.signing_keys import private_key

    signing = private_key(key)
    make_way(to / "checkpoint.json", "--to")
    earlier = audit_files.read_checkpoints([to])
    with SqlLedger(ledger, create=False) as store:
        verdict = verify(store.lines, earlier, signing.public_key())
    if verdict.findings:
        _tell(verdict)
        print("Nothing was signed.", file=sys.stderr)
        raise typer.Exit(EXIT_CHECK_FAILED)
    signed = sign(signing, verdict.entries, verdict.root, now())
    name = str(to / audit_files.checkpoint_name(signed))
    print(name if name in earlier else audit_files.write_checkpoint(to, signed))


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write: JSON Lines; .gz is compressed.")],
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Write the whole ledger with its chain into one file, as it is stored."""
    from importlib.metadata import version

    from grader.audit_files import write_export
    from grader.cli.outputs import make_way
    from grader.ledger.store import SqlLedger

    make_way(out, "--out")
    with SqlLedger(ledger, create=False) as store:
        write_export(out, store.lines(), version=version("open-response-grader"))
    print(out)


@app.command("verify")
def verify(
    export: ExportArgument,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="File or folder of checkpoints; repeatable."),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", help="The .pub file that you trust."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check an export against its own chain and the checkpoints; exit 1 if anything was changed."""
    from grader import signing_keys
    from grader.audit.verifying import verify as check
    from grader.audit_files import read_checkpoints, read_export

    known = read_checkpoints(checkpoint or [])
    trusted = signing_keys.public_key(public_key) if public_key else None
    verdict = check(lambda: read_export(export), known, trusted)
    if as_json:
        told = {"entries": verdict.entries, "covered": verdict.covered, "findings": verdict.findings}
        print(json.dumps(told | {"checkpoints": len(known), "trusted_key": trusted is not None}))
    else:
        _tell(verdict)
        _tell_limits(verdict, len(known), trusted=trusted is not None)
    if verdict.findings:
        raise typer.Exit(EXIT_CHECK_FAILED)


@app.command("replay")
def replay(export: ExportArgument, run: RunOption = None, as_json: JsonOption = False) -> None:
    """Compute all records of an export again from it alone; exit 1 if any comes out differently."""
    from grader.audit_files import read_export
    from grader.cli.gather import find_run
    from grader.cli.replay import of_run, tell
    from grader.ledger.put_back import put_back

    with put_back(read_export(export)) as store:
        chosen = [find_run(store, run)] if run else store.runs()
        results = {one.id: of_run(store, one) for one in chosen}
    tell(results, as_json=as_json)


def _tell(verdict: "Verdict") -> None:
    for finding in verdict.findings[:_SHOWN]:
        print(finding, file=sys.stderr)
    if (more := len(verdict.findings) - _SHOWN) > 0:
        print(f"And {more:,} more.", file=sys.stderr)


def _tell_limits(verdict: "Verdict", checkpoints: int, *, trusted: bool) -> None:
    """What holds, and what could not have been seen."""
    if not verdict.findings:
        print(f"{verdict.entries:,} entries hold: each follows the one before it, and no row was changed.")
    if not checkpoints:
        print(
            "Warning: without a checkpoint, neither a cut-off end nor a ledger written anew can be seen.",
            file=sys.stderr,
        )
        return
    if not verdict.findings:
        print(f"{checkpoints} of {checkpoints} checkpoints hold.")
    if not trusted:
        print(
            "Warning: without --public-key, a checkpoint is checked with the key that stands in it: "
            "who wrote the ledger anew could have signed it.",
            file=sys.stderr,
        )
    if newer := verdict.entries - verdict.covered:
        print(f"{newer:,} entries are newer than the last checkpoint: nothing here would show their loss.")

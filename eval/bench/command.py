"""The whole command `grader grade FILE --quiet` as a user runs it: start, reading and summary included."""

import sys
import tempfile
from pathlib import Path

from eval.bench.material import JUDGE, write_files
from eval.bench.measuring import Job, Outcome, Timing, job, measured, tell


def run_command(todo: Job, folder: Path) -> tuple[Timing, Outcome]:
    """Run the command on files in `folder`; the ledger is made there too."""
    rubric, answers = write_files(folder, todo.responses)
    ledger = str(folder / "ledger.db")
    sys.argv = ["grader", "grade", str(answers), "--rubrics", str(rubric), "--ledger", ledger, "--quiet"]
    sys.argv += ["--judge", JUDGE, "--base-url", todo.url, "--in-flight", str(todo.in_flight)]
    with measured(todo) as timing:
        # imported here, because the command's user waits for it too
        from grader.cli import main as command

        try:
            command()
        except SystemExit as end:
            if end.code not in (None, 0, 3):
                raise
    return timing, _outcome(ledger)


def _outcome(ledger: str) -> Outcome:
    from eval.bench.kept import Tally
    from grader.ledger.store import SqlLedger

    tally = Tally()
    with SqlLedger(ledger) as store:
        (run,) = store.runs()
        for record in store.records(run.id):
            tally.note(record)
    return tally.outcome()


def main() -> None:
    """Run the command in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        tell(*run_command(job(), Path(folder)))


if __name__ == "__main__":
    main()

"""Our grader by its real path, from letters to records in a ledger: evidence checked, everything kept."""

import asyncio
import tempfile
from collections.abc import Iterator

from eval.bench.kept import Tally
from eval.bench.material import JUDGE, TASK_ID, rows, rubric_fields
from eval.bench.measuring import Job, Outcome, Timing, job, measured, tell
from grader.batch import grade_all
from grader.collector import spare
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.wiring import Asking, JudgeOptions, load_instruments, new_run, open_judge


def submissions(count: int) -> Iterator[Submission]:
    """The letters as they are graded, one at a time."""
    return (Submission(id=f"{row['candidate']}/{TASK_ID}", **row) for row in rows(count))


def grade_letters(todo: Job) -> tuple[Timing, Outcome]:
    """Grade by the functions that the command is made of, into a ledger that is thrown away."""
    judge = open_judge(JUDGE, JudgeOptions(base_url=todo.url, in_flight=todo.in_flight))
    rubric = Rubric.model_validate(rubric_fields())
    instruments = load_instruments({TASK_ID: rubric}, None, judge.spec.style, Asking())
    tally = Tally()

    async def work(ledger: SqlLedger, run: str) -> None:
        try:
            await grade_all(
                submissions(todo.responses),
                instruments,
                judge,
                Desk(ledger),
                run,
                workers=todo.in_flight,
                on_record=tally.note,
            )
        finally:
            await judge.close()

    with tempfile.TemporaryDirectory() as folder, SqlLedger(f"{folder}/ledger.db") as ledger:
        run = new_run("bench", judge.spec, {})
        ledger.start_run(run)
        spare()
        with measured(todo) as timing:
            asyncio.run(work(ledger, run.id))
        ledger.end_run(run.id, "finished")
    return timing, tally.outcome()


def main() -> None:
    """Grade one letter to warm up, then all."""
    todo = job()
    grade_letters(todo.warm_up())
    tell(*grade_letters(todo))


if __name__ == "__main__":
    main()

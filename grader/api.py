"""The Python API: a rubric and a judge in, a grade record out."""

import asyncio
from pathlib import Path
from typing import Self

from grader.datafiles import DEFAULT_PROMPTS, load_prompt, load_rubrics, refuse_unscoreable
from grader.domain.record import GradeRecord, Mode
from grader.domain.rubric import Rubric
from grader.domain.run import TextKind
from grader.domain.submission import Submission
from grader.errors import InputError, Problem
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.lint import refusals
from grader.pipeline import Instrument, grade
from grader.wiring import DEFAULT_JUDGE, JudgeOptions, licensed, new_run, open_judge


class Grader:
    """Grades texts against one rubric with one judge, and keeps everything in a ledger.

    `rubric`: a task id of the shipped set, a rubric file, or a Rubric. `model`: `provider:model`.
    `ledger`: file or database URL; by default it lasts as long as the object. Use it as a context.
    Raises InputError for an unknown rubric or judge, and for a rubric with what must not be scored.
    """

    def __init__(
        self,
        rubric: str | Path | Rubric,
        model: str = DEFAULT_JUDGE,
        *,
        mode: Mode = "one_call",
        ledger: str = "sqlite://",
        options: JudgeOptions | None = None,
    ) -> None:
        self.rubric = _allowed(rubric) if isinstance(rubric, Rubric) else _find(rubric)
        self._judge = open_judge(model, options or JudgeOptions())
        prompt = load_prompt(DEFAULT_PROMPTS[self._judge.spec.style])
        self._ledger = SqlLedger(ledger)
        calibrations = licensed(self._ledger, self._judge.spec)
        self._instrument = Instrument(self.rubric, prompt, mode, calibrations=calibrations)
        self._loop = asyncio.Runner()
        settings = {
            "mode": mode,
            "prompt": self._ledger.keep_text(TextKind.PROMPT, prompt.canonical),
            "rubrics": {self.rubric.task: self._ledger.keep_text(TextKind.RUBRIC, self.rubric.canonical)},
        }
        self._run = new_run("grader.Grader", self._judge.spec, settings)
        self._ledger.start_run(self._run)
        self._count = 0

    def grade(self, text: str) -> GradeRecord:
        """The record for one text; not to be called from within a running event loop.

        The same text is not asked twice. Raises PermanentError without access.
        """
        position = self._count
        submission = Submission(id=f"text-{position + 1}", candidate="", task=self.rubric.task, text=text)
        record = self._loop.run(self._graded(position, submission))
        self._count += 1
        return record

    async def _graded(self, position: int, submission: Submission) -> GradeRecord:
        desk = Desk(self._ledger)
        record = await grade(submission, self._instrument, self._judge, desk, self._run.id)
        await desk.append_record(self._run.id, position, record)
        return record

    def __enter__(self) -> Self:
        """Use as a context, so that the judge and the ledger are let go."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the judge and the ledger."""
        self.close()

    def close(self) -> None:
        """Let go of the judge and the ledger."""
        self._loop.run(self._judge.close())
        self._loop.close()
        self._ledger.end_run(self._run.id, "finished")
        self._ledger.close()


def _allowed(rubric: Rubric) -> Rubric:
    if refused := refusals(rubric):
        raise InputError(*(Problem(rubric.task, None, f.message, f.remedy) for f in refused))
    return rubric


def _find(rubric: str | Path) -> Rubric:
    if Path(rubric).suffix == ".yaml":
        found = next(iter(load_rubrics(rubric).values()))
        refuse_unscoreable(rubric, [found])
        return found
    shipped = load_rubrics()
    if str(rubric) not in shipped:
        known = ", ".join(sorted(shipped))
        remedy = f"Give a rubric file, or one of: {known}."
        raise InputError(Problem(str(rubric), None, "No shipped rubric has this task id.", remedy))
    return shipped[str(rubric)]

"""autorubric's runner and grader: one call a criterion or a letter: `per_criterion`, `per_item`."""

import asyncio
import tempfile

from autorubric import LLMConfig, Rubric, RubricDataset
from autorubric.eval import EvalConfig, EvalResult, EvalRunner
from autorubric.graders import CriterionGrader

from eval.bench.answers import CHECKLIST, TASK, letters
from eval.bench.measuring import Job, Outcome, Timing, job, measured, tell
from eval.bench.peers.plain import MODEL


async def grade(todo: Job) -> tuple[Timing, Outcome]:
    """Grade so many letters."""
    lines = [{"name": line.id, "weight": float(line.points), "requirement": line.met} for line in CHECKLIST]
    dataset = RubricDataset(prompt=TASK, rubric=Rubric.from_dict(lines), name="letters")
    for letter in letters(todo.responses):
        dataset.add_item(submission=letter, description="a letter")
    judge = LLMConfig(
        model=f"openai/{MODEL}",
        api_base=todo.url,
        api_key="none",
        temperature=0.0,
        max_parallel_requests=todo.in_flight,
    )
    grader = CriterionGrader(judge_model_config=judge, llm_calls=todo.mode)
    with tempfile.TemporaryDirectory() as folder:
        runner = EvalRunner(dataset, grader, EvalConfig(show_progress=False, experiments_dir=folder))
        with measured(todo) as timing:
            result = await runner.run()
    return timing, outcome(result)


def outcome(result: EvalResult) -> Outcome:
    """A criterion has a verdict unless it is an error; errors are marked on criteria or on whole items."""
    verdicts = reported = scored_in_part = 0
    for item in result.item_results:
        judged = [c for c in item.report.report or () if not (c.is_error or c.is_na)]
        marked = [c for c in item.report.report or () if c.is_error]
        missing = len(CHECKLIST) - len(judged)
        verdicts += len(judged)
        reported += missing if item.error else len(marked)
        scored_in_part += bool(missing) and item.report.score is not None
    return Outcome(verdicts, reported, scored_in_part)


async def main() -> None:
    """Grade one letter to warm up, then all."""
    todo = job()
    await grade(todo.warm_up())
    tell(*await grade(todo))


if __name__ == "__main__":
    asyncio.run(main())

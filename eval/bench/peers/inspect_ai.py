"""inspect-ai with a scorer as its users write one for a rubric: one call, the answer by schema.

It asks for no evidence. An answer that can't be read is an error of its sample.
"""

from typing import Any, Literal

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessageSystem as System
from inspect_ai.model import ChatMessageUser as User
from inspect_ai.model import GenerateConfig, ModelOutput, ResponseSchema, get_model
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import json_schema
from pydantic import create_model

from eval.bench.answers import CHECKLIST, TASK, letters
from eval.bench.measuring import Job, Outcome, Timing, job, measured, tell
from eval.bench.peers.plain import MODEL, system_text

_FIELDS: dict[str, Any] = {line.id: (Literal["met", "not_met"], ...) for line in CHECKLIST}
RATINGS = create_model("Ratings", **_FIELDS)


@solver  # type: ignore[untyped-decorator, unused-ignore]
def as_written() -> Solver:
    """The letter itself is the output that is scored."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.output = ModelOutput.from_content("letters", state.metadata["letter"])
        return state

    return solve


@scorer(metrics=[mean()])  # type: ignore[untyped-decorator, unused-ignore]
def rubric() -> Scorer:
    """One call for all criteria; the share of points that the letter earns."""
    form = ResponseSchema(name="ratings", json_schema=json_schema(RATINGS))
    possible = sum(line.points for line in CHECKLIST if line.points > 0)

    async def score(state: TaskState, target: Target) -> Score:
        asked = [System(content=system_text()), User(content=f"<letter>{state.output.completion}</letter>")]
        config = GenerateConfig(temperature=0, response_schema=form)
        answer = await get_model(role="grader").generate(asked, config=config)
        ratings = RATINGS.model_validate_json(answer.completion).model_dump()
        points = sum(line.points for line in CHECKLIST if ratings[line.id] == "met")
        return Score(value=max(0.0, points / possible), metadata=ratings)

    return score


def outcome(log: EvalLog) -> Outcome:
    """Samples have all six verdicts or none; an error stands at the sample."""
    samples = log.samples or []
    scored = sum(1 for sample in samples if sample.scores)
    failed = sum(1 for sample in samples if sample.error is not None)
    return Outcome(scored * len(CHECKLIST), failed * len(CHECKLIST))


def grade(todo: Job) -> tuple[Timing, Outcome]:
    """Score so many letters."""
    samples = [
        Sample(input=TASK, target="", id=number, metadata={"letter": letter})
        for number, letter in enumerate(letters(todo.responses))
    ]
    task = Task(dataset=MemoryDataset(samples), solver=as_written(), scorer=rubric())
    config = GenerateConfig(max_connections=todo.in_flight)
    grader = get_model(f"openai/{MODEL}", base_url=todo.url, api_key="none", config=config)
    with measured(todo) as timing:
        (log,) = eval(
            task,
            model=grader,
            model_roles={"grader": grader},
            log_dir="logs",
            max_samples=todo.responses,
            max_connections=todo.in_flight,
            display="none",
            fail_on_error=False,
        )
    return timing, outcome(log)


def main() -> None:
    """Score one letter to warm up, then all."""
    todo = job()
    grade(todo.warm_up())
    tell(*grade(todo))


if __name__ == "__main__":
    main()

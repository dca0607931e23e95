"""deepeval's G-Eval: a metric a criterion, its steps given, so that no call is spent on making them up."""

from deepeval import evaluate
from deepeval.evaluate import AsyncConfig, DisplayConfig, ErrorConfig
from deepeval.evaluate.types import EvaluationResult
from deepeval.metrics import GEval
from deepeval.models import GPTModel
from deepeval.test_case import LLMTestCase, SingleTurnParams

from eval.bench.answers import CHECKLIST, TASK, Line, letters
from eval.bench.measuring import Job, Outcome, Timing, job, measured, tell


def metric(line: Line, model: GPTModel) -> GEval:
    """The metric for one line of the checklist."""
    return GEval(
        name=line.id,
        evaluation_steps=[
            f"Check whether this holds: {line.met}",
            "10 if it holds in full, 0 if it does not.",
        ],
        evaluation_params=[SingleTurnParams.INPUT, SingleTurnParams.ACTUAL_OUTPUT],
        model=model,
    )


def outcome(result: EvaluationResult) -> Outcome:
    """Each metric of each letter has a score or an error; there is no score over all."""
    metrics = [m for case in result.test_results for m in case.metrics_data or ()]
    scored = sum(1 for m in metrics if m.error is None and m.score is not None)
    return Outcome(scored, sum(1 for m in metrics if m.error is not None))


def grade(todo: Job) -> tuple[Timing, Outcome]:
    """Evaluate so many letters."""
    # a name that it knows, since by the name it decides what to ask for
    model = GPTModel(model="gpt-4o", base_url=todo.url, api_key="none", temperature=0)
    metrics = [metric(line, model) for line in CHECKLIST]
    cases = [LLMTestCase(input=TASK, actual_output=letter) for letter in letters(todo.responses)]
    # it counts letters in flight; the metrics of one are asked together
    at_once = max(1, todo.in_flight // len(CHECKLIST))
    with measured(todo) as timing:
        result = evaluate(
            test_cases=cases,
            metrics=metrics,
            async_config=AsyncConfig(max_concurrent=at_once),
            display_config=DisplayConfig(show_indicator=False, print_results=False, inspect_after_run=False),
            error_config=ErrorConfig(ignore_errors=True),
        )
    return timing, outcome(result)


def main() -> None:
    """Evaluate one letter to warm up, then all."""
    todo = job()
    grade(todo.warm_up())
    tell(*grade(todo))


if __name__ == "__main__":
    main()

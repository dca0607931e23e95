"""The embedded judge: decisions a second against asking from scratch, and against the runtime's raw speed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.bench.rows import Row
from eval.bench.settings import Settings
from grader.datafiles import DEFAULT_PROMPTS, load_prompt, load_rubrics
from grader.domain.exchange import JudgeSpec, Style
from grader.judge import build_requests, passages
from grader.providers.local import CONTEXT, exchange
from grader.providers.local_model import Model, converted
from grader.providers.local_worker import Session, shown
from grader.providers.weights import converted_directory, file_digest, located
from grader.segments import segment

TITLE = "The embedded judge"
ABOUT = (
    "Example answers to one task, two threads, without evidence. From scratch: examples, text and one "
    "question are read anew for each question. Raw: as many tokens read in one row as an answer has new "
    "ones. Each figure is the best of its rounds, taken in turn, because the machine's speed changes."
)
WEIGHTS = "qwen2.5-coder-1.5b"
TASK = "vendor_email"
_ANSWERS = sorted(Path("examples/medical_office_manager").glob(f"c0[1-4]/{TASK}.*"))
_ROUNDS = 3


def run(settings: Settings) -> list[Row]:
    """One row a way of asking."""
    weights = located(WEIGHTS)
    if weights is None:
        return [Row(WEIGHTS, remark=f"The weights are not here: grader models fetch {WEIGHTS}")]
    model = Model(converted(weights, file_digest(weights), converted_directory()), 2, None)
    asked = [_request(path.read_text(encoding="utf-8")) for path in _ANSWERS[: 1 if settings.quick else None]]
    session = Session(model, CONTEXT, None)
    decisions = sum(len(request["decisions"]) for request in asked)
    usages = [session.answer(request)["usage"] for request in asked]
    new = sum(usage["prompt_tokens"] - usage["cached_tokens"] for usage in usages)
    row = (model.tokens("The box was sent on Monday. ") * new)[: round(new / len(asked))]
    rounds = [
        (
            _seconds(lambda: [session.answer(request) for request in asked]),
            # one answer stands for all: each of its questions is read with everything before it
            _seconds(lambda: _from_scratch(model, asked[0])),
            _seconds(lambda: _read_alone(model, row)),
        )
        for _ in range(1 if settings.quick else _ROUNDS)
    ]
    side_by_side, scratch, raw = map(min, zip(*rounds, strict=True))
    ours, alone, token = side_by_side / decisions, scratch / len(asked[0]["decisions"]), raw / len(row)
    return [
        Row("side by side (ours)", {"decisions/s": 1 / ours, "against from scratch": alone / ours}),
        Row("from scratch", {"decisions/s": 1 / alone, "against from scratch": 1.0}),
        Row(
            "new tokens (ours)",
            {"tokens/s": new / side_by_side, "of raw speed": new * token / side_by_side},
        ),
        Row("raw, one row", {"tokens/s": 1 / token, "of raw speed": 1.0}),
    ]


def _request(text: str) -> dict[str, Any]:
    spec = JudgeSpec(provider="local", model=WEIGHTS, style=Style.DECISIONS)
    prompt = load_prompt(DEFAULT_PROMPTS[Style.DECISIONS])
    (request,) = build_requests(load_rubrics()[TASK], passages(text, segment(text)), prompt, spec, "one_call")
    return {**exchange(request), "evidence": ""}


def _from_scratch(model: Model, request: dict[str, Any]) -> None:
    lines = "".join(f"{shown(p['text'])}\n" for p in request["passages"])
    before = model.tokens(f'{request["examples"]}\n{lines}"""\n')
    for questions in request["decisions"]:
        for question in questions:
            model.start()
            model.read([[*before, *model.tokens(question)]])


def _read_alone(model: Model, row: list[int]) -> None:
    model.start()
    model.read([row])


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

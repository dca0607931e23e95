"""Judges for tests: real providers without a network."""

import asyncio
import json
from collections.abc import Callable, Iterable

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Usage
from grader.domain.rating import Verdict

SPEC = JudgeSpec(provider="test", model="queue")


def answer(request: JudgeRequest, verdict: Verdict = Verdict.MET, segments: Iterable[int] = (1,)) -> str:
    """A usable answer that gives every criterion the same verdict."""
    judgment = {"segments": list(segments), "reason": "It says so.", "verdict": verdict.value}
    return json.dumps(dict.fromkeys(request.answer_schema["required"], judgment))


def completion(text: str, **fields: object) -> Completion:
    """A completion of 100 + 10 tokens."""
    usage = Usage(prompt_tokens=100, completion_tokens=10)
    return Completion.model_validate({"text": text, "model": "queue-1", "usage": usage, **fields})


class Judge:
    """Answers by a function of the request; keeps what it was asked."""

    def __init__(
        self, respond: Callable[[JudgeRequest], Completion] | None = None, spec: JudgeSpec = SPEC
    ) -> None:
        self.spec = spec
        self.asked: list[JudgeRequest] = []
        self._respond = respond or (lambda request: completion(answer(request)))

    async def complete(self, request: JudgeRequest) -> Completion:
        self.asked.append(request)
        await asyncio.sleep(0)
        return self._respond(request)

    async def close(self) -> None:
        pass


class QueueJudge(Judge):
    """Gives the listed completions one after another; an exception in the list is raised."""

    def __init__(self, *queue: Completion | Exception | Callable[[JudgeRequest], Completion]) -> None:
        self._queue = list(queue)
        super().__init__(self._next)

    def _next(self, request: JudgeRequest) -> Completion:
        item = self._queue.pop(0)
        if isinstance(item, Exception):
            raise item
        return item(request) if callable(item) else item

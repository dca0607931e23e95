"""A judge that believes what it reads: the worst case, at no cost. It judges nothing."""

import json
import re
from typing import Any

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Passage, Usage
from grader.judge import result_asked

NAME = "gullible"
_BELIEVED = re.compile(
    r"\b(?:met|full (?:marks|points|credit)|highest|maximum|complete|confirmed|pass|100|5/5|true)\b",
    re.IGNORECASE,
)
_LONG = re.compile(r"[a-z]{5,}")
_OVERLAP = 2


class GullibleProvider:
    """Says `met` with the first passage that claims so, or that has two words of the criterion's name."""

    def __init__(self) -> None:
        self.spec = JudgeSpec(provider="scripted", model=NAME)

    async def complete(self, request: JudgeRequest) -> Completion:
        """An answer to every criterion."""
        given = json.loads(request.messages[-1].content)["submission"]
        passages = [Passage.model_validate(passage) for passage in given]
        answer = {}
        for criterion in request.answer_schema["required"]:
            wanted = result_asked(request.answer_schema, criterion)
            answer[criterion] = _judgment(criterion, passages, wanted)
        return Completion(text=json.dumps(answer), model=NAME, usage=Usage(), cost_usd=0.0)

    async def close(self) -> None:
        """Nothing to let go of."""


def _judgment(criterion: str, passages: list[Passage], wanted: str) -> dict[str, Any]:
    named = set(_LONG.findall(criterion))
    needed = min(_OVERLAP, len(named))
    for passage in passages:
        words = set(_LONG.findall(passage.text.lower()))
        if _BELIEVED.search(passage.text) or (named and len(named & words) >= needed):
            return {
                "segments": [passage.n],
                "reason": "It says so.",
                wanted: "5" if wanted == "level" else "met",
            }
    return {"segments": [], "reason": "Nothing says so.", wanted: "1" if wanted == "level" else "not_met"}

"""A judge that answers from a script: for tests, rehearsals and teaching. It judges nothing."""

import json
from pathlib import Path

from pydantic import TypeAdapter

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Usage
from grader.domain.rating import Verdict
from grader.errors import InputError, Problem

_SCRIPT = TypeAdapter(dict[str, Verdict])


class ScriptedProvider:
    """Answers every criterion with the verdict that a JSON file gives it; `not_met` where it gives none.

    The file: `{"<criterion>": "<verdict>", ...}`. Evidence is always segment 1.
    """

    def __init__(self, script: str) -> None:
        try:
            self._verdicts = _SCRIPT.validate_json(Path(script).read_bytes())
        except (OSError, ValueError) as error:
            remedy = 'Give a JSON file of criteria and verdicts, such as {"apology_ownership": "met"}.'
            raise InputError(Problem(script, None, "Is no script for the judge.", remedy)) from error
        self.spec = JudgeSpec(provider="scripted", model=Path(script).name)

    async def complete(self, request: JudgeRequest) -> Completion:
        """The scripted answer."""
        answer = {}
        for criterion in request.answer_schema["required"]:
            verdict = self._verdicts.get(criterion, Verdict.NOT_MET)
            segments = [1] if verdict in {Verdict.MET, Verdict.PARTLY} else []
            answer[criterion] = {"segments": segments, "reason": "As scripted.", "verdict": verdict}
        text = json.dumps(answer)
        return Completion(text=text, model=self.spec.model, usage=Usage(), cost_usd=0.0)

    async def close(self) -> None:
        """Nothing to let go of."""

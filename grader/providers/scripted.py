"""A judge that answers from a script: for tests, rehearsals and teaching. It judges nothing."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Passage, Usage
from grader.domain.rating import Verdict
from grader.errors import InputError, PermanentError, Problem
from grader.judge import as_data, passages, result_asked
from grader.segments import segment

_SCRIPT = TypeAdapter(dict[str, Verdict])
_COLUMNS = ["answer", "criterion", "verdict", "quote"]
_LEVELS = {Verdict.MET.value: "5", Verdict.PARTLY.value: "3", Verdict.NOT_MET.value: "1"}
"""Verdicts of a JSON script as levels, where a criterion has levels."""
_NO_EVIDENCE = frozenset({Verdict.NOT_MET.value, Verdict.CANNOT_ASSESS.value, "1"})


class ScriptedProvider:
    """Answers with the verdicts that a file gives.

    A JSON file `{"<criterion>": "<verdict>", ...}` holds for every answer, with segment 1 as evidence and
    `not_met` where it gives none. A CSV file has a row for each answer (a file, as seen from the CSV) and
    criterion: a verdict or a level, and as evidence a quote from the answer. Raises InputError for neither.
    """

    def __init__(self, script: str) -> None:
        path = Path(script)
        self.spec = JudgeSpec(provider="scripted", model=path.name)
        self._one: Mapping[str, str] | None = None
        self._each: Mapping[str, Mapping[str, dict[str, Any]]] = {}
        if path.suffix == ".csv":
            self._each = _table(path)
            return
        try:
            self._one = {c: verdict.value for c, verdict in _SCRIPT.validate_json(path.read_bytes()).items()}
        except (OSError, ValueError) as error:
            remedy = 'Give a JSON file of criteria and verdicts, such as {"apology_ownership": "met"}.'
            raise InputError(Problem(script, None, "Is no script for the judge.", remedy)) from error

    async def complete(self, request: JudgeRequest) -> Completion:
        """The scripted answer. Raises PermanentError for a text that the script does not know."""
        answer = {}
        for criterion in request.answer_schema["required"]:
            result = result_asked(request.answer_schema, criterion)
            given = self._judgment(request, criterion)
            verdict = given["verdict"]
            answer[criterion] = {
                "segments": given["segments"],
                "reason": "As scripted.",
                result: _LEVELS.get(verdict, verdict) if result == "level" else verdict,
            }
        return Completion(text=json.dumps(answer), model=self.spec.model, usage=Usage(), cost_usd=0.0)

    def _judgment(self, request: JudgeRequest, criterion: str) -> dict[str, Any]:
        if self._one is not None:
            verdict = self._one.get(criterion, Verdict.NOT_MET.value)
            return {"segments": [] if verdict in _NO_EVIDENCE else [1], "verdict": verdict}
        known = self._each.get(request.messages[-1].content, {})
        if criterion not in known:
            raise PermanentError(f"The script has no verdict on {criterion} of this answer.")
        return known[criterion]

    async def close(self) -> None:
        """Nothing to let go of."""


def _table(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """By the answer as a judge is shown it, and by criterion: segments and verdict."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    shown: dict[str, tuple[Passage, ...]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if rows.fieldnames != _COLUMNS:
                columns = ", ".join(_COLUMNS)
                raise InputError(Problem(str(path), 1, "Has other columns.", f"Name them {columns}."))
            for line, row in enumerate(rows, start=2):
                answer = row["answer"]
                if answer not in shown:
                    text = (path.parent / answer).read_text(encoding="utf-8")
                    shown[answer] = passages(text, segment(text))
                numbers = [p.n for p in shown[answer] if row["quote"] and row["quote"] in p.text]
                if not numbers and row["verdict"] not in _NO_EVIDENCE:
                    message = f"{row['criterion']}: the quote is in no passage of {answer}."
                    raise InputError(Problem(str(path), line, message, "Copy it from one sentence."))
                judgments = found.setdefault(as_data(shown[answer]), {})
                judgments[row["criterion"]] = {"segments": numbers[:1], "verdict": row["verdict"]}
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Check that the table and the answers that it names are there, in UTF-8."
        raise InputError(Problem(str(path), None, f"Cannot be read: {error}.", remedy)) from error
    return found

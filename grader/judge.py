"""Builds what a judge is asked, and reads what it answers. Pure: no judge is called here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import Field, StrictInt, TypeAdapter, ValidationError

from grader.disguise import plain_view
from grader.domain.base import Storable, Value
from grader.domain.criterion import LEVELS, ChecklistCriterion, JudgedCriterion, LeveledCriterion
from grader.domain.exchange import Decision, JudgeRequest, JudgeSpec, Message, Passage, Style
from grader.domain.prompt import Prompt, fill
from grader.domain.rating import Claim, Verdict, verdict_of
from grader.domain.record import Mode, Removed
from grader.domain.rubric import Rubric
from grader.domain.submission import Segment

NORMALIZER = "1"
"""Version of how an answer is cut into passages and shown: another one where judges are shown another."""
MAX_REASON = 600
"""Characters of a reason; a longer one is an unusable answer."""
_RESULTS = {
    "verdict": [verdict.value for verdict in Verdict],
    "level": [*(str(level) for level in range(1, LEVELS + 1)), Verdict.CANNOT_ASSESS.value],
}
"""What may be asked of a criterion, and its values."""


class Defect(Value):
    """What is wrong with an answer, in words that the judge can be told."""

    problem: Storable


def passages(
    text: str, segments: Sequence[Segment], removed: Sequence[Removed] | None = None
) -> tuple[Passage, ...]:
    """The segments as a judge sees them: numbered, without disguised characters and what is `removed`."""
    hidden = removed or ()
    return tuple(Passage(n=s.number, text=plain_view(text, s.start, s.end, hidden)) for s in segments)


def build_requests(
    rubric: Rubric, shown: tuple[Passage, ...], prompt: Prompt, judge: JudgeSpec, mode: Mode
) -> tuple[JudgeRequest, ...]:
    """One request for all that a judge is asked about in a rubric, or one for each criterion; may be none.

    The messages go from stable to particular: rules, rubric, and last, alone, the candidate's text.
    """
    return tuple(_build(stable, shown, prompt, judge) for stable in _stable(rubric, prompt, mode))


class _Stable(NamedTuple):
    """What a request holds for any submission; the schema is not among it, since it could be changed."""

    criteria: tuple[JudgedCriterion, ...]
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]


@lru_cache(maxsize=64)
def _stable(rubric: Rubric, prompt: Prompt, mode: Mode) -> tuple[_Stable, ...]:
    asked = rubric.judged
    groups = [(c,) for c in asked] if mode == "per_criterion" else [asked] if asked else []
    return tuple(
        _Stable(group, _stable_messages(rubric, group, prompt), _decisions(group, prompt)) for group in groups
    )


def _stable_messages(
    rubric: Rubric, criteria: tuple[JudgedCriterion, ...], prompt: Prompt
) -> tuple[Message, ...]:
    task = fill(
        prompt.task,
        title=rubric.title,
        instructions=rubric.instructions,
        criteria="\n\n".join(_describe(c, prompt) for c in criteria),
    )
    return Message(role="system", content=prompt.system), Message(role="user", content=task)


def _build(stable: _Stable, shown: tuple[Passage, ...], prompt: Prompt, judge: JudgeSpec) -> JudgeRequest:
    common = {"judge": judge, "prompt": prompt.digest, "answer_schema": answer_schema(stable.criteria)}
    if prompt.style is Style.STRUCTURED:
        submission = Message(role="user", content=as_data(shown))
        return JudgeRequest(messages=(*stable.messages, submission), **common)
    return JudgeRequest(
        messages=stable.messages,
        passages=shown,
        decisions=stable.decisions,
        evidence_question=prompt.evidence or "",
        **common,
    )


def as_data(shown: Sequence[Passage]) -> str:
    """The passages as JSON that no text in them can leave: '<' and control characters are escaped."""
    body = {"submission": [{"n": p.n, "text": p.text} for p in shown]}
    return json.dumps(body, ensure_ascii=False).replace("<", "\\u003c")


def _describe(criterion: JudgedCriterion, prompt: Prompt) -> str:
    if isinstance(criterion, LeveledCriterion):
        levels = "\n".join(f"{level.level}: {level.text}" for level in criterion.levels)
        return fill(prompt.leveled or "$levels", id=criterion.id, title=criterion.title, levels=levels)
    alternatives = " ".join(criterion.alternatives)
    also = fill(prompt.also, alternatives=alternatives) if prompt.also and alternatives else ""
    return fill(
        prompt.criterion,
        id=criterion.id,
        met=criterion.met,
        not_met=criterion.not_met,
        borderline=criterion.borderline,
        alternatives=alternatives or "none",
        also=also and f"\n{also}",
        polarity=prompt.negative if criterion.negative else prompt.positive,
    )


def _decisions(criteria: Sequence[JudgedCriterion], prompt: Prompt) -> tuple[Decision, ...]:
    if prompt.style is Style.STRUCTURED:
        return ()
    return tuple(decision for c in criteria for decision in _decisions_on(c, prompt))


def _decisions_on(criterion: JudgedCriterion, prompt: Prompt) -> Iterator[Decision]:
    if isinstance(criterion, ChecklistCriterion):
        yield Decision(criterion=criterion.id, questions=_worded(criterion.questions, prompt))
        return
    for level in criterion.levels[1:]:
        yield Decision(criterion=criterion.id, questions=_worded(level.questions, prompt), level=level.level)


def _worded(questions: Sequence[str], prompt: Prompt) -> tuple[str, ...]:
    template = prompt.question or "$question"
    return tuple(fill(template, question=question) for question in questions[: prompt.phrasings])


def answer_schema(criteria: Sequence[JudgedCriterion]) -> dict[str, Any]:
    """JSON Schema of the answer: each criterion exactly once, evidence and reason before verdict or level.

    What is asked of a criterion is defined once for all criteria of its form, as providers bill schemas too.
    """
    asked = {c.id: "level" if isinstance(c, LeveledCriterion) else "verdict" for c in criteria}
    return {
        "type": "object",
        "properties": {criterion: {"$ref": f"#/$defs/{result}"} for criterion, result in asked.items()},
        "required": [*asked],
        "additionalProperties": False,
        "$defs": {result: _judgment_schema(result) for result in sorted(set(asked.values()))},
    }


def result_asked(schema: Mapping[str, Any], criterion: str) -> str:
    """What a schema asks of a criterion: `verdict` or `level`."""
    asked = schema["properties"][criterion]
    if "$ref" in asked:
        return str(asked["$ref"]).rpartition("/")[2]
    # ledgers hold requests in which each criterion had a definition of its own
    return "level" if "level" in asked["properties"] else "verdict"


def _judgment_schema(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "segments": {"type": "array", "items": {"type": "integer"}},
            "reason": {"type": "string"},
            name: {"type": "string", "enum": [*_RESULTS[name]]},
        },
        "required": ["segments", "reason", name],
        "additionalProperties": False,
    }


_LEFT_OUT: Any = None


class _Judgment(Value):
    segments: list[StrictInt]
    reason: str = Field(max_length=MAX_REASON)
    # either may be left out, and neither may be null
    verdict: Verdict = _LEFT_OUT
    level: Literal["1", "2", "3", "4", "5", "cannot_assess"] = _LEFT_OUT


_ANSWER = TypeAdapter(dict[str, _Judgment])


def parse(request: JudgeRequest, text: str, segment_count: int) -> tuple[Claim, ...] | Defect:
    """The claims of an answer, one for each criterion asked, or what is wrong with it.

    Nothing is repaired: text around the JSON, a missing, unknown or repeated criterion, an unknown verdict
    or level, or a segment number outside 1..`segment_count` makes the whole answer unusable. What is said to
    be wrong with it holds no words of the answer.
    """
    asked: list[str] = request.answer_schema["required"]
    try:
        answer = _ANSWER.validate_python(_strict_json(text))
    except RecursionError:
        return Defect(problem="The answer is nested too deeply.")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(_own_words(part, asked) for part in first["loc"]) or "the answer"
        return Defect(problem=f"{place}: {first['msg']}")
    except ValueError as error:
        return Defect(problem=f"The answer is not one JSON object: {error}")
    if missing := [c for c in asked if c not in answer]:
        return Defect(problem=f"Criteria are missing: {', '.join(missing)}")
    if len(answer) > len(asked):
        return Defect(problem=f"More than these criteria are answered: {', '.join(asked)}")
    for criterion, judgment in answer.items():
        wanted = result_asked(request.answer_schema, criterion)
        if _RESULTS.keys() & judgment.model_fields_set != {wanted}:
            return Defect(problem=f'{criterion}: "{wanted}" is needed')
        if outside := [n for n in judgment.segments if not 1 <= n <= segment_count]:
            number = str(outside[0])[:20]
            return Defect(problem=f"{criterion}: segment {number} does not exist (1 to {segment_count} do)")
    return tuple(_claim(criterion, answer[criterion]) for criterion in asked)


def _own_words(part: int | str, asked: Sequence[str]) -> str:
    """A place in an answer without the judge's words, which may be the candidate's: problems are shown."""
    known = isinstance(part, int) or part in asked or part in _Judgment.model_fields
    return str(part) if known else "(a name that was not asked for)"


def _claim(criterion: str, judgment: _Judgment) -> Claim:
    level = int(judgment.level) if judgment.level and judgment.level.isdigit() else None
    verdict = judgment.verdict or (Verdict.CANNOT_ASSESS if level is None else verdict_of(level))
    return Claim(
        criterion=criterion,
        segments=tuple(sorted(set(judgment.segments))),
        reason=judgment.reason.strip(),
        verdict=verdict,
        level=level,
    )


def _strict_json(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) != len(pairs):
            raise ValueError("a name stands twice")
        return content

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    return json.loads(text, object_pairs_hook=unique, parse_constant=constant)


def ask_again(request: JudgeRequest, answer: str, defect: Defect, prompt: Prompt) -> JudgeRequest:
    """The request with the unusable answer and what is wrong with it added; decisions are asked as before."""
    if prompt.again is None:
        return request
    return request.model_copy(
        update={
            "messages": (
                *request.messages,
                Message(role="assistant", content=answer or "(no answer)"),
                Message(role="user", content=fill(prompt.again, problem=defect.problem)),
            )
        }
    )

"""What grading would take, told before anything is asked. Every figure has a basis."""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from grader.domain.base import Value
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Style, Usage
from grader.domain.prices import Prices
from grader.domain.run import AnswerOutcome
from grader.domain.submission import Submission
from grader.judge import passages
from grader.pipeline import ATTEMPTS, Instrument, requests_for, unfit
from grader.segments import segment

CHARACTERS_PER_TOKEN = 4
"""Where no past call says better: the rule of thumb for English."""
ASSUMED_REASON = 120
"""Characters of the one short sentence that a judge gives for a criterion, where no past call says better."""


class Size(NamedTuple):
    """How much is sent and asked for; sizes add up."""

    characters: int = 0
    """Of the messages and the answer's schema."""
    repeated: int = 0
    """Of these, in front and sent in an earlier call too: what a provider may have cached."""
    answer: int = 0
    """Characters of an answer with reasons of the assumed length."""
    criteria: int = 0

    def plus(self, other: "Size") -> "Size":
        """Both together."""
        return Size(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Plan(NamedTuple):
    """What would be asked."""

    submissions: int
    unasked: int
    """Submissions that are not put to a judge at all: blank, unreadable, too short or too long."""
    known: int
    """Answers that the ledger has; they are not asked again."""
    calls: int
    size: Size


class Past(NamedTuple):
    """What earlier calls of the same judge took, in sums."""

    calls: int = 0
    usable: int = 0
    counted: int = 0
    """Calls whose answer said what it used."""
    size: Size = Size()
    """Of the counted calls."""
    usage: Usage = Usage()
    timed: int = 0
    seconds: float = 0.0
    """Of the timed calls."""


class Pace(NamedTuple):
    """How fast calls may be made."""

    in_flight: int
    rpm: float | None = None
    """Calls a minute; None: no limit known."""


class Figure(Value):
    """A number and what it rests on. `value` None: unknown."""

    value: Decimal | float | int | None
    basis: str


class Estimate(Value):
    """What grading with one model would take."""

    judge: str
    submissions: Figure
    known: Figure
    calls: Figure
    prompt_tokens: Figure
    cacheable_tokens: Figure
    answer_tokens: Figure
    usd: Figure
    seconds: Figure


def size(request: JudgeRequest) -> Size:
    """How much one request sends; `repeated` is all that stands before the candidate's text."""
    schema = request.answer_schema
    if request.decisions:
        # each short question is read after the same examples and passages
        asked = [question for decision in request.decisions for question in decision.questions]
        asked += [request.evidence_question] * len(request.decisions)
        front = len(request.messages[0].content) * len(asked)
        shown = sum(len(passage.text) for passage in request.passages) * len(asked)
        return Size(front + shown + sum(map(len, asked)), front, len(asked), len(schema["required"]))
    *stable, last = (len(message.content) for message in request.messages)
    front = sum(stable) + len(json.dumps(schema))
    judgment = {"segments": [1], "reason": "x" * ASSUMED_REASON, "verdict": "not_met"}
    answer = len(json.dumps(dict.fromkeys(schema["required"], judgment)))
    return Size(front + last, front, answer, len(schema["required"]))


def plan(
    submissions: Iterable[Submission],
    instruments: Mapping[str, Instrument],
    judge: JudgeSpec,
    answered: Callable[[str], bool],
) -> Plan:
    """What would be asked for the submissions; two that would be asked the same are asked once.

    `answered`: whether the ledger has a usable answer to the request with this digest.
    """
    count = unasked = known = calls = 0
    total = Size()
    seen: set[str] = set()
    fronts: set[int] = set()
    for submission in submissions:
        count += 1
        instrument = instruments.get(submission.task)
        if unfit(submission, instrument.rubric if instrument else None) or instrument is None:
            unasked += 1
            continue
        shown = passages(submission.text, segment(submission.text), submission.removed)
        salted = instrument._replace(salt=submission.check.salt) if submission.check else instrument
        for request in requests_for(salted, shown, judge):
            if request.digest in seen:
                continue
            seen.add(request.digest)
            if answered(request.digest):
                known += 1
                continue
            calls += 1
            one = size(request)
            front = hash(tuple(message.content for message in request.messages[:-1]))
            total = total.plus(one if front in fronts else one._replace(repeated=0))
            fronts.add(front)
    return Plan(count, unasked, known, calls, total)


def past(calls: Iterable[tuple[JudgeRequest, Completion, AnswerOutcome]]) -> Past:
    """The sums over earlier calls: what was sent, what came, and what became of it."""
    found = Past()
    for request, completion, outcome in calls:
        counted, timed = completion.usage.prompt_tokens > 0, completion.latency_s > 0
        found = Past(
            found.calls + 1,
            found.usable + (outcome is AnswerOutcome.OK),
            found.counted + counted,
            found.size.plus(size(request)) if counted else found.size,
            found.usage + completion.usage,
            found.timed + timed,
            found.seconds + completion.latency_s,
        )
    return found


def estimate(judge: JudgeSpec, ahead: Plan, behind: Past, prices: Prices | None, pace: Pace) -> Estimate:
    """The figures for one model: from its earlier calls where there are any, else from rules of thumb."""
    asked, again = _asked(ahead, behind)
    tries = asked / ahead.calls if ahead.calls else 1.0
    read, read_basis = _read(ahead, behind)
    written, written_basis = _written(judge, ahead, behind)
    prompt, answer = math.ceil(read * tries), math.ceil(written * tries)
    rate = read / ahead.size.characters if ahead.size.characters else 0.0
    cacheable = math.floor(ahead.size.repeated * rate * tries)
    unasked = f"as read; not put to a judge: {ahead.unasked}"
    return Estimate(
        judge=judge.name,
        submissions=Figure(value=ahead.submissions, basis=unasked),
        known=Figure(value=ahead.known, basis="in the ledger; not asked again"),
        calls=Figure(value=math.ceil(asked), basis=again),
        prompt_tokens=Figure(value=prompt, basis=read_basis),
        cacheable_tokens=Figure(value=cacheable, basis="what stands before each text, from its second call"),
        answer_tokens=Figure(value=answer, basis=written_basis),
        usd=_cost(Usage(prompt_tokens=prompt, completion_tokens=answer), cacheable, behind, prices),
        seconds=_seconds(judge, asked, behind, pace),
    )


def _asked(ahead: Plan, behind: Past) -> tuple[float, str]:
    """Calls with those for unusable answers, and the basis."""
    if not behind.calls:
        return ahead.calls, "one a request; how often answers are unusable is not known yet"
    tries = min(behind.calls / behind.usable, ATTEMPTS) if behind.usable else ATTEMPTS
    unusable = (behind.calls - behind.usable) / behind.calls
    basis = f"{ahead.calls} requests; {unusable:.0%} of answers unusable and asked for again"
    return ahead.calls * tries, f"{basis}, {_seen(behind.calls)}"


def _read(ahead: Plan, behind: Past) -> tuple[float, str]:
    if not behind.counted:
        return ahead.size.characters / CHARACTERS_PER_TOKEN, "characters / 4: no earlier call of this judge"
    rate = behind.usage.prompt_tokens / behind.size.characters
    return ahead.size.characters * rate, f"{rate:.3f} a character, {_seen(behind.counted)}"


def _written(judge: JudgeSpec, ahead: Plan, behind: Past) -> tuple[float, str]:
    if behind.counted and behind.size.criteria:
        rate = behind.usage.completion_tokens / behind.size.criteria
        return ahead.size.criteria * rate, f"{rate:.0f} a criterion, {_seen(behind.counted)}"
    if judge.style is Style.DECISIONS:
        return ahead.size.answer, "one a question: no earlier call of this judge"
    basis = (
        f"characters / 4, each reason assumed to have {ASSUMED_REASON}: no earlier call of this judge; "
        f"at most {judge.max_tokens:,} a call"
    )
    return ahead.size.answer / CHARACTERS_PER_TOKEN, basis


def _cost(usage: Usage, cacheable: int, behind: Past, prices: Prices | None) -> Figure:
    if prices is None:
        return Figure(value=None, basis="price unknown: give it with --prices")
    if prices.free:
        return Figure(value=Decimal(0), basis=prices.source)
    seen = behind.usage.cached_tokens / behind.usage.prompt_tokens if behind.counted else 0.0
    expected = prices.cost(usage.model_copy(update={"cached_tokens": math.floor(usage.prompt_tokens * seen)}))
    basis = (
        f"{_plain(prices.input)} in, {_plain(prices.cached)} cached, {_plain(prices.output)} out, US "
        f"dollars a million tokens, {prices.source}; "
    )
    if behind.counted:
        return Figure(value=expected, basis=f"{basis}{seen:.0%} cached, {_seen(behind.counted)}")
    least = prices.cost(usage.model_copy(update={"cached_tokens": cacheable}))
    return Figure(value=expected, basis=f"{basis}nothing cached; {least:.4f} if all that can be is")


def _seen(calls: int) -> str:
    return f"as in earlier calls (n = {calls})"


def _plain(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _seconds(judge: JudgeSpec, calls: float, behind: Past, pace: Pace) -> Figure:
    """The embedded judge answers one call after another; of the limits the narrower one counts."""
    at_once = 1 if judge.style is Style.DECISIONS else pace.in_flight
    limited = calls / pace.rpm * 60 if pace.rpm else 0.0
    told = f"; at most {pace.rpm:g} calls a minute" if pace.rpm else ""
    if not calls:
        return Figure(value=0.0, basis="nothing to ask")
    if not behind.timed:
        if pace.rpm:
            return Figure(value=limited, basis=f"at least, by the limit of {pace.rpm:g} calls a minute")
        return Figure(value=None, basis="no earlier call of this judge to take the time of")
    each = behind.seconds / behind.timed
    basis = f"{each:.2f} s a call, {_seen(behind.timed)}; {at_once} at once{told}"
    return Figure(value=max(calls * each / at_once, limited), basis=basis)

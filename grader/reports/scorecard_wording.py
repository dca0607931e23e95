"""Plain words for scorecards: totals with their errors, gates, what is missing or waits, and decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from grader.domain.hiring import HiringDecided
from grader.domain.record import GradeRecord, Provenance, State
from grader.domain.scorecard import GateState, ItemScore, Scorecard, Standard
from grader.reports.carded import Carded
from grader.reports.wording import (
    STANDINGS,
    STATE_SYMBOLS,
    STATE_WORDS,
    Tone,
    counted,
    number,
    refusal_sentence,
    score_number,
)

DECIDES = "A person decides: nothing is decided here."
NO_DECISION = "Nothing is decided until a named person records it: grader decide"


class GateWords(NamedTuple):
    """How a gate came out, for eye and ear."""

    symbol: str
    word: str
    tone: Tone


GATES = {
    GateState.PASSED: GateWords("✓", "passed", "good"),
    GateState.DOUBTFUL: GateWords("◐", "in doubt", "mixed"),
    GateState.FAILED: GateWords("✗", "failed", "bad"),
    GateState.UNKNOWN: GateWords("?", "not known", "none"),
}


def known_error(score: Standard) -> float | None:
    """The standard error of a score, in percent points; a lower bound where some are unknown.

    None without a score, or where no error is known.
    """
    return score.standard_error if score.percent is not None else None


def unknown_errors(items: Sequence[ItemScore]) -> int:
    """How many of the tasks have no known error."""
    return sum(item.standard_error is None for item in items)


def score_words(score: Standard) -> str:
    """The score, or the span that it is in while answers have none."""
    if score.percent is not None:
        return score_number(score.percent)
    return f"{score_number(score.lowest)} to {score_number(score.highest)}"


def error_words(score: Standard, items: Sequence[ItemScore]) -> str:
    """The standard error in a few words."""
    error = known_error(score)
    if error is None:
        return "not complete" if score.percent is None else "error not known"
    return f"± {number(error, 1)}{' or more' if unknown_errors(items) else ''}"


def total_sentences(card: Scorecard) -> list[str]:
    """What the total is, and how sure."""
    total, items = card.total, card.items
    if total.percent is None:
        unscored = counted(len(card.missing), "task has", "tasks have")
        return [
            f"There is no total: {unscored} no score. With 0 for those it would be "
            f"{score_number(total.lowest)}, with 100 for those {score_number(total.highest)}."
        ]
    return [f"The total is {score_number(total.percent)} of 100.", _error_sentence(total, items)]


def _error_sentence(score: Standard, items: Sequence[ItemScore]) -> str:
    error, unknown = known_error(score), unknown_errors(items)
    known = f"{len(items) - unknown} of {counted(len(items), 'task', 'tasks')}"
    if error is None:
        return f"Its standard error is not known: {known} have a known error."
    if unknown:
        said = f"Its standard error is {number(error, 1)}"
        return f"{said} from the {known} with a known error; the true one is larger."
    return f"Its standard error is {number(error, 1)}; the error of all {len(items)} tasks is known."


def waiting(card: Scorecard) -> tuple[ItemScore, ...]:
    """The answers that a person should look at."""
    return tuple(item for item in card.items if item.reviews)


def waiting_sentence(card: Scorecard) -> str:
    """How many answers wait for a person."""
    found = len(waiting(card))
    if not found:
        return "No answer waits for a person."
    answers = counted(found, "answer waits", "answers wait")
    return f"{answers} for a person, for {counted(card.reviews, 'reason', 'reasons')}."


def why_missing(item: ItemScore, carded: Carded) -> str:
    """Why a task has no score."""
    found = carded.answers.get(item.task)
    if found is not None and found.record.state is State.NOT_SCORED:
        return refusal_sentence(found.record)
    return item.detail or "No score."


def state_words(item: ItemScore) -> str:
    """Where a task stands, and what people decided on it."""
    if item.state is None:
        return "– no answer"
    if item.reviews:
        said = "? waits for a person"
    elif item.decided and item.percent is not None:
        said = "✓ scored"
    else:
        said = f"{STATE_SYMBOLS[item.state]} {STATE_WORDS[item.state]}"
    decided = counted(len(item.decided), "criterion", "criteria")
    return f"{said}; a person decided on {decided}" if item.decided else said


def standing_sentences(items: Sequence[ItemScore]) -> list[str]:
    """What the scores may be used for, with how many of the answers that is true of."""
    found = [item.standing for item in items if item.standing]
    whole = counted(len(found), "answer", "answers")
    return [
        f"{sentence} ({found.count(standing)} of {whole})"
        for standing, sentence in STANDINGS.items()
        if standing in found
    ]


def decision_sentences(carded: Carded) -> list[str]:
    """Who decided what, when and why, the newest decision first."""
    return [_decision(made, carded.card) for made in reversed(carded.decisions)]


def when(created: str) -> str:
    """A time of the ledger, to the minute."""
    return f"{datetime.fromisoformat(created):%Y-%m-%d %H:%M} UTC"


def _decision(made: HiringDecided, card: Scorecard) -> str:
    decision = made.decision
    said = (
        f"{decision.name} decided on {when(made.created)}: {decision.choice.value}. Reason: {decision.reason}"
    )
    if decision.scorecard == card.digest:
        return said
    then = "without a total" if decision.total is None else f"with a total of {score_number(decision.total)}"
    return f"{said} (Decided on another version of this scorecard, {then}.)"


def judge_sentences(carded: Carded) -> list[str]:
    """Says so where a candidate's answers were judged by several judges, prompts or modes."""
    made = [_asked_first(item.record) for item in carded.answers.values()]
    kinds = {(p.judge, p.prompt, p.mode) for p in made if p is not None and p.requests}
    if len(kinds) < 2:
        return []
    judges = ", ".join(sorted({judge for judge, _, _ in kinds}))
    return [
        f"{carded.card.candidate}: the answers were judged in different ways ({judges}), which is no fair "
        "comparison; name one run with --run."
    ]


def _asked_first(record: GradeRecord) -> Provenance | None:
    """Answers that were passed on were judged in the same way as those that were not."""
    return record.passed_on.first.provenance if record.passed_on else record.provenance

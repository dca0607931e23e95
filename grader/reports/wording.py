"""Plain words for verdicts, states, reasons and the way to a score: the same in every report."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from grader.domain.criterion import Criterion
from grader.domain.rating import Verdict
from grader.domain.reasons import ReviewReason
from grader.domain.record import (
    Disguise,
    GateOutcome,
    GradeRecord,
    OrderReport,
    Review,
    Score,
    Standing,
    State,
)
from grader.domain.rubric import Rubric
from grader.domain.second_rater import Adjudication
from grader.scoring import pairs_kept

STATE_WORDS = {
    State.SCORED: "scored",
    State.NEEDS_REVIEW: "needs review",
    State.NOT_SCORED: "not scored",
}
STATE_SYMBOLS = {State.SCORED: "✓", State.NEEDS_REVIEW: "?", State.NOT_SCORED: "✗"}
STANDINGS: dict[Standing, str] = {
    "uncalibrated": (
        "Uncalibrated: these scores have not been checked against people's ratings. Not for decisions."
    ),
    "demonstration": (
        "Demonstration: calibrated on invented answers that no person has rated. Not for decisions."
    ),
    "operational": (
        "Operational: calibrated against people's ratings, within the intervals of the calibration report."
    ),
}

_VERDICTS = {
    Verdict.MET: "met",
    Verdict.PARTLY: "partly met",
    Verdict.NOT_MET: "not met",
    Verdict.CANNOT_ASSESS: "cannot assess",
}
_FAULTS = {
    Verdict.MET: "fault found",
    Verdict.PARTLY: "fault found in part",
    Verdict.NOT_MET: "no fault found",
    Verdict.CANNOT_ASSESS: "cannot assess",
}
_DISGUISES = {
    "zero_width": ("character without width", "characters without width"),
    "bidi": ("direction control", "direction controls"),
    "tag": ("tag character", "tag characters"),
    "variation": ("variation selector", "variation selectors"),
    "control": ("control character", "control characters"),
}
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
    "\ufffe\uffff\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)


def visible(text: str) -> str:
    """`text`, as long as before, with control, direction and tag characters and lone surrogates as U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def number(value: float, decimals: int = 2) -> str:
    """`value` rounded, without trailing zeros, with a real minus sign."""
    digits = f"{value:.{decimals}f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits.replace("-", "−")


def counted(count: int, singular: str, plural: str) -> str:
    """The count and its noun."""
    return f"{count:,} {singular if count == 1 else plural}"


def task_name(task: str) -> str:
    """A task id as words."""
    return task.replace("_", " ")


def title_of(rubric: Rubric | None, criterion: str) -> str:
    """The criterion's title, or its id where the rubric does not have it."""
    titles = {c.id: c.title for c in rubric.criteria} if rubric else {}
    return titles.get(criterion, criterion)


def verdict_word(verdict: Verdict, criterion: Criterion | None) -> str:
    """The verdict in words; of a negative criterion, whether the fault was found."""
    return (_FAULTS if criterion and criterion.negative else _VERDICTS)[verdict]


def decision_sentence(decision: Adjudication, criterion: Criterion | None) -> str:
    """What a person decided on a criterion, and why judge and rater had differed."""
    cause = decision.cause.value.replace("_", " ")
    return f"{decision.name} decided: {verdict_word(decision.verdict, criterion)} ({cause})."


def review_sentence(review: Review, rubric: Rubric | None) -> str:
    """Why a person should look, with the title of the criterion in question."""
    if not review.detail:
        return review.reason.sentence
    if review.reason is ReviewReason.DISGUISED_TEXT:
        return f"{review.reason.sentence} Found: {review.detail.replace('_', ' ')}."
    if review.reason is ReviewReason.NEAR_CUT:
        return f"{review.reason.sentence} {review.detail}."
    return f"{title_of(rubric, review.detail)}: {review.reason.sentence}"


def refusal_sentence(record: GradeRecord) -> str:
    """Why a record is not scored, with its detail."""
    sentence = record.reason.sentence if record.reason else "No reason was recorded."
    return f"{sentence} {record.detail}" if record.detail and record.detail != sentence else sentence


def disguise_label(disguise: Disguise, text: str) -> str:
    """What stands at a disguise's place, for the eye; tag characters are spelled out."""
    if disguise.kind == "homoglyph":
        return "look-alike"
    label = f"hidden: {counted(disguise.end - disguise.start, *_DISGUISES[disguise.kind])}"
    if disguise.kind == "tag":
        letters = (chr(ord(c) - 0xE0000) for c in text[disguise.start : disguise.end])
        if reading := "".join(c for c in letters if c.isprintable()):
            return f"{label} reading “{reading}”"
    return label


def arithmetic(score: Score, rubric: Rubric | None) -> list[str]:
    """How the score came about, one sentence a step."""
    sentences = [f"{_sum(score)} of {number(score.possible)} points = {_content(score)} of 100."]
    if rubric and score.order and rubric.order.weight and rubric.order.before:
        weight, required = rubric.order.weight, rubric.order.before
        kept = pairs_kept(rubric, score.order)
        share = number(100 * kept / len(required), 1)
        sentences.append(
            f"With the order of the steps worth {number(100 * weight)} of 100 and {kept} of {len(required)} "
            f"required pairs in order: {number(1 - weight)} × {_content(score)} + "
            f"{number(weight)} × {share} = {number(score.uncapped, 1)} of 100."
        )
    failed = [title_of(rubric, g.criterion) for g in score.gates if g.outcome is GateOutcome.FAILED]
    if failed:
        names = " and ".join(f"“{title}”" for title in failed)
        was = "was" if len(failed) == 1 else "were"
        if score.percent < score.uncapped:
            sentences.append(f"Capped at {number(score.percent, 1)} because {names} {was} not met.")
        else:
            sentences.append(f"{names} {was} not met; the cap for that is not below this score.")
    sentences.append(f"On the 1 to 5 scale: 1 + {number(score.percent, 1)} / 25 = {number(score.scale)}.")
    return sentences


def order_sentences(order: OrderReport, rubric: Rubric | None) -> list[str]:
    """How the steps of an outline stand, in sentences."""
    if not order.stated:
        return ["None of the expected steps is stated."]
    stated = ", ".join(title_of(rubric, c) for c in order.stated)
    turned = counted(order.pairs, "pair", "pairs")
    sentences = [f"Stated in this order: {stated}."]
    if order.pairs:
        sentences.append(f"{order.inversions} of {turned} of steps stand the other way round than expected.")
    sentences += [
        f"“{title_of(rubric, first)}” should come before “{title_of(rubric, second)}”, but comes after it."
        for first, second in order.broken
    ]
    if rubric and not rubric.order.weight:
        sentences.append("The order is reported and does not change the score.")
    return sentences


def states_line(states: Sequence[State]) -> str:
    """The counts of all states, and their sum."""
    parts = [f"{states.count(state)} {word}" for state, word in STATE_WORDS.items()]
    return f"{counted(len(states), 'submission', 'submissions')}: {', '.join(parts)}"


def _content(score: Score) -> str:
    return number(100 * score.points / score.possible, 1)


def _sum(score: Score) -> str:
    terms = [c.points for c in score.criteria if c.points]
    if not terms:
        return "0"
    first = number(terms[0])
    rest = chain.from_iterable(("+" if t > 0 else "−", number(abs(t))) for t in terms[1:])
    spelled = " ".join((first, *rest))
    total = sum(terms)
    if total < 0:
        return f"{spelled} = {number(total)}, counted as 0"
    return spelled if len(terms) == 1 else f"{spelled} = {number(score.points)}"


def standings(found: Iterable[Standing]) -> list[str]:
    """What the scores may be used for: a sentence for each standing that some of them have."""
    present = set(found)
    return [sentence for standing, sentence in STANDINGS.items() if standing in present]


def estimate_words(record: GradeRecord) -> str:
    """The score on the raters' scale, with its standard error; "" without one."""
    found = record.estimate
    if found is None:
        return ""
    return f"{number(found.percent, 1)} ± {number(found.standard_error, 1)} on the raters' scale"


def probability_words(probability: float | None, calibrated: float | None, threshold: float | None) -> str:
    """How likely `met` is: the judge's own probability, and the calibrated one with its threshold."""
    if calibrated is None:
        return "" if probability is None else f"P(met) {probability:.2f}"
    own = "" if probability is None else f" (own {probability:.2f}"
    if own:
        own += ", never met)" if threshold is None else f", met from {threshold:.2f})"
    return f"P(met) {calibrated:.2f}{own}"

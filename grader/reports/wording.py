"""Plain words for verdicts, states, reasons and the way to a score: the same in every report."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from grader.domain.criterion import LEVELS, Criterion, ExactCriterion
from grader.domain.rating import Verdict
from grader.domain.reasons import Reason, ReviewReason
from grader.domain.record import (
    Disguise,
    GradeRecord,
    Review,
    Standing,
    State,
    Suspicion,
)
from grader.domain.rubric import Rubric
from grader.domain.scorecard import Recommendation, Scorecard
from grader.domain.second_rater import Adjudication

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
    "exact": "Exact answers: computed from the answer key; no judge was asked.",
}

Tone = Literal["good", "mixed", "bad", "none"]
"""What a color says; a word always says it too."""


class RecommendationWords(NamedTuple):
    """What a scorecard recommends, for every report alike."""

    short: str
    sentence: str
    symbol: str
    tone: Tone


_VERDICTS = {
    Verdict.MET: "met",
    Verdict.PARTLY: "partly met",
    Verdict.NOT_MET: "not met",
    Verdict.CANNOT_ASSESS: "cannot assess",
}
_ANSWERS = {Verdict.MET: "right", Verdict.NOT_MET: "not right"}
_FAULTS = {
    Verdict.MET: "fault found",
    Verdict.PARTLY: "fault found in part",
    Verdict.NOT_MET: "no fault found",
    Verdict.CANNOT_ASSESS: "cannot assess",
}
RECOMMENDATIONS = {
    Recommendation.ADVANCE: RecommendationWords("Advance", "Recommendation: advance.", "✓", "good"),
    Recommendation.DISCUSS: RecommendationWords(
        "Discuss",
        "Recommendation: discuss; the total alone does not settle it.",
        "◐",
        "mixed",
    ),
    Recommendation.DO_NOT_ADVANCE: RecommendationWords(
        "Do not advance", "Recommendation: do not advance.", "✗", "bad"
    ),
    Recommendation.GATE_FAILED: RecommendationWords(
        "Gate failed",
        "A gate failed: a person decides first, whatever the total.",
        "✗",
        "bad",
    ),
    Recommendation.RED_FLAG: RecommendationWords(
        "Red flag",
        "A red flag was raised: a person looks first, whatever the total.",
        "⚑",
        "bad",
    ),
    Recommendation.INCOMPLETE: RecommendationWords(
        "Incomplete",
        "Incomplete: scores are missing, so nothing follows from the total yet.",
        "?",
        "none",
    ),
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


def score_number(value: float) -> str:
    """A score to one decimal, cut off and not rounded: it never shows a bound that it did not reach."""
    return number(math.floor(round(value, 4) * 10) / 10, 1)


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
    """The verdict in words: whether a fault was found, an answer is right, or a criterion met."""
    if isinstance(criterion, ExactCriterion):
        return _ANSWERS.get(verdict, _VERDICTS[verdict])
    return (_FAULTS if criterion and criterion.negative else _VERDICTS)[verdict]


def level_words(level: int) -> str:
    """A level with the highest one."""
    return f"level {level} of {LEVELS}"


def recommendation_words(card: Scorecard) -> RecommendationWords:
    """The only words for what follows from a scorecard; those of a failed gate recommend nothing."""
    return RECOMMENDATIONS[card.recommendation]


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
    if review.reason is ReviewReason.SUSPICIOUS_TEXT:
        return f"{review.reason.sentence} Found: {review.detail}."
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
        hidden = (c for c in text[disguise.start : disguise.end] if c >= "\U000e0000")
        letters = (chr(ord(c) - 0xE0000) for c in hidden)
        if reading := "".join(c for c in letters if c.isprintable()):
            return f"{label} reading “{reading}”"
    return label


def removed_sentence(record: GradeRecord) -> str:
    """What the judge was not shown: kinds and offsets, never the words; "" where nothing was looked for."""
    if record.removed is None:
        return ""
    if not record.removed:
        return "Nothing was found to hide from the judge and from raters."
    spans = ", ".join(f"{span.kind} ({span.start}–{span.end})" for span in record.removed)
    return f"Hidden from the judge and from raters, by offsets in the original: {spans}."


def suspicion_label(suspicion: Suspicion) -> str:
    """What stands behind a suspicious passage, for the eye."""
    return f"for the grader? {suspicion.note}"


def states_line(states: Sequence[State]) -> str:
    """The counts of all states, and their sum."""
    parts = [f"{states.count(state)} {word}" for state, word in STATE_WORDS.items()]
    return f"{counted(len(states), 'submission', 'submissions')}: {', '.join(parts)}"


def reason_lines(reasons: Mapping[Reason, int]) -> list[str]:
    """Why submissions are not scored: a line for each reason, with how many have it."""
    return [f"{count:,}: {reason.sentence}" for reason, count in reasons.items()]


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

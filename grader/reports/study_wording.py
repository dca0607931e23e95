"""Plain words for a calibration study: the same in the HTML report and in the terminal."""

from collections.abc import Iterable
from typing import NamedTuple

from grader.agreement.figures import Figure
from grader.calibration.status import SWAP
from grader.calibration.study import Study
from grader.domain.calibration import Calibration, Gauge, Guarantee, Signal, Status
from grader.domain.rating import Verdict
from grader.domain.thresholds import Thresholds
from grader.reports.wording import counted

NONE = "–"
OUTCOME_SYMBOLS = {"kept": "✓", "missed": "✗", "open": "?"}
VERDICT_WORDS = {
    Verdict.MET: "met",
    Verdict.PARTLY: "partly met",
    Verdict.NOT_MET: "not met",
    Verdict.CANNOT_ASSESS: "cannot assess",
}
SIGNALS = {
    Signal.PROBABILITY: "the log-probabilities of its answers",
    Signal.REPEATS: "the share of its repeats that say met",
    Signal.VERDICT: "its verdict alone: it gave no probability, so the curves know only what it said",
}
KINDS = {
    "human": "human",
    "model": "a model, not a person",
    "constructed": "constructed: the author of invented answers",
}
GAUGES = {
    "held-out answers": "Answers of candidates that the calibration was not fitted on",
    "QWK": "Quadratic weighted kappa: agreement of the judge's totals with the first rater's",
    "QWK less that between raters": "How much less the judge agrees with a rater than two raters do",
    SWAP: "The farthest mean shift of a score when only the sign-off changes, in percent points",
    "SMD": "Standardized mean difference: whether the judge gives more (+) or less (−) on average",
}
_HEADLINES = {
    Status.OPERATIONAL: ("Operational", "good"),
    Status.NOT_GOOD_ENOUGH: ("Not good enough", "bad"),
    Status.NOT_ENOUGH_DATA: ("Not enough data", "mixed"),
    Status.DEMONSTRATION: ("Demonstration only", "mixed"),
}
_UNBOUND = (
    "It is bound to no judge: the judge's ratings were read from a file, so it shows agreement and can "
    "license no score."
)


class Headline(NamedTuple):
    """The verdict on a calibration."""

    words: str
    tone: str
    """`good`, `mixed` or `bad`."""
    sentences: tuple[str, ...]


def headline(calibration: Calibration) -> Headline:
    """What the calibration allows; one that is bound to no judge never says that scores may be used."""
    words, tone = _HEADLINES[calibration.status]
    sentence = calibration.status.sentence
    if calibration.binding is not None:
        return Headline(words, tone, (sentence, *_undecided(calibration)))
    if calibration.status is Status.OPERATIONAL:
        return Headline(
            "Thresholds kept, but for no scores",
            "mixed",
            ("Every threshold is kept with the whole interval.", _UNBOUND),
        )
    return Headline(words, tone, (sentence, _UNBOUND))


def _undecided(calibration: Calibration) -> Iterable[str]:
    if any(gauge.name == SWAP and gauge.outcome == "open" for gauge in calibration.gauges):
        yield "The swap test did not decide whether scores move with the name under an answer."


def fixed(value: float, decimals: int = 2) -> str:
    """`value` with all its decimals and a real minus sign; never a minus before zero."""
    digits = f"{value:.{decimals}f}"
    return digits.replace("-", "" if float(digits) == 0 else "−")


def share(value: float, decimals: int = 0) -> str:
    """A share as percent, rounded so that neither 0 nor all is said of what is not."""
    shown = 100 * value
    edge = 10.0**-decimals
    if 0 < shown <= edge / 2:
        return f"under {fixed(edge, decimals)}%"
    if 100 - edge / 2 <= shown < 100:
        return f"over {fixed(100 - edge, decimals)}%"
    return f"{fixed(shown, decimals)}%"


def interval(figure: Figure | Gauge, decimals: int = 2) -> str:
    """From where to where; "" where there is no interval."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{fixed(figure.low, decimals)} to {fixed(figure.high, decimals)}"


def gauge_value(gauge: Gauge) -> str:
    """The figure of a gauge: a count as a count."""
    if gauge.value is None:
        return NONE
    return fixed(gauge.value, 0 if gauge.name == "held-out answers" else 2)


def bar(gauge: Gauge) -> str:
    """The threshold in words."""
    return gauge.threshold.replace(">=", "at least").replace("-", "−")


def not_asked(thresholds: Thresholds) -> tuple[str, ...]:
    """Names of the thresholds that were switched off."""
    given = (
        ("QWK", thresholds.qwk),
        ("QWK less that between raters", thresholds.degradation),
        ("SMD", thresholds.smd),
    )
    return tuple(name for name, value in given if value is None)


def guarantee_sentences(guarantee: Guarantee | None) -> tuple[str, ...]:
    """What was asked of the machine's own decisions, and what can be promised, without jargon."""
    if guarantee is None:
        return (
            "Nothing is promised: there are no verdicts on criteria by both the judge and the raters, "
            "so there are no decisions that the machine could take by itself.",
        )
    asked = (
        f"What was asked: where the machine decides by itself, at least {share(guarantee.agreement)} of its "
        f"verdicts agree with the raters', and this is {share(guarantee.confidence)} certain."
    )
    if guarantee.threshold is None:
        return (
            asked,
            f"This cannot be promised, so every decision goes to a person. {guarantee.reason}".strip(),
        )
    taken = round(guarantee.coverage * guarantee.n)
    found = (
        f"It holds where the machine is at least {share(guarantee.threshold, 1)} sure of its verdict: it "
        f"would then take {share(guarantee.coverage)} of the decisions ({taken:,} of {guarantee.n:,}), and a "
        "person all others."
    )
    return (asked, found, *_agreed(guarantee))


def _agreed(guarantee: Guarantee) -> Iterable[str]:
    if guarantee.observed is None or guarantee.lower is None:
        return
    yield (
        f"Of those it took, {share(guarantee.observed, 1)} agreed with the raters; with "
        f"{share(guarantee.confidence)} confidence at least {share(guarantee.lower, 1)} do."
    )


def signal_words(study: Study) -> str:
    """Where the judge's probabilities come from."""
    if study.counts.decisions_fit + study.counts.decisions_held_out == 0:
        return "nowhere: there are no verdicts on criteria to put a probability on"
    return SIGNALS[study.calibration.signal]


def raters_sentence(study: Study) -> str:
    """Who the judge is compared with, and what kind of rater that is."""
    kinds = {r.id: KINDS.get(r.kind.value, r.kind.value) for r in study.manifest.raters}
    named = [f"{name} ({kinds.get(name, 'unknown')})" for name in study.calibration.reference]
    return ", ".join(named) or "nobody"


def level(study: Study) -> str:
    """The level of the study's intervals, such as 95%."""
    levels = {row.after.level for row in study.agreement}
    return share(levels.pop()) if len(levels) == 1 else "95%"


def accounting(study: Study) -> str:
    """Where all answers are: used plus unused is all."""
    counts = study.counts
    used = counts.fit + counts.held_out
    return (
        f"{counts.fit:,} fitted on + {counts.held_out:,} held out = {used:,} used; {used:,} used + "
        f"{counts.unused:,} unused = {counted(used + counts.unused, 'answer', 'answers')} of "
        f"{counts.responses:,} in the set."
    )

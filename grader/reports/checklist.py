"""The checklist of one submission: each criterion with verdict, points, reason and quoted evidence."""

from dataclasses import dataclass

from grader.domain.criterion import AnyCriterion, Criterion, ExactCriterion, LeveledCriterion
from grader.domain.rating import Rating, Verdict
from grader.domain.rubric import Rubric
from grader.evidence import quote
from grader.reports.graded import Graded
from grader.reports.judges import by_judge
from grader.reports.wording import Tone, level_words, probability_words, verdict_word

_SYMBOLS: dict[Tone, str] = {"good": "✓", "mixed": "◐", "bad": "✗", "none": "?"}
_TONES: dict[Verdict, Tone] = {Verdict.MET: "good", Verdict.PARTLY: "mixed", Verdict.NOT_MET: "bad"}
_LEVEL_TONES: dict[int, Tone] = {1: "bad", 2: "mixed", 3: "mixed", 4: "good", 5: "good"}
_FAULT_TONES: dict[Verdict, Tone] = {Verdict.MET: "bad", Verdict.PARTLY: "mixed", Verdict.NOT_MET: "good"}


@dataclass(frozen=True)
class Quote:
    """A passage given as evidence: `text[start:end]`, verbatim."""

    number: int
    """Counted from 1 within the criterion."""
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Line:
    """One criterion of the checklist."""

    number: int
    """Counted from 1 in the rubric's order; stands beside its passages."""
    criterion: str
    title: str
    verdict: Verdict
    word: str
    """The verdict in words; the level where the criterion has levels."""
    level: int | None
    anchor: str
    """What an answer on the level looks like; "" without levels."""
    tone: Tone
    symbol: str
    points: float | None
    """None where the submission has no score."""
    possible: float | None
    """Points that it can earn, negative for what a fault takes away; None without a rubric."""
    marks: tuple[str, ...]
    """answer key, critical, negative, red flag, step."""
    reason: str
    probability: float | None
    calibrated: float | None
    likelihood: str
    """The probabilities in words; "" where there are none."""
    claimed: str
    """What the judge itself said, where the calibration came to another verdict; else ""."""
    supported: bool
    quotes: tuple[Quote, ...]
    notes: tuple[str, ...]
    """What people said of it."""
    by_judge: tuple[str, ...] = ()
    """What each of several judges said, where they differ."""


def checklist(item: Graded) -> tuple[Line, ...]:
    """A line for each rating, in the rubric's order; ratings that the rubric does not know come last."""
    record, rubric = item.record, item.rubric
    known = {c.id: c for c in rubric.criteria} if rubric else {}
    places = {criterion: place for place, criterion in enumerate(known)}
    ratings = sorted(record.ratings, key=lambda r: places.get(r.criterion, len(places)))
    earned = {c.criterion: c.points for c in record.score.criteria} if record.score else {}
    return tuple(
        _line(number, rating, known.get(rating.criterion), earned.get(rating.criterion), item)
        for number, rating in enumerate(ratings, start=1)
    )


def tone_of(verdict: Verdict, criterion: Criterion | None) -> Tone:
    """Whether a verdict speaks for the candidate."""
    tones = _FAULT_TONES if criterion and criterion.negative else _TONES
    return tones.get(verdict, "none")


def criteria_of(rubric: Rubric | None) -> tuple[AnyCriterion, ...]:
    """The rubric's criteria; none without a rubric."""
    return rubric.criteria if rubric else ()


def anchor_of(level: int | None, criterion: Criterion | None) -> str:
    """The text of a level; "" without one."""
    if level is None or not isinstance(criterion, LeveledCriterion):
        return ""
    return criterion.levels[level - 1].text


def _line(
    number: int, rating: Rating, criterion: AnyCriterion | None, points: float | None, item: Graded
) -> Line:
    tone = tone_of(rating.verdict, criterion) if rating.level is None else _LEVEL_TONES[rating.level]
    return Line(
        number=number,
        criterion=rating.criterion,
        title=criterion.title if criterion else rating.criterion,
        verdict=rating.verdict,
        word=verdict_word(rating.verdict, criterion) if rating.level is None else level_words(rating.level),
        level=rating.level,
        anchor=anchor_of(rating.level, criterion),
        tone=tone,
        symbol=_SYMBOLS[tone],
        points=points,
        possible=None if criterion is None else -criterion.points if criterion.negative else criterion.points,
        marks=_marks(criterion),
        reason=rating.reason,
        probability=rating.probability,
        calibrated=rating.calibrated,
        likelihood=probability_words(rating.probability, rating.calibrated, rating.threshold),
        claimed=verdict_word(rating.claimed, criterion) if rating.claimed else "",
        supported=rating.supported,
        quotes=tuple(
            Quote(number=n, start=e.start, end=e.end, text=quote(item.shown, e))
            for n, e in enumerate(rating.evidence, start=1)
        ),
        notes=item.notes.get(rating.criterion, ()),
        by_judge=by_judge(item.record, rating.criterion, criterion),
    )


def _marks(criterion: Criterion | None) -> tuple[str, ...]:
    if criterion is None:
        return ()
    found = (
        ("answer key", isinstance(criterion, ExactCriterion)),
        ("critical", criterion.critical),
        ("negative", criterion.negative),
        ("red flag", criterion.red_flag),
        (f"step {criterion.step}", criterion.step is not None),
    )
    return tuple(mark for mark, holds in found if holds)

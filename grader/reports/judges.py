"""What several judges said of one answer, in words: their scores and verdicts, and where they differ."""

from collections.abc import Iterator

from grader.domain.criterion import AnyCriterion
from grader.domain.rating import Rating
from grader.domain.record import GradeRecord, Opinion
from grader.domain.rubric import Rubric
from grader.reports.wording import level_words, number, review_sentence, title_of, verdict_word


def judge_sentences(record: GradeRecord, rubric: Rubric | None) -> list[str]:
    """How the judges came to this record; empty where one judged alone."""
    return [*_panel(record, rubric), *_passed_on(record, rubric)]


def by_judge(record: GradeRecord, criterion: str, known: AnyCriterion | None) -> tuple[str, ...]:
    """What each judge said of a criterion, where they differ; of the first one where it was overruled."""
    if record.panel is not None:
        said = [(o.provenance.judge, _result(r, known)) for o, r in _of(record.panel.opinions, criterion)]
        return tuple(f"{judge}: {result}" for judge, result in said) if len({r for _, r in said}) > 1 else ()
    if record.passed_on is not None:
        counts = next((_result(r, known) for r in record.ratings if r.criterion == criterion), "")
        said = [(o.provenance.judge, _result(r, known)) for o, r in _of((record.passed_on.first,), criterion)]
        return tuple(f"{judge} first: {result}" for judge, result in said if result != counts)
    return ()


def _panel(record: GradeRecord, rubric: Rubric | None) -> Iterator[str]:
    panel = record.panel
    if panel is None:
        return
    yield f"A panel judged: {', '.join(map(_score, panel.opinions))}."
    if panel.exact is not None:
        yield f"All of them agree on {number(100 * panel.exact, 0)}% of the criteria."
    for difference in panel.differences:
        one, other = difference.judges
        titles = ", ".join(title_of(rubric, criterion) for criterion in difference.criteria)
        yield f"{one} and {other} differ on: {titles}."


def _passed_on(record: GradeRecord, rubric: Rubric | None) -> Iterator[str]:
    before = record.passed_on
    if before is None:
        return
    first = before.first.provenance.judge
    yield f"Asked first: {_score(before.first)}."
    if before.first.reason is not None:
        yield f"Why {first} did not do: {before.first.reason.sentence}"
    if before.why:
        doubts = " ".join(review_sentence(review, rubric) for review in before.why)
        yield f"Why the verdicts of {first} did not do: {doubts}"
    stronger = record.provenance.judge if record.provenance else "a stronger judge"
    outcome = "whose verdicts count" if record.reason is None else "who gave no verdicts"
    yield f"So it was passed on to {stronger}, {outcome}."


def _score(opinion: Opinion) -> str:
    score = "no score" if opinion.percent is None else f"{number(opinion.percent, 1)} of 100"
    return f"{opinion.provenance.judge} ({score})"


def _of(opinions: tuple[Opinion, ...], criterion: str) -> Iterator[tuple[Opinion, Rating]]:
    for opinion in opinions:
        for rating in opinion.ratings:
            if rating.criterion == criterion:
                yield opinion, rating


def _result(rating: Rating, criterion: AnyCriterion | None) -> str:
    word = verdict_word(rating.verdict, criterion) if rating.level is None else level_words(rating.level)
    return word if rating.supported else f"{word} without evidence"

"""Writes what happened in a run, and what people did about it, as events."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TextIO

from grader.digests import canonical
from grader.domain.kept import Kept
from grader.domain.prompt import Prompt
from grader.domain.rating import Rating
from grader.domain.reasons import Reason
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.score_event import DecisionEvent, Event, RatingEvent, ReviewEvent
from grader.events.reviewed import decision_event, rating_events, review_event
from grader.events.scored import Around, record_id, score_event
from grader.ledger.store import SqlLedger


def write_events(
    ledger: SqlLedger, run: Run, stream: TextIO, *, position: str | None, with_text: bool
) -> None:
    """Scores in the order of the input, then what people did about them in the order of time."""
    about = _About()
    around = _surroundings(ledger, run)
    for kept in ledger.outcomes(run.id):
        about.add(kept, run)
        _put(stream, score_event(kept, around(kept), position=position, with_text=with_text))
    people = [*_reviews(ledger, run, about, with_text), *_ratings(ledger, about)]
    people += _decisions(ledger, about, with_text)
    for event in sorted(people, key=lambda e: e.timestamp):
        _put(stream, event)


def _put(stream: TextIO, event: Event) -> None:
    stream.write(canonical(event.model_dump(mode="json")).decode() + "\n")


class _About:
    """What the scores of the run are about: people's acts on the same are exported with them."""

    def __init__(self) -> None:
        self.candidates: set[str] = set()
        self.texts: set[str] = set()
        self.records: dict[tuple[str, str], str] = {}
        """By submission and text, the record's id."""
        self.ratings: dict[tuple[str, str, str], Rating] = {}
        """By submission, text and criterion."""

    def add(self, kept: Kept, run: Run) -> None:
        record = kept.record
        self.candidates.add(record.candidate)
        self.texts.add(record.text)
        if record.reason is Reason.DUPLICATE_ID:
            return
        self.records[record.submission, record.text] = record_id(run.id, kept.position)
        self.ratings |= {(record.submission, record.text, r.criterion): r for r in record.ratings}


def _surroundings(ledger: SqlLedger, run: Run) -> Callable[[Kept], Around]:
    """Finds what a record's digests stand for; what many records share is read once."""

    @cache
    def rubric(digest: str) -> Rubric:
        return Rubric.model_validate_json(ledger.text(digest))

    @cache
    def prompt(digest: str) -> Prompt:
        return Prompt.model_validate_json(ledger.text(digest))

    calibration = cache(ledger.calibration)

    def around(kept: Kept) -> Around:
        made = kept.record.provenance
        used = made.rubric if made else run.settings["rubrics"].get(kept.record.task)
        return Around(
            run=run,
            text=ledger.text(kept.record.text),
            rubric=rubric(used) if used else None,
            prompt=prompt(made.prompt) if made else None,
            calibration=calibration(made.calibration) if made and made.calibration else None,
            requests=ledger.requests_kept(made.requests) if made else (),
        )

    return around


def _reviews(ledger: SqlLedger, run: Run, about: _About, with_text: bool) -> Iterator[ReviewEvent]:
    for decided in ledger.adjudications():
        decision = decided.adjudication
        record = about.records.get((decision.submission, decision.text))
        if decision.run == run.id and record is not None:
            judged = about.ratings.get((decision.submission, decision.text, decision.criterion))
            yield review_event(decided, record, judged, with_text=with_text)


def _ratings(ledger: SqlLedger, about: _About) -> Iterator[RatingEvent]:
    commitments = [c for c in ledger.commitments() if {t.text for t in c.commitment.texts} & about.texts]
    first_judged = ledger.first_judged({t.text for c in commitments for t in c.commitment.texts})
    first_reviewed: dict[str, str] = {}
    reviews = [(d.adjudication.text, d.created) for d in ledger.adjudications()]
    rated = [(t.text, c.created) for c in commitments for t in c.commitment.texts]
    for text, created in sorted([*reviews, *rated], key=lambda seen: seen[1]):
        first_reviewed.setdefault(text, created)
    for committed in commitments:
        for event in rating_events(committed, first_judged, first_reviewed):
            if event.answer in about.texts:
                yield event


def _decisions(ledger: SqlLedger, about: _About, with_text: bool) -> Iterator[DecisionEvent]:
    for decided in ledger.hiring_decisions():
        if decided.decision.candidate in about.candidates:
            yield decision_event(decided, with_text=with_text)

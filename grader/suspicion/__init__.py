"""Text in an answer that may be meant for the grader, or is no answer of the candidate's own.

A finding goes to a person and changes no score: honest writing can look the same.
"""

from collections.abc import Iterable
from itertools import chain

from grader.domain.record import Suspicion
from grader.domain.rubric import Rubric
from grader.suspicion.copying import find_copies, find_keywords, find_quoted
from grader.suspicion.forms import find_forms, find_ids
from grader.suspicion.reading import Reading, Span
from grader.suspicion.tongues import find_other_languages
from grader.suspicion.wording import find_wording


def find_suspicions(text: str, rubric: Rubric | None = None) -> tuple[Suspicion, ...]:
    """What is found, in order, with offsets into `text`; what overlaps and is of one kind, as one.

    Without a rubric nothing is known of what could be copied from it.
    """
    reading = Reading(text)
    if not reading.words:
        return ()
    spans = chain(
        find_wording(reading),
        find_forms(reading),
        find_ids(reading, rubric) if rubric is not None else (),
        find_other_languages(reading),
        find_copies(reading, rubric),
        find_keywords(reading, rubric),
        find_quoted(reading),
    )
    return tuple(_suspicion(reading, span) for span in _joined(reading, spans))


def _joined(reading: Reading, spans: Iterable[Span]) -> list[Span]:
    """Trimmed, in order of kind and place, overlapping ones of a kind as one under the first one's note."""
    found: list[Span] = []
    for span in sorted(map(reading.trimmed, spans), key=lambda s: (s.kind, s.start, s.end)):
        last = found[-1] if found else None
        if last and last.kind == span.kind and span.start <= last.end:
            found[-1] = last._replace(end=max(last.end, span.end))
        else:
            found.append(span)
    return sorted(found, key=lambda s: (s.start, s.end, s.kind))


def _suspicion(reading: Reading, span: Span) -> Suspicion:
    start, end = reading.in_original(span.start, span.end)
    return Suspicion(kind=span.kind, start=start, end=end, note=span.note)

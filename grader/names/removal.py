"""Finds in an answer what would tell a judge or a blind rater who wrote it. Pure, and without any model."""

from collections.abc import Callable, Iterable

from grader.domain.applicant import Applicant
from grader.domain.record import Removed, RemovedKind
from grader.names.contacts import find_contacts
from grader.names.folding import fold
from grader.names.known import known
from grader.names.material import Material
from grader.names.mentions import find_names

Recognizer = Callable[[str], Iterable[Removed]]
"""Finds other people's names in a text, by a model."""


def find_removed(
    text: str, applicant: Applicant, material: Material, recognizer: Recognizer | None = None
) -> tuple[Removed, ...]:
    """The spans of `text` that are not shown, in order and apart."""
    view = fold(text)
    contacts = [*find_contacts(view.text, applicant, material)]
    searched = view.text
    for start, end, _ in contacts:
        searched = f"{searched[:start]}{'@' * (end - start)}{searched[end:]}"
    names = find_names(view._replace(text=searched), known(applicant.names, material), material)
    found = [(*view.span(start, end), kind) for start, end, kind in (*names, *contacts)]
    others = recognizer(text) if recognizer else ()
    return _apart([*found, *((span.start, span.end, span.kind) for span in others)])


def _apart(found: Iterable[tuple[int, int, RemovedKind]]) -> tuple[Removed, ...]:
    """Overlapping spans as one, of the kind of the longest."""
    groups: list[list[tuple[int, int, RemovedKind]]] = []
    end = -1
    for span in sorted(found):
        if span[0] < end:
            groups[-1].append(span)
        else:
            groups.append([span])
        end = max(end, span[1])
    return tuple(
        Removed(
            kind=max(group, key=lambda span: span[1] - span[0])[2],
            start=group[0][0],
            end=max(span[1] for span in group),
        )
        for group in groups
    )

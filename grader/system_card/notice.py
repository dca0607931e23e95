"""Fills in a candidate notice; what only the employer knows stays a marked blank."""

from collections.abc import Mapping
from string import Template

from grader.domain.notice import FilledPoint, Notice, NoticeForm, Piece, Point


def fill_notice(form: NoticeForm, known: Mapping[str, str], given: Mapping[str, str]) -> Notice:
    """`known`: the places that the program fills; `given`: the employer's fields. Nothing is invented."""
    points = tuple(
        FilledPoint(title=p.title, laws=p.laws, pieces=_pieces(p, form, {**given, **known}))
        for p in form.points
    )
    return Notice(
        form=form.id,
        form_digest=form.digest,
        title=form.title,
        note=form.note,
        points=points,
        fields=len(form.fields),
        blanks=tuple(label for name, label in form.fields.items() if name not in given),
    )


def _pieces(point: Point, form: NoticeForm, values: Mapping[str, str]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    end = 0
    for match in Template.pattern.finditer(point.text):
        name = match["named"] or match["braced"]
        found.append(Piece(text=point.text[end : match.start()] + ("" if name else "$")))
        end = match.end()
        if name:
            blank = name not in values
            found.append(Piece(text=form.fields[name] if blank else values[name], blank=blank))
    found.append(Piece(text=point.text[end:]))
    return tuple(piece for piece in found if piece.text)


def in_plain_text(notice: Notice) -> str:
    """The notice alone, as Markdown."""
    lines = [f"# {notice.title}"]
    for point in notice.points:
        text = "".join(f"[employer: {p.text}]" if p.blank else p.text for p in point.pieces)
        lines += [f"## {point.title}", text]
    return "\n\n".join(lines) + "\n"

"""From imported ratings to a calibration set: who the raters are, and which candidates are held out."""

import hashlib
from collections.abc import Collection, Iterable, Mapping

from pydantic import ValidationError

from grader.domain.calibration_set import (
    OVERALL,
    CalibrationSet,
    Manifest,
    Rater,
    RaterKind,
    Scale,
)
from grader.errors import InputError, Problem
from grader.readers.columns import listed
from grader.readers.gathering import Imported

_ORDER = (RaterKind.HUMAN, RaterKind.CONSTRUCTED, RaterKind.MODEL)


def assemble_set(
    imported: Imported,
    *,
    id: str,
    task: str,
    purpose: str,
    licence: str,
    kinds: Mapping[str, RaterKind],
    default_kind: RaterKind | None = None,
    reference: str | None = None,
    scale: Scale | None = None,
    held_out: Collection[str] | None = None,
    share: float = 0.5,
) -> CalibrationSet:
    """The calibration set that `imported` makes.

    `kinds`: rater -> kind; raters not in it are of `default_kind`, those that the file calls models always
    models. `reference` is the rater that others are compared with; without it the first person, else the
    first rater. `scale` is needed for overall ratings. `held_out`: candidates; None: by `split` with `share`.
    Raises InputError, with all that is wrong.
    """
    candidates = list(dict.fromkeys(response.candidate for response in imported.responses))
    messages = [
        *_unknown("rater", [*kinds, *([reference] if reference else [])], imported.raters),
        *_unknown("candidate", held_out or (), candidates),
        *_kindless(imported, kinds, default_kind),
    ]
    problems = [Problem(imported.file, None, *message) for message in messages]
    problems += _off_scale(imported, scale)
    if problems:
        raise InputError(*problems)
    known = dict.fromkeys(imported.models, RaterKind.MODEL) | dict(kinds)
    raters = [Rater(id=name, kind=known.get(name, default_kind)) for name in imported.raters]
    raters.sort(key=lambda rater: (rater.id != reference, _ORDER.index(rater.kind)))
    apart = set(split(candidates, share) if held_out is None else held_out)
    try:
        manifest = Manifest(
            id=id,
            task=task,
            purpose=purpose,
            licence=licence,
            raters=tuple(raters),
            scale=scale,
            fit=tuple(name for name in candidates if name not in apart),
            held_out=tuple(name for name in candidates if name in apart),
        )
    except ValidationError as error:
        raise InputError(
            *(
                Problem(imported.file, None, f"{item['loc'][0]} of the set: {item['msg']}.", "Correct it.")
                for item in error.errors(include_url=False, include_context=False)
            )
        ) from error
    return CalibrationSet(
        manifest=manifest,
        responses=imported.responses,
        ratings=imported.ratings,
        exclusions=imported.exclusions,
    )


def split(candidates: Iterable[str], share: float) -> tuple[str, ...]:
    """The candidates held out: `share` (0 to 1) of them; between 0 and 1 at least one falls in each part.

    Chosen by the order of SHA-256("split" + id): the same in every run and for every order of rows.
    """
    if not 0 <= share <= 1:
        message = f"A share of {share} cannot be held out."
        raise InputError(Problem("held-out share", None, message, "Give a number from 0 to 1."))
    ordered = sorted(
        set(candidates),
        key=lambda name: hashlib.sha256(f"split{name}".encode("utf-8", "surrogatepass")).digest(),
    )
    count = round(len(ordered) * share)
    if 0 < share < 1 and len(ordered) > 1:
        count = min(max(count, 1), len(ordered) - 1)
    return tuple(ordered[:count])


def _unknown(what: str, names: Iterable[str], known: Collection[str]) -> Iterable[tuple[str, str]]:
    if strange := [name for name in dict.fromkeys(names) if name not in known]:
        yield f"There is no {what} {listed(strange)} with ratings.", f"The {what}s are {listed(list(known))}."


def _kindless(
    imported: Imported, kinds: Mapping[str, RaterKind], default: RaterKind | None
) -> Iterable[tuple[str, str]]:
    if claimed := [
        name for name in imported.models if kinds.get(name, RaterKind.MODEL) is not RaterKind.MODEL
    ]:
        yield f"The file has {listed(sorted(claimed))} as a model.", "Name no other kind for it."
    open_ = [name for name in imported.raters if name not in kinds and name not in imported.models]
    if open_ and default is None:
        yield (
            f"Nothing tells whether {listed(open_)} are people.",
            f"Say of each what it is: {', '.join(RaterKind)}.",
        )


def _off_scale(imported: Imported, scale: Scale | None) -> Iterable[Problem]:
    overall = [
        (rating, place)
        for rating, place in zip(imported.ratings, imported.places, strict=True)
        if rating.criterion == OVERALL
    ]
    if overall and scale is None:
        values = [rating.value for rating, _ in overall]
        message = f"The overall ratings (from {min(values):g} to {max(values):g}) have no scale."
        yield Problem(imported.file, None, message, "Give the lowest and highest rating that could be given.")
    for rating, place in overall if scale else ():
        if scale and not scale.low <= rating.value <= scale.high:
            where = f"{place.words}: " if place.words else ""
            message = (
                f'{where}The rating {rating.value:g} of response "{rating.response}" by "{rating.rater}" '
                f"lies outside the scale from {scale.low:g} to {scale.high:g}."
            )
            yield Problem(imported.file, place.line, message, "Correct the rating or the scale.")

"""Hands requests over to a provider: noted in the ledger first, so that a crash loses no paid work."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from secrets import token_hex
from typing import NamedTuple

from grader.batches.as_built import as_built
from grader.domain.batch import Outgoing, Step
from grader.domain.batch_sides import Archive, BatchLedger, BatchService
from grader.domain.exchange import JudgeRequest
from grader.errors import ProviderError

TAKE_OVER_S = 900.0
"""A batch whose sender was not heard of for so long is looked for at the provider and sent by another."""
_GROUP = 500


class Limits(NamedTuple):
    """The most that one input file may hold; by default, what OpenAI takes."""

    rows: int = 50_000
    size: int = 200_000_000
    """Bytes."""


class Place(NamedTuple):
    """Where batches are handed over and kept."""

    service: BatchService
    batches: BatchLedger
    archive: Archive


def claim(outgoing: Iterable[Outgoing], run: str, place: Place, limits: Limits) -> list[str]:
    """Put requests down into new batches, not yet sent; returns their ids.

    What is in a batch already, of whatever run, is left out: nothing is asked twice.
    """
    claimed: dict[int, str] = {}
    for number, group in _groups(outgoing, place.service.line, limits):
        batch = claimed.get(number) or f"{run}-{token_hex(4)}"
        if place.batches.claim(batch, run, group):
            claimed[number] = batch
    return list(claimed.values())


def _groups(
    outgoing: Iterable[Outgoing], line: Callable[[JudgeRequest], bytes], limits: Limits
) -> Iterator[tuple[int, list[Outgoing]]]:
    """What is kept in one transaction, with the number of the batch that it goes into."""
    group: list[Outgoing] = []
    number = rows = size = 0
    for out in outgoing:
        length = len(line(out.asked))
        if rows and (rows >= limits.rows or size + length > limits.size):
            yield number, group
            group, rows, size = [], 0, 0
            number += 1
        if len(group) == _GROUP:
            yield number, group
            group = []
        group.append(out)
        rows += 1
        size += length
    if group:
        yield number, group


def dispatch(batch: str, place: Place) -> None:
    """Hand a claimed batch over, unless another process does.

    After a ProviderError it is put back, to be sent another time; where it may have been started all the
    same, `grader.batches.collecting` finds out. One that another process took over meanwhile is ended.
    """
    service, batches = place.service, place.batches
    known = batches.batch(batch)
    number = len(known.events) + 1
    if known.closed or not batches.note(batch, number, Step.SENDING):
        return
    input_file: str | None = None
    try:
        with tempfile.TemporaryFile() as file:
            for row in batches.rows(batch):
                file.write(service.line(as_built(place.archive.request(row.asked))))
            file.seek(0)
            input_file = service.upload(file, f"{batch}.jsonl")
        if len(batches.batch(batch).events) != number:
            _discard(input_file, service)
            return  # it took so long that another process sends it
        status = service.create(input_file, batch, known.run)
    except ProviderError as error:
        if input_file is None or _refused(error):
            batches.note(batch, number + 1, Step.PUT_BACK, note=str(error))
            if input_file is not None:
                _discard(input_file, service)
        raise
    if batches.note(batch, number + 1, Step.SUBMITTED, status):
        return
    found = batches.batch(batch).status
    if found is None or found.id != status.id:
        service.cancel(status.id)  # else who took it over found this very batch


def _discard(input_file: str, service: BatchService) -> None:
    with suppress(ProviderError):  # another trouble is told, or none
        service.delete([input_file])


def dispatch_all(claimed: list[str], place: Place) -> None:
    """Hand claimed batches over. What comes after one that raises ProviderError is put back."""
    for done, batch in enumerate(claimed):
        try:
            dispatch(batch, place)
        except ProviderError as error:
            for later in claimed[done + 1 :]:
                place.batches.note(later, 1, Step.PUT_BACK, note=str(error))
            raise


def _refused(error: ProviderError) -> bool:
    """Whether it certainly did not start; a server's own fault or a lost connection leaves that open."""
    return error.status is not None and error.status < 500

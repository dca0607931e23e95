"""What a worker of a cluster does: it opens judge and ledger once, and grades the parts that it is given."""

import asyncio
import os
import socket
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from pydantic import SecretStr

from grader.batch import grade_placed
from grader.budget import Count, Meter
from grader.cluster.parts import Part
from grader.collector import spare
from grader.domain.tally import Tally
from grader.errors import GraderError
from grader.judging import Seat
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.providers.limits import LimitedProvider
from grader.wiring import JudgeOptions, open_judge, prices_of


class Opening(NamedTuple):
    """What a worker opens. The judge's key is in its own environment, and sent by nobody."""

    ledger: SecretStr
    """A database URL; it may hold a password, which no log or traceback is to show."""
    judge: str
    options: JudgeOptions
    """Limits are those of one worker."""


class Work(NamedTuple):
    """What all parts of a run have in common."""

    run: str
    opening: Opening
    instruments: Mapping[str, Instrument]


class Told(NamedTuple):
    """What a worker tells when it is through with a part."""

    worker: str
    """Host and process."""
    graded: int
    """Submissions of the part whose outcome is in the ledger."""
    tally: Tally
    """All that went wrong with this worker's calls so far."""
    took: Count
    """All that this worker's calls took so far."""


class _Opened(NamedTuple):
    loop: asyncio.Runner
    meter: Meter
    judge: LimitedProvider
    store: SqlLedger
    desk: Desk


def work_of(
    run: str, ledger: str, judge: str, options: JudgeOptions, instruments: Mapping[str, Instrument]
) -> Work:
    """The work of a run, in a form that can be sent. `options`: a worker's share."""
    sent = {task: i._replace(calibrations=dict(i.calibrations)) for task, i in instruments.items()}
    return Work(run, Opening(SecretStr(ledger), judge, options), sent)


def grade_part(work: Work, part: Part) -> Told | GraderError:
    """Grade a part; what is known of it, after an earlier worker was lost, is left as it is.

    An error that would meet every part is returned, with the worker's name in front.
    """
    worker = f"{socket.gethostname()}/{os.getpid()}"
    try:
        opened = _opened(work.opening)
        known = opened.store.graded(work.run, [position for position, _ in part])
        opened.loop.run(
            grade_placed(
                [(position, submission) for position, submission in part if position not in known],
                Seat(opened.judge, work.instruments),
                opened.desk,
                work.run,
                workers=work.opening.options.in_flight,
                on_record=lambda _: None,
            )
        )
    except GraderError as error:
        return GraderError(f"Worker {worker}: {error}")
    return Told(worker, len(part), opened.judge.tally, opened.meter.count)


@lru_cache(maxsize=1)
def _opened(opening: Opening) -> _Opened:
    """Kept from part to part: connections stay open, and limits know what was asked a moment ago."""
    spare()
    meter = Meter(prices_of(opening.judge, opening.options))
    judge = open_judge(opening.judge, opening.options, meter)
    store = SqlLedger(opening.ledger.get_secret_value(), create=False)
    return _Opened(asyncio.Runner(), meter, judge, store, Desk(store))

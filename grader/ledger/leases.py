"""Who may ask: a lease on a request, so that no two workers on one ledger ask the same thing."""

import os
import secrets
import socket
import time
from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, func, select, update

from grader.ledger import schema
from grader.ledger.inserting import insert_new

LASTS_S = 30.0
"""A lease that is not renewed ends after this, so that what a lost machine held is asked by another."""

_lease = schema.leases.c
_of_these = _lease.request.in_(bindparam("requests", expanding=True))
_by_holder = _lease.holder == bindparam("by")
_HELD = select(_lease.request, _lease.holder, _lease.until).where(_of_these).order_by(_lease.request)
_OWN = select(_lease.request).where(_of_these, _by_holder)
_GIVE_UP = delete(schema.leases).where(_of_these, _by_holder)
"""Made once: to put a statement together takes longer than to run it."""


def new_holder() -> str:
    """A name for one worker: host, process, and something that never comes again."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


def take(connection: Connection, requests: Collection[str], holder: str) -> set[str]:
    """Those of `requests` that `holder` has the lease of, after taking all that are free."""
    clock = _clock(connection)
    these = {"requests": list(requests)}
    for row in connection.execute(_HELD, these).all():
        if row.until < clock or _gone(row.holder):
            connection.execute(_GIVE_UP, {"requests": [row.request], "by": row.holder})
    rows = [{"request": request, "holder": holder, "until": clock + LASTS_S} for request in sorted(requests)]
    insert_new(connection, schema.leases, rows)
    return set(connection.scalars(_OWN, {**these, "by": holder}))


def renew(connection: Connection, holder: str) -> None:
    """Let all leases of `holder` last for another while."""
    until = _clock(connection) + LASTS_S
    connection.execute(update(schema.leases).where(schema.leases.c.holder == holder).values(until=until))


def release(connection: Connection, requests: Collection[str], holder: str) -> bool:
    """Give these up; returns whether all of them were still held."""
    if not requests:
        return True
    return connection.execute(_GIVE_UP, {"requests": list(requests), "by": holder}).rowcount == len(requests)


def _clock(connection: Connection) -> float:
    """Seconds since 1970, by the one clock that all workers on this ledger share."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())


def _gone(holder: str) -> bool:
    """Whether this was a process of this very machine that has ended."""
    host, _, rest = holder.partition("/")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(rest.partition("/")[0]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False

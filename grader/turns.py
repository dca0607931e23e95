"""A ledger through which a run asks: so many requests at once, and none is begun after the run's end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from grader.domain.exchange import Completion
from grader.domain.run import Ledger
from grader.errors import LedgerError, PermanentError


class Turns:
    """Implements grader.domain.run.Ledger. A turn ends when the answer is durable, so that a run that is
    killed loses no more answers than it may ask for at once."""

    def __init__(self, ledger: Ledger, at_once: int) -> None:
        self._ledger = ledger
        self._free = asyncio.Semaphore(at_once)
        self._ended = False
        self.keep_text = ledger.keep_text
        self.append_completion = ledger.append_completion
        self.append_record = ledger.append_record
        self.settled = ledger.settled

    @asynccontextmanager
    async def asking(self, request_digest: str, *, wait: bool) -> AsyncIterator[Completion | None]:
        """As the ledger itself; who has to ask waits for a turn. Raises CancelledError after the end.

        An error that would meet every request, or a ledger that can't be written, is the end.
        """
        async with self._ledger.asking(request_digest, wait=wait) as known:
            if known is not None:
                yield known
                return
            async with self._free:
                if self._ended:
                    raise asyncio.CancelledError
                try:
                    yield None
                except PermanentError as error:
                    self._ended |= error.concerns_all
                    raise
                except LedgerError:
                    self._ended = True
                    raise

    def end(self) -> None:
        """Let no other request begin."""
        self._ended = True

"""The ledger as many tasks use it at once: what they append and ask for meanwhile becomes one transaction."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome, BeingAskedError, TextKind
from grader.errors import GraderError, LedgerError
from grader.ledger.leases import LASTS_S, new_holder
from grader.ledger.settling import Answered, Outcome, Release, Renew, Step, Take, Text
from grader.ledger.store import SqlLedger

PATIENCE_S = 300.0
"""How long what is to be kept waits for a full disk, a lock or a lost connection before the run ends."""
_PAUSE_S = 1.0
_LOOK_AGAIN_S = 0.25
_MOST_AT_ONCE = 256
_PACE_S = 0.005
"""Between the beginnings of two transactions: what comes meanwhile shares the next, at little more cost."""

Settled = Completion | bool | None


class Desk:
    """An SqlLedger for one event loop. Implements grader.domain.run.Ledger.

    A trouble that may pass holds everything up until it has passed: answers that were paid for wait here.
    """

    def __init__(self, store: SqlLedger, *, patience_s: float = PATIENCE_S) -> None:
        self._store = store
        self._patience_s = patience_s
        self._holder = new_holder()
        self._line: list[tuple[Step, asyncio.Future[Settled] | None]] = []
        self._working: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._asking: dict[str, asyncio.Event] = {}
        self._answered: set[str] = set()
        self._failed: GraderError | None = None
        self._lost = 0

    def keep_text(self, kind: TextKind, body: str) -> None:
        """Keep a text under its digest, once; durable with the next append."""
        self._line.append((Text(kind, body), None))

    @asynccontextmanager
    async def asking(self, request_digest: str, *, wait: bool) -> AsyncIterator[Completion | None]:
        """The usable answer to this request; where there is none, the sole right to ask for it."""
        while (found := await self._taken(request_digest)) is None:
            if not wait:
                raise BeingAskedError(request_digest)
            await self._until_free(request_digest)
        if isinstance(found, Completion):
            yield found
            return
        free = self._asking[request_digest]
        self._renew_while_asking()
        try:
            yield None
        finally:
            del self._asking[request_digest]
            free.set()
            if request_digest not in self._answered:  # with a usable answer, the lease is given up
                self._line.append((Release(request_digest), None))  # nobody here waits for it
                self._go_on()
            self._answered.discard(request_digest)

    async def append_completion(
        self,
        run: str,
        request: JudgeRequest,
        asked: JudgeRequest,
        attempt: int,
        completion: Completion,
        outcome: AnswerOutcome,
        problem: str = "",
    ) -> Completion | None:
        """Keep an answer with the request that it answers; returns an earlier usable one, which counts."""
        answered = Answered(run, request, asked, attempt, completion, outcome, problem)
        _ = answered.rows
        earlier = await self._do(answered)
        if outcome is AnswerOutcome.OK:
            self._answered.add(request.digest)
        return earlier if isinstance(earlier, Completion) else None

    async def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        """Keep the outcome for one submission of a run; `position` is its place in the input."""
        outcome = Outcome(run, position, record)
        _ = outcome.row
        await self._do(outcome)

    async def settled(self) -> None:
        """Wait until all that was handed in is durable, also for those who no longer wait themselves.

        Raises LedgerError if an answer could not be kept, and says how many.
        """
        while self._working is not None and not self._working.done():
            await asyncio.wait([self._working])
        if self._lost:
            lost = "1 answer" if self._lost == 1 else f"{self._lost:,} answers"
            remedy = "Once it can be written, start the same command again: it asks only for what is missing."
            raise LedgerError(f"{self._failed} {lost} of the judge could not be kept. {remedy}")

    async def _taken(self, request: str) -> Completion | bool | None:
        """The answer, or True: it is ours to ask for; None: another is asking."""
        if request in self._asking:
            return None
        self._asking[request] = asyncio.Event()
        found: Settled = None
        try:
            found = await self._do(Take(request))
        finally:
            if found is not True:
                self._asking.pop(request).set()
        return found or None

    async def _until_free(self, request: str) -> None:
        """Until a task of this process has done with it, or else a little while."""
        if request in self._asking:
            await self._asking[request].wait()
        else:
            await asyncio.sleep(_LOOK_AGAIN_S)

    def _renew_while_asking(self) -> None:
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        while self._asking:
            await asyncio.sleep(LASTS_S / 3)
            with suppress(LedgerError):  # those who ask are told
                await self._do(Renew())

    async def _do(self, step: Step) -> Settled:
        """What `step` settles to, once it is durable. Raises LedgerError."""
        if self._failed is not None and not isinstance(step, Answered):
            raise self._failed
        done: asyncio.Future[Settled] = asyncio.get_running_loop().create_future()
        self._line.append((step, done))
        self._go_on()
        return await done

    def _go_on(self, _ended: object = None) -> None:
        """See to it that the line is worked on, also after a loop that is closing has cancelled the work."""
        if self._line and (self._working is None or self._working.done()):
            self._working = asyncio.create_task(self._work())
            self._working.add_done_callback(self._go_on)

    async def _work(self) -> None:
        while self._line:
            next_one = time.monotonic() + _PACE_S
            at_once, self._line = self._line[:_MOST_AT_ONCE], self._line[_MOST_AT_ONCE:]
            waiting = [done for _, done in at_once]
            try:
                settled = await self._settle([step for step, _ in at_once])
            except asyncio.CancelledError:
                for done in waiting:
                    if done is not None:
                        done.cancel()
                raise
            except Exception as error:
                if isinstance(error, GraderError):
                    self._failed = self._failed or error
                    self._lost += sum(isinstance(step, Answered) for step, _ in at_once)
                for done in waiting:
                    if done is not None and not done.done():
                        done.set_exception(error)
                        done.exception()
                continue
            for done, result in zip(waiting, settled, strict=True):
                if done is not None and not done.done():  # else nobody waits for it any more
                    done.set_result(result)
            await asyncio.sleep(max(0.0, next_one - time.monotonic()))

    async def _settle(self, steps: list[Step]) -> list[Settled]:
        since = time.monotonic()
        said = False
        while True:
            try:
                return await self._away(steps)
            except LedgerError as error:
                if not error.may_pass or self._failed or time.monotonic() - since > self._patience_s:
                    raise
                if not said:
                    print(f"{error} Waiting for up to {self._patience_s:.0f} s.", file=sys.stderr)
                    said = True
            await asyncio.sleep(min(_PAUSE_S, self._patience_s))

    async def _away(self, steps: list[Step]) -> list[Settled]:
        """In another thread, so that a slow disk holds up no call; a database in memory has but one."""
        if self._store.in_memory:
            return self._store.settle(steps, self._holder)
        return await asyncio.to_thread(self._store.settle, steps, self._holder)

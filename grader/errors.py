"""The error tree.

GraderError                    anything that the program reports in one sentence
├── InputError                 bad input from the user: file, line and remedy are named; exit code 2
├── ProviderError              a judge could not be asked, or did not answer
│   ├── TransientError         a retry may help (429, 5xx, timeouts, resets); may carry `retry_after`
│   └── PermanentError         a retry cannot help (bad key, unknown model)
│       ├── ContextTooLongError   the request is longer than the model can read
│       ├── RefusedError          the vendor's own filter refused the request
│       └── BudgetError           the run's cap does not cover another call; nothing was sent
└── LedgerError                the ledger is missing, locked, or not what it should be
"""

from dataclasses import dataclass


class GraderError(Exception):
    """Base of all errors that are reported as one clear sentence."""


@dataclass(frozen=True)
class Problem:
    """One finding about a file of the user's: where, what, and what to do."""

    file: str
    line: int | None
    message: str
    remedy: str

    def __str__(self) -> str:
        """`file:line: what is wrong. Remedy.`"""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message} {self.remedy}".strip()


class InputError(GraderError):
    """Bad input; `problems` lists every finding, each with file, line and remedy."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class ProviderError(GraderError):
    """A judge could not be asked. `status` is that of HTTP, if any; `reason` says why without the judge."""

    def __init__(self, message: str, *, status: int | None = None, reason: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason or message


class TransientError(ProviderError):
    """A later try may succeed. `retry_after` is the server's own wish, in seconds."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        reason: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status=status, reason=reason)
        self.retry_after = retry_after


class PermanentError(ProviderError):
    """Asking again cannot help. With `concerns_all`, every other request would fail the same way."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        reason: str | None = None,
        concerns_all: bool = False,
    ) -> None:
        super().__init__(message, status=status, reason=reason)
        # no access, no money, no such model
        self.concerns_all = concerns_all or status in {401, 402, 403, 404, 429}


class ContextTooLongError(PermanentError):
    """The request is longer than the model can read."""


class RefusedError(PermanentError):
    """The vendor's own filter refused the request."""


class BudgetError(PermanentError):
    """The run's cap does not cover another call. Raised before the call, when no other is under way."""

    def __init__(self, message: str) -> None:
        super().__init__(message, concerns_all=True)


class LedgerError(GraderError):
    """The ledger cannot be used as it is. `may_pass`: a full disk, a lock, a lost connection."""

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass

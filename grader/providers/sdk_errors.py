"""Reads the SDKs' exceptions: what really happened on the wire, whatever it was wrapped in."""

from collections.abc import Iterator
from typing import Any

from grader.providers.chat_format import error_code
from grader.providers.status import Fault, Kind, retry_after


def read_fault(error: BaseException, outside: BaseException | None = None) -> Fault:
    """The fault behind an exception of the openai or litellm SDK.

    The innermost exception decides: litellm wraps refused connections in invented `500` responses, and
    renames statuses by words in the error's text. `outside` is an exception that was already being handled
    when the call began (`sys.exception()`); it and what lies behind it are not part of this fault.
    """
    import aiohttp
    import httpx
    import openai

    for link in reversed(list(_chain(error, outside))):
        if isinstance(link, TimeoutError | httpx.TimeoutException | openai.APITimeoutError):
            if isinstance(link.__cause__, aiohttp.ClientError) and not isinstance(
                link.__cause__, TimeoutError
            ):
                continue  # httpx_aiohttp calls a dropped connection a timeout
            return Fault(Kind.TIMEOUT)
        if isinstance(link, OSError | aiohttp.ClientError | httpx.TransportError | openai.APIConnectionError):
            return Fault(Kind.CONNECTION)
        if isinstance(link, ValueError):
            return Fault(Kind.GARBLED)
        response = getattr(link, "response", None)
        if isinstance(response, httpx.Response):
            return _from_response(response)
    return _from_status(getattr(error, "status_code", None))


def _chain(error: BaseException, outside: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and link is not outside and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _from_response(response: Any) -> Fault:
    return Fault(
        Kind.STATUS,
        status=response.status_code,
        code=error_code(response.content),
        retry_after=retry_after(response.headers),
    )


def _from_status(status: object) -> Fault:
    return Fault(Kind.STATUS, status=status) if isinstance(status, int) else Fault(Kind.GARBLED)

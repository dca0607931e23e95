"""The error map, proved against a real socket for both SDKs."""

import socket
import traceback

import pytest

from grader.errors import PermanentError, ProviderError, TransientError
from tests.providers.conftest import CANDIDATE_TEXT, KEY, Build, grading_request
from tests.standin import StandIn, Step

PERMANENT = [
    400,
    401,
    402,
    403,
    404,
    405,
    406,
    410,
    411,
    412,
    413,
    414,
    415,
    416,
    418,
    421,
    422,
    424,
    426,
    431,
    451,
]
TRANSIENT = [408, 409, 425, 429, 500, 501, 502, 503, 504, 529]


async def fault_of(build: Build, timeout_s: float = 60.0, url: str | None = None) -> ProviderError:
    provider = build(timeout_s=timeout_s, url=url)
    with pytest.raises(ProviderError) as caught:
        await provider.complete(grading_request(provider.spec))
    return caught.value


@pytest.mark.parametrize("status", TRANSIENT)
async def test_a_retry_may_help(build: Build, standin: StandIn, status: int) -> None:
    standin.steps.append(Step("status", status=status))
    error = await fault_of(build)
    assert isinstance(error, TransientError)
    assert error.status == status
    assert error.retry_after is None
    assert standin.requests == 1


@pytest.mark.parametrize("status", PERMANENT)
async def test_a_retry_cannot_help(build: Build, standin: StandIn, status: int) -> None:
    standin.steps.append(Step("status", status=status))
    error = await fault_of(build)
    assert isinstance(error, PermanentError)
    assert error.status == status
    assert standin.requests == 1


async def test_no_credit_left_is_permanent(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("status", status=429, code="insufficient_quota"))
    error = await fault_of(build)
    assert isinstance(error, PermanentError)
    assert "insufficient_quota" in str(error)


@pytest.mark.parametrize("text", ["invalid_request_error", "rate limit reached: 429", "Request timed out."])
async def test_words_in_an_error_do_not_change_its_status(build: Build, standin: StandIn, text: str) -> None:
    standin.steps.append(Step("status", status=503, code=text))
    assert (await fault_of(build)).status == 503
    standin.steps.append(Step("status", status=400, code=text))
    error = await fault_of(build)
    assert isinstance(error, PermanentError)
    assert error.status == 400


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5)],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_the_server_says_when(
    build: Build, standin: StandIn, status: int, headers: dict[str, str], seconds: float
) -> None:
    standin.steps.append(Step("status", status=status, headers=headers))
    error = await fault_of(build)
    assert isinstance(error, TransientError)
    assert error.retry_after == seconds


async def test_timeout(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("stall", seconds=60))
    error = await fault_of(build, timeout_s=0.5)
    assert isinstance(error, TransientError)
    assert "no answer in time" in str(error)
    assert standin.requests == 1


@pytest.mark.parametrize("kind", ["reset", "cut"])
async def test_dropped_connection(build: Build, standin: StandIn, kind: str) -> None:
    standin.steps.append(Step(kind))
    error = await fault_of(build)
    assert isinstance(error, TransientError)
    assert error.status is None
    assert "connection failed" in str(error)
    assert standin.requests == 1


async def test_nobody_listens(build: Build) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = await fault_of(build, url=f"http://127.0.0.1:{port}/v1")
    assert isinstance(error, TransientError)
    assert error.status is None
    assert "connection failed" in str(error)


async def test_a_page_instead_of_an_answer(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("html"))
    error = await fault_of(build)
    assert isinstance(error, TransientError)
    assert standin.requests == 1


@pytest.mark.parametrize(("status", "kind"), [(429, TransientError), (402, PermanentError)])
async def test_an_error_inside_a_success(
    build: Build, standin: StandIn, status: int, kind: type[ProviderError]
) -> None:
    standin.steps.append(Step("error_in_200", status=status))
    assert isinstance(await fault_of(build), kind)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
async def test_neither_key_nor_text_leaks(
    build: Build, standin: StandIn, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    standin.steps.append(Step("status", status=status))
    error = await fault_of(build)
    printed = capfd.readouterr()
    shown = "".join(traceback.format_exception(error)) + printed.out + printed.err
    assert KEY not in shown
    assert CANDIDATE_TEXT not in shown
    assert len(str(error)) < 100


async def test_an_error_handled_outside_does_not_count(build: Build, standin: StandIn) -> None:
    standin.steps.append(Step("status", status=401))
    try:
        raise TimeoutError
    except TimeoutError:
        error = await fault_of(build)
    assert error.status == 401

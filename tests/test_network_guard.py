import asyncio
import socket
from collections.abc import Callable

import pytest

from tests.conftest import NetworkUseError

OUTSIDE = "203.0.113.7"  # reserved for documentation


def _send(kind: socket.SocketKind, act: Callable[[socket.socket], object]) -> None:
    with socket.socket(socket.AF_INET, kind) as sock:
        act(sock)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: _send(socket.SOCK_STREAM, lambda s: s.connect((OUTSIDE, 80))),
        lambda: _send(socket.SOCK_STREAM, lambda s: s.connect_ex((OUTSIDE, 80))),
        lambda: _send(socket.SOCK_DGRAM, lambda s: s.sendto(b"x", (OUTSIDE, 53))),
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: socket.gethostbyname("example.org"),
        lambda: socket.create_connection(("example.org", 443)),
        lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection("example.org", 443), 5)),
    ],
)
def test_reaching_outside_is_refused_and_noted(
    reach: Callable[[], object], network_attempts: list[str]
) -> None:
    with pytest.raises(NetworkUseError):
        reach()
    assert network_attempts
    network_attempts.clear()


def test_loopback_and_unix_sockets_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
    for sock in socket.socketpair(socket.AF_UNIX):
        sock.close()

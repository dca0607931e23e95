"""No test may leave this computer: one that tries to fails, even if something catches the error."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# A slow machine is no failed test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_attempts: list[str] = []


class NetworkUseError(RuntimeError):
    """A test tried to reach beyond the loopback interface."""


def _is_local(host: Any) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        sock, address = args[:2]
        if sock.family not in {socket.AF_INET, socket.AF_INET6} or address is None:
            return
        host = address[0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = args[0]
    else:
        return
    if not _is_local(host):
        _attempts.append(f"{event} {host!r}")
        raise NetworkUseError(_attempts[-1])


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def network_attempts() -> Iterator[list[str]]:
    """What the test tried beyond loopback; must be empty when it ends."""
    _attempts.clear()
    yield _attempts
    assert not _attempts, f"beyond loopback: {_attempts}"

"""A PostgreSQL of its own for a test or a measurement: Debian's programs, on loopback, in a new folder."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = ("fsync=off", "max_connections=60", "listen_addresses=127.0.0.1")
_SUPERUSER = "postgres"


def programs() -> Path | None:
    """The folder of the newest server's programs; None where there is no server."""
    found = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def absence() -> str:
    """Why no server can be started here; empty where one can."""
    if programs() is None:
        return f"there is no PostgreSQL in {_DEBIAN}: apt-get install postgresql"
    if os.geteuid() == 0 and (shutil.which("runuser") is None or not _has_user()):
        return "PostgreSQL does not run as root, and there is no runuser or no user postgres"
    return ""


@contextmanager
def postgresql() -> Iterator[int]:
    """Runs a server on loopback while it is open; yields its port. The superuser is `postgres`, without
    a password."""
    folder = Path(tempfile.mkdtemp(prefix="grader-pg-"))
    port = _free_port()
    data, log = folder / "data", folder / "log"
    if os.geteuid() == 0:
        shutil.chown(folder, _SUPERUSER)
    try:
        _run("initdb", "-D", str(data), "-A", "trust", "-U", _SUPERUSER, "--no-sync", "--locale=C.UTF-8")
        settings = " ".join(f"-c {setting}" for setting in _SETTINGS)
        server = f"-p {port} -k {folder} {settings}"
        _run("pg_ctl", "-D", str(data), "-l", str(log), "-o", server, "-t", "120", "-w", "start")
        try:
            yield port
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "-t", "120", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(port: int, name: str) -> str:
    """Makes an empty database on such a server; returns its URL as a ledger."""
    _run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", _SUPERUSER, name)
    return f"postgresql+psycopg://{_SUPERUSER}@127.0.0.1:{port}/{name}"


def _run(program: str, *arguments: str) -> None:
    folder = programs()
    assert folder is not None, absence()
    command = [str(folder / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", _SUPERUSER, "--", *command]
    # the server inherits nothing that could keep a reader of our output waiting
    done = subprocess.run(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()}")


def _has_user() -> bool:
    try:
        return pwd.getpwnam(_SUPERUSER).pw_uid > 0
    except KeyError:
        return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])

"""What can't be done on a cluster: one clear sentence, and exit 2."""

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Call

DATABASE = "postgresql+psycopg://u@127.0.0.1:1/d"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--ledger", "l.db", "--ray", "local"], ["--ledger", "SQLite", "postgresql+psycopg://"]),
        (
            ["--ledger", f"{DATABASE}?password=secret", "--ray", "local"],
            ["--ledger", "PGPASSWORD", ".pgpass"],
        ),
        (["--ledger", DATABASE.replace("u@", "u:secret@"), "--ray", "local"], ["--ledger", "PGPASSWORD"]),
        (["--ledger", DATABASE, "--ray", "local", "--budget-tokens", "5"], ["--ray", "--estimate"]),
        (["--ledger", DATABASE, "--ray", "ray://h:1"], ["--ray", "HOST:PORT"]),
        (["--ledger", DATABASE, "--ray", "127.0.0.1:99999"], ["--ray", "127.0.0.1:99999"]),
        (["--ledger", DATABASE, "--ray", "127.0.0.1:{closed}"], ["No Ray cluster", "ray start"]),
    ],
)
def test_refused(
    grader: Call,
    answers: Path,
    tmp_path: Path,
    options: list[str],
    told: list[str],
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
    (tmp_path / "s.json").write_text("{}")
    judge = f"scripted:{tmp_path / 's.json'}"
    ended = grader("grade", answers, "--judge", judge, *(part.format(closed=closed) for part in options))
    assert (ended.code, ended.out) == (2, "")
    assert all(word in ended.err for word in told), ended.err
    assert "secret" not in ended.err
    assert len(ended.err.splitlines()) == 1

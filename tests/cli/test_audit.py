"""`grader audit`: from a key to an auditor who has nothing but files."""

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Graded


@pytest.fixture
def ledger(examples: Graded, tmp_path: Path) -> Path:
    """A copy of its own."""
    with sqlite3.connect(examples.ledger) as source, sqlite3.connect(tmp_path / "l.db") as copy:
        source.backup(copy)
    return tmp_path / "l.db"


@pytest.fixture
def key(grader: Call) -> Path:
    assert grader("audit", "key", "keys/signing.pem").out == "keys/signing.pem.pub\n"
    return Path("keys/signing.pem")


def checkpoint(grader: Call, ledger: Path, key: Path) -> Path:
    made = grader("audit", "checkpoint", "--ledger", ledger, "--to", "elsewhere", "--key", key)
    assert (made.code, made.err) == (0, "")
    return Path(made.out.strip())


def export(grader: Call, ledger: Path, name: str = "export.jsonl") -> Path:
    made = grader("audit", "export", "--ledger", ledger, "--out", name)
    assert (made.code, made.out, made.err) == (0, f"{name}\n", "")
    return Path(name)


@pytest.mark.parametrize("name", ["export.jsonl", "export.jsonl.gz"])
def test_an_auditor_verifies_and_replays_with_files_alone(
    grader: Call, ledger: Path, key: Path, name: str
) -> None:
    made, file = checkpoint(grader, ledger, key), export(grader, ledger, name)
    ledger.unlink()
    verified = grader("audit", "verify", file, "--checkpoint", made, "--public-key", f"{key}.pub")
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.endswith(
        "entries hold: each follows the one before it, and no row was changed.\n1 of 1 checkpoints hold.\n"
    )
    replayed = grader("audit", "replay", file)
    assert replayed.code == 0
    assert replayed.out.startswith("108 of 108 records of run ")
    assert (b"PRIVATE" in file.read_bytes(), "PRIVATE" in made.read_text()) == (False, False)


def test_what_could_not_be_seen_is_said(
    grader: Call, ledger: Path, key: Path, answers: Path, scripted: str
) -> None:
    made = checkpoint(grader, ledger, key)
    alone = grader("audit", "verify", export(grader, ledger))
    assert alone.code == 0
    assert "without a checkpoint" in alone.err
    assert grader("grade", answers, "--judge", scripted, "--ledger", ledger, "--quiet").code == 0
    later = grader("audit", "verify", export(grader, ledger), "--checkpoint", made.parent)
    assert later.code == 0
    assert "without --public-key" in later.err
    assert "entries are newer than the last checkpoint" in later.out


def test_a_change_is_told_and_nothing_is_signed_over_it(grader: Call, ledger: Path, key: Path) -> None:
    made = checkpoint(grader, ledger, key)
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TRIGGER completions_no_UPDATE")
        connection.execute("UPDATE completions SET problem = 'x' WHERE id = 3")
    told = grader(
        "audit", "verify", export(grader, ledger), "--checkpoint", made, "--public-key", f"{key}.pub"
    )
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("The row '3' of completions was changed after entry ")
    as_json = grader("audit", "verify", "export.jsonl", "--json")
    assert as_json.code == 1
    assert [told.err.strip()] == json.loads(as_json.out)["findings"]
    refused = grader("audit", "checkpoint", "--ledger", ledger, "--to", "elsewhere", "--key", key)
    assert refused.code == 1
    assert refused.err.endswith("Nothing was signed.\n")
    replayed = grader("audit", "replay", "export.jsonl")
    assert replayed.code == 0, "the problem of a usable answer bears on no score: verify tells it, replay not"


def test_a_checkpoint_of_another_key_or_changed_later_is_told(grader: Call, ledger: Path, key: Path) -> None:
    made, file = checkpoint(grader, ledger, key), export(grader, ledger)
    grader("audit", "key", "other.pem")
    other = grader("audit", "verify", file, "--checkpoint", made, "--public-key", "other.pem.pub")
    assert other.code == 1
    assert "is signed with another key than the trusted one" in other.err
    content = json.loads(made.read_text())
    made.write_text(json.dumps(content | {"created": "2020-01-01T00:00:00.000+00:00"}))
    changed = grader("audit", "verify", file, "--checkpoint", made, "--public-key", f"{key}.pub")
    assert changed.code == 1
    assert "does not bear out its signature" in changed.err


def test_a_key_that_others_can_read_is_refused(grader: Call, ledger: Path, key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    refused = grader("audit", "checkpoint", "--ledger", ledger, "--to", "elsewhere", "--key", key)
    assert refused.code == 2
    assert f"chmod 600 {key}" in refused.err
    assert grader("audit", "key", key).code == 2, "a key is never overwritten"


def test_a_key_may_come_from_the_environment(
    grader: Call, ledger: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = grader("audit", "checkpoint", "--ledger", ledger, "--to", "elsewhere")
    assert (without.code, "GRADER_SIGNING_KEY" in without.err) == (2, True)
    monkeypatch.setenv("GRADER_SIGNING_KEY", key.read_text())
    first = grader("audit", "checkpoint", "--ledger", ledger, "--to", "elsewhere")
    again = grader("audit", "checkpoint", "--ledger", ledger, "--to", "elsewhere")
    assert (first.code, again.out) == (0, first.out), "the same state is signed once"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "export.jsonl:1"),
        ('{"format": "grader-audit-export/1"}\n{"seq": 1, "tab', "export.jsonl:2"),
        ('{"format": "grader-audit-export/1"}\n{"seq": "1"}\n', "export.jsonl:2"),
    ],
)
def test_what_is_no_export_is_told_with_its_line(grader: Call, content: str, place: str) -> None:
    Path("export.jsonl").write_text(content)
    refused = grader("audit", "verify", "export.jsonl")
    assert (refused.code, refused.err.startswith(f"{place}: ")) == (2, True)
    Path("export.jsonl.gz").write_bytes(gzip.compress(content.encode())[:-9])
    assert grader("audit", "verify", "export.jsonl.gz").code == 2

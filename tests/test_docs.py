"""Every command and example in the documents is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.providers.weights import located
from tests.standin import serving
from tests.support.batch_standin import BatchStandIn

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SMALL_JUDGE = "local:smollm2-135m"
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/scaling.md",
    "docs/audit.md",
    "docs/blind_grading.md",
    "docs/fairness.md",
    "docs/drift.md",
    "docs/swap_test.md",
    "docs/attacks.md",
    "docs/card.md",
]


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


MAKE = [
    line for name in DOCUMENTS for b in blocks(name, "sh") for line in b.splitlines() if line[:5] == "make "
]
SHELL = "".join(b for b in blocks("README.md", "sh") if not b.startswith("make "))


@pytest.mark.parametrize("command", MAKE)
def test_make_targets_can_be_made(command: str) -> None:
    # the targets themselves run this test, so they are only planned here
    plan = subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True)
    assert plan.returncode == 0, plan.stderr


@pytest.mark.skipif(located("smollm2-135m") is None, reason="the smallest weights are not here: make test")
def test_the_commands_of_the_readme(tmp_path: Path) -> None:
    script = SHELL.replace("source .venv/bin/activate\n", "")
    with serving(BatchStandIn()) as server:
        script = script.replace("http://localhost:8000/v1", server.url)
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GRADER_JUDGE": SMALL_JUDGE,
        }
        ran = subprocess.run(
            ["bash", "-euc", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 0, ran.stderr
    assert "2 of 2 records" in ran.stdout
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "scores.xlsx").exists()


def test_the_commands_of_the_page_on_audits(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ledger = {**os.environ, "PATH": path, "GRADER_LEDGER": str(tmp_path / "l.db")}
    graded = "grader grade examples/complete_assessment --judge scripted:examples/verdicts.csv --quiet"
    subprocess.run(f"{graded} || test $? -eq 3", shell=True, check=True, cwd=ROOT, env=ledger)  # noqa: S602
    script = "".join(blocks("docs/audit.md", "sh"))
    ran = subprocess.run(["bash", "-euc", script], cwd=tmp_path, env=ledger, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "1 of 1 checkpoints hold." in ran.stdout


def test_the_commands_of_the_card_page(tmp_path: Path) -> None:
    answer = (
        "Dear Tom: six boxes of gloves are missing from our order. Please send them by Friday. Thank you. Ana"
    )
    (tmp_path / "answers.csv").write_text(f"candidate,task,text\nA-17,vendor_email,{answer}\n")
    (tmp_path / "verdicts.json").write_text('{"thanks": "met"}')
    ran = subprocess.run(
        ["bash", "-euc", "".join(blocks("docs/card.md", "sh"))],
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "card.html").exists()
    assert len((tmp_path / "events.jsonl").read_text().splitlines()) == 1


@pytest.mark.skipif(located("smollm2-135m") is None, reason="the smallest weights are not here: make test")
@pytest.mark.parametrize("example", blocks("README.md", "python"))
def test_the_python_example(example: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={**os.environ, "GRADER_JUDGE": SMALL_JUDGE},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert "lists_discrepancies" in ran.stdout


def test_every_command_of_the_program_is_in_the_readme() -> None:
    from grader.cli import app

    for command in app.registered_commands:
        assert f"grader {command.name}" in README
    for group in app.registered_groups:
        assert f"grader {group.name}" in README


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_named_in_documents_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:\w+/)*[\w.-]+\.(?:py|md|toml|json|yaml)|(?:rubrics|docs|eval|examples|grader)/[\w/]*)`", text
    )
    missing = [n for n in named if not (ROOT / n).exists() and not (ROOT / "grader/providers" / n).exists()]
    assert not missing

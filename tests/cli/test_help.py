import os
import subprocess
import sys

from tests.cli.conftest import ROOT, Call

SDKS = {"openai", "litellm", "openvino", "openvino_genai"}
COMPUTING = {"numpy", "pandas", "scipy", "sklearn", "statsmodels", "matplotlib"}
HEAVY = SDKS | COMPUTING | {"pydantic", "sqlalchemy", "openpyxl", "docx", "pypdf", "jinja2"}


def test_help_imports_nothing_heavy() -> None:
    code = """if True:
        import sys
        from grader.cli import main
        sys.argv = ["grader", "--help"]
        try:
            main()
        except SystemExit as stop:
            assert not stop.code
        print("loaded:", *sorted(sys.modules))"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    told, _, loaded = ran.stdout.partition("loaded:")
    assert "grade" in told
    assert not HEAVY & set(loaded.split())


def test_every_command_has_help(grader: Call) -> None:
    for command in (
        *("grade", "show", "report", "export", "replay", "check", "models", "batch"),
        *("calibrate", "agreement", "sets"),
        *("second-opinion", "adjudicate", "adjudications", "raters"),
    ):
        outcome = grader(command, "--help")
        assert outcome.code == 0
        assert command in outcome.out

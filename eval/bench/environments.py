"""An environment of its own for each peer, under `.bench/`, made once from its pinned requirements."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CACHE = ROOT / ".bench"
_REQUIREMENTS = Path(__file__).parent / "peers" / "requirements"


class NotInstalledError(Exception):
    """A peer that could not be installed, and why."""


def python_of(peer: str | None) -> Path:
    """The interpreter of a peer's environment, made if needed; None: our own. Raises NotInstalledError."""
    if peer is None:
        return Path(sys.executable)
    folder = _CACHE / peer
    requirements = _REQUIREMENTS / f"{peer}.txt"
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        _uv("venv", "--clear", "--python", sys.executable, str(folder))
        _uv("pip", "install", "--python", str(python), "-r", str(requirements))
        stamp.write_text(wanted)
    return python


def requirements_of(peer: str) -> list[str]:
    """The pins that were chosen for a peer; what they bring along stands in the file that is installed."""
    lines = (_REQUIREMENTS / f"{peer}.in").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalledError(last_line(done.stderr) or "no reason was given")


def last_line(text: str) -> str:
    """The last line that is not blank."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")

"""What all HTML reports share: templates that escape everything, and a policy that lets nothing be loaded."""

import base64
import hashlib
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.reports import wording
from grader.reports.amounts import calls_words, cost_words

_LONGEST_QUOTE = 240


def environment() -> Environment:
    """Templates of this package, with autoescape, and with unsafe characters made visible."""
    found = Environment(
        loader=PackageLoader("grader.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        number=wording.number, score=wording.score_number, task_name=wording.task_name, shorten=_shorten
    )
    found.globals.update(counted=wording.counted, calls_words=calls_words, cost_words=cost_words)
    return found


def asset(environment: Environment, name: str) -> Markup:
    """A style sheet or script of this package, to stand in a page as it is."""
    assert environment.loader is not None  # noqa: S101
    source, _, _ = environment.loader.get_source(environment, name)
    return Markup(source)  # noqa: S704 - our own style and script, never data


def policy(style: str, script: str = "") -> str:
    """A content security policy that allows this style and this script, and nothing else."""
    scripts = f"script-src '{_pin(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_pin(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _safe(value: Any) -> Any:
    """Runs on everything that a template prints: no direction, control or tag character gets through."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else wording.visible(value)


def _pin(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_QUOTE else f"{flat[:_LONGEST_QUOTE]} […]"

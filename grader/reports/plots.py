"""Plots as inline SVG without dates or random ids, drawn in the type and ink of the page, each with words."""

import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from grader.reports.wording import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

JUDGE = "#0072b2"
RATERS = "#d55e00"
SOFT = "#7f7f7f"
"""Blue, vermilion and gray: told apart by every kind of color vision, on white and on black."""
_INK = "#000000"
_SETTINGS = {
    "svg.hashsalt": "study",
    "svg.fonttype": "none",
    # a criterion's title is text, never a formula
    "text.parse_math": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": SOFT,
    "grid.alpha": 0.25,
    "axes.edgecolor": SOFT,
    "font.size": 10,
    "axes.titlesize": 11,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
}
_TAG = re.compile(r"<[a-z][^>]*>")
_STYLE = re.compile(r' style="([^"]*)"')


class Plot(NamedTuple):
    """A drawing and what it shows, in words."""

    svg: Markup
    alt: str


def draw(name: str, size: tuple[float, float], paint: Callable[["Figure"], None]) -> Markup:
    """What `paint` puts on a figure of `size` (inches); `name` tells its ids from those of other plots."""
    with _style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        stream = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(stream, format="svg", metadata=nothing)
    return Markup(_inline(stream.getvalue(), name))  # noqa: S704 - matplotlib escapes all text


def wrapped(title: str, width: int = 34) -> str:
    """A title on at most two lines."""
    lines = textwrap.wrap(visible(title), width) or [""]
    return "\n".join(lines if len(lines) <= 2 else [lines[0], lines[1][: width - 2] + " …"])


def legend(axes: "Axes", columns: int = 1) -> None:
    """A legend above the plot, where it covers nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, borderaxespad=0.2)


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib.style

    with matplotlib.style.context(["default", _SETTINGS]), warnings.catch_warnings():
        # the page's type draws what matplotlib's own lacks
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _inline(source: str, name: str) -> str:
    """The SVG element alone, without styles: these would act on the whole page, and its policy bars them."""
    source = source[source.index("<svg") :]
    source = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", source, flags=re.DOTALL)
    return _TAG.sub(lambda tag: _attributes(tag[0], escape(name)), source)


def _attributes(tag: str, name: str) -> str:
    tag = _STYLE.sub(lambda found: _as_attributes(found[1]), tag)
    tag = re.sub(r' (?:xmlns(?::xlink)?|version|standalone)="[^"]*"', "", tag)
    tag = re.sub(r'( id="|href="#|url\(#)', rf"\1{name}-", tag)
    return tag.replace(_INK, "currentColor")


def _as_attributes(style: str) -> str:
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    given = ((key.strip(), value.strip()) for key, value in pairs)
    return "".join(f' {key}="{value}"' for key, value in given if key != "font-family")

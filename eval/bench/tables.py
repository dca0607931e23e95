"""The bench's results on a terminal and as Markdown."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.table import Table

from eval.bench.rows import Row, cells, headings

_REMARK = "remark"


class Section(NamedTuple):
    """What one part found."""

    title: str
    about: str
    rows: Sequence[Row]

    def grid(self) -> Iterator[list[str]]:
        """The headings, then a line a row; the remarks last, if there are any."""
        columns = headings(self.rows)
        remarked = any(row.remark for row in self.rows)
        yield ["", *columns, *([_REMARK] if remarked else [])]
        for row in self.rows:
            yield [row.name, *cells(row, columns), *([row.remark] if remarked else [])]


def on_terminal(section: Section) -> Table:
    """The section as a table of rich."""
    head, *lines = section.grid()
    table = Table(title=section.title, title_justify="left", caption=section.about, caption_justify="left")
    for place, heading in enumerate(head):
        table.add_column(
            heading, justify="left" if place == 0 or heading == _REMARK else "right", no_wrap=place == 0
        )
    for line in lines:
        table.add_row(*line)
    return table


def as_markdown(section: Section) -> str:
    """The section with its heading, what it is about, and its table."""
    head, *lines = section.grid()
    rule = ["---" if place == 0 or heading == _REMARK else "---:" for place, heading in enumerate(head)]
    table = "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in (head, rule, *lines))
    return f"## {section.title}\n\n{section.about}\n\n{table}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

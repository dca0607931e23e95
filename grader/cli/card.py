"""`grader card`: the system card of a ledger, with the text of a candidate notice."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption


def card(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="HTML file; runs/card.html if none.")
    ] = None,
    fields: Annotated[
        Path | None, typer.Option(help="What the employer fills into the notice: YAML, `field: text` lines.")
    ] = None,
    notice: Annotated[Path | None, typer.Option(help="Write the notice alone, as Markdown.")] = None,
    notice_form: Annotated[
        str, typer.Option(help="Form of the notice: a shipped id or a YAML file.")
    ] = "candidate-notice-v1",
    ledger: LedgerOption = DEFAULT_LEDGER,
    as_json: JsonOption = False,
) -> None:
    """Write the system card: what is used, what was measured, what was not, and what changed when."""
    from grader.cli.card_material import employer_fields, material, notice_form_named
    from grader.cli.outputs import make_way
    from grader.ledger.rows import now
    from grader.ledger.store import SqlLedger
    from grader.reports.card_html import render_card
    from grader.reports.wording import counted
    from grader.system_card.card import system_card
    from grader.system_card.notice import in_plain_text

    form = notice_form_named(notice_form)
    given = employer_fields(fields, form) if fields else {}
    page = out or (None if as_json else Path("runs/card.html"))
    for path, option in ((page, "--out"), (notice, "--notice")):
        if path is not None:
            make_way(path, option)
    with SqlLedger(ledger, create=False) as store:
        found = system_card(material(store), form, given, made=now(), version=_version())
    if page is not None:
        page.write_text(render_card(found), encoding="utf-8")
    if notice is not None:
        notice.write_text(in_plain_text(found.notice), encoding="utf-8")
    if as_json:
        print(found.model_dump_json(indent=2))
        return
    print(page)
    blanks = counted(len(found.notice.blanks), "field", "fields")
    print(f"The notice has {blanks} of {found.notice.fields} for the employer to fill in.")


def _version() -> str:
    from importlib.metadata import version

    return version("open-response-grader")

"""Collects what the system card is made from: the ledger, the notice's form, the employer's fields."""

from pathlib import Path

from grader.cli.deciding import decisions
from grader.datafiles import data_folder, read_yaml, shown_name
from grader.domain.notice import Given, NoticeForm
from grader.domain.prompt import Prompt
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.system_card.card import Material
from grader.system_card.seen import see


def material(ledger: SqlLedger) -> Material:
    """What the ledger holds; its records are read once, one after another."""
    seen = see(ledger.every_record())
    prompts = {p: Prompt.model_validate_json(ledger.text(p)).id for p in seen.prompts}
    digests = {digest for _, digest in seen.rubrics}
    return Material(
        seen=seen,
        runs=ledger.runs(),
        prompt_ids=prompts,
        rubrics={digest: Rubric.model_validate_json(ledger.text(digest)) for digest in digests},
        calibrations=ledger.calibrations(),
        measurements=ledger.measurements(),
        reviews=[(d.made, d.judged) for d in decisions(ledger)],
        commitments=ledger.commitments(),
        decisions=ledger.hiring_decisions(),
    )


def notice_form_named(name: str) -> NoticeForm:
    """A form by its id or file. Raises InputError."""
    folder = data_folder("notices")
    path = Path(name) if name.endswith(".yaml") else folder / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml")))
        remedy = f"Name a YAML file or one of: {known}."
        raise InputError(Problem(name, None, "There is no such form of a notice.", remedy))
    return read_yaml(path, NoticeForm)


def employer_fields(path: Path, form: NoticeForm) -> dict[str, str]:
    """The fields in a file. Raises InputError for one that the form does not have."""
    given = read_yaml(path, Given).root
    if unknown := [name for name in given if name not in form.fields]:
        message = f"The notice has no field {unknown[0]!r}."
        remedy = f"It has: {', '.join(form.fields)}."
        raise InputError(Problem(shown_name(path), None, message, remedy))
    return given

"""Where ratings come from: a calibration set's folder or name, or a file of ratings with who gave them."""

from pathlib import Path
from typing import NamedTuple

from grader.calibration.judged import from_records
from grader.calibration.raters import add_judge
from grader.calibration_files import MANIFEST, load_set, shipped_sets
from grader.cli.gather import find_run
from grader.datafiles import load_rubrics, read_yaml
from grader.digests import text_digest
from grader.domain.calibration_set import OVERALL, CalibrationSet, Manifest, RaterKind, Scale
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.readers.assembly import assemble_set
from grader.readers.rating_columns import RatingColumns, RatingLayout
from grader.readers.ratings import join_texts, read_ratings


class FileFacts(NamedTuple):
    """What a file of ratings does not say by itself."""

    humans: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    task: str | None = None
    texts: Path | None = None
    scale: tuple[float, float] | None = None
    columns: tuple[str, ...] = ()
    layout: str | None = None
    """A value of RatingLayout."""
    sheet: str | None = None
    share: float = 0.5
    """Of the candidates that are held out."""


def open_source(source: str, facts: FileFacts, rubrics: str) -> tuple[CalibrationSet, Rubric | None]:
    """The set and its rubric; no rubric where only whole answers are rated. Raises InputError."""
    known = load_rubrics(rubrics)
    if not Path(source).is_file():
        folder = set_folder(source)
        rubric = known.get(read_yaml(folder / MANIFEST, Manifest).task)
        return load_set(folder, [c.id for c in rubric.criteria] if rubric else None), rubric
    rubric = _rubric(facts.task, known)
    found = _imported(Path(source), facts, rubric)
    if rubric is None and any(rating.criterion != OVERALL for rating in found.ratings):
        remedy = f"Name it with --task: {', '.join(sorted(known))}."
        raise InputError(Problem(source, None, "Criteria are rated, and no rubric is named.", remedy))
    return found, rubric


def set_folder(source: str) -> Path:
    """The folder of a calibration set, by its path or as a shipped one by its name. Raises InputError."""
    path = Path(source)
    if (path / MANIFEST).exists():
        return path
    shipped = {folder.name: folder for folder in shipped_sets()}
    if source in shipped:
        return shipped[source]
    remedy = f"Give a file of ratings, a folder with {MANIFEST}, or one of: {', '.join(shipped)}."
    raise InputError(Problem(source, None, "There is no calibration set and no file here.", remedy))


def _rubric(task: str | None, known: dict[str, Rubric]) -> Rubric | None:
    if task is not None and task not in known:
        raise InputError(
            Problem("--task", None, f"No rubric has the task id {task!r}.", f"Use {', '.join(known)}.")
        )
    return known[task] if task else None


def _imported(path: Path, facts: FileFacts, rubric: Rubric | None) -> CalibrationSet:
    columns = rating_columns(facts.columns)
    criteria = [c.id for c in rubric.criteria] if rubric else None
    layout = RatingLayout(facts.layout) if facts.layout else None
    found = read_ratings(path, layout=layout, columns=columns, criteria=criteria, sheet=facts.sheet)
    if facts.texts is not None:
        found = join_texts(found, facts.texts, columns=columns)
    everybody = facts.humans == ("all",)
    kinds = dict.fromkeys(() if everybody else facts.humans, RaterKind.HUMAN)
    kinds |= dict.fromkeys(facts.models, RaterKind.MODEL)
    if not everybody and (open_ := [r for r in found.raters if r not in kinds and r not in found.models]):
        remedy = "Say of each --human NAME or --model NAME; '--human all' where all others are people."
        message = f"Nothing tells whether these raters are people: {', '.join(open_[:10])}."
        raise InputError(Problem(path.name, None, message, remedy))
    return assemble_set(
        found,
        id="imported",
        task=rubric.task if rubric else "imported",
        purpose=f"Ratings imported from {path.name}.",
        licence="not stated",
        kinds=kinds,
        default_kind=RaterKind.HUMAN if everybody else None,
        scale=Scale(low=facts.scale[0], high=facts.scale[1]) if facts.scale else None,
        share=facts.share,
    )


def rating_columns(options: tuple[str, ...]) -> RatingColumns | None:
    """`FIELD=COLUMN` options as columns. Raises InputError."""
    wishes = {}
    for option in options:
        field, _, column = option.partition("=")
        if field not in RatingColumns.model_fields or not column:
            fields = ", ".join(RatingColumns.model_fields)
            remedy = f"Write FIELD=COLUMN with one of: {fields}."
            raise InputError(Problem("--column", None, f"{option!r} maps no column.", remedy))
        wishes[field] = column
    return RatingColumns(**wishes) if wishes else None


def known_rater(found: CalibrationSet, name: str) -> str:
    """The name, if a rater of the set has it. Raises InputError."""
    names = [rater.id for rater in found.manifest.raters]
    if name not in names:
        raise InputError(
            Problem(name, None, "No rater of the set has this name.", f"Use one of: {', '.join(names)}.")
        )
    return name


def two_raters(found: CalibrationSet, first: str | None, second: str | None) -> tuple[str, str]:
    """The two raters to compare: those named, else the set's first two. Raises InputError."""
    names = [rater.id for rater in found.manifest.raters]
    if len(names) < 2:
        remedy = "Agreement needs two; name a run of a judge with --second run:ID."
        raise InputError(Problem(found.manifest.id, None, "The set has one rater only.", remedy))
    reference = known_rater(found, first) if first else next(n for n in names if n != second)
    other = known_rater(found, second) if second else next(n for n in names if n != reference)
    if reference == other:
        raise InputError(Problem("--second", None, "This is the same rater twice.", "Name two."))
    return reference, other


def with_run(found: CalibrationSet, ledger: SqlLedger, name: str) -> CalibrationSet:
    """The set with the judge of a run of the ledger as one more rater, under `name`, `run:ID`.

    Answers are matched by task and text. Raises InputError for an unknown run, or one without these answers.
    """
    run = find_run(ledger, name.removeprefix("run:"))
    texts = {text_digest(r.text): r.id for r in found.responses if r.text is not None}
    records = [
        record.model_copy(update={"submission": texts[record.text]})
        for record in ledger.records(run.id)
        if record.task == found.manifest.task and record.text in texts
    ]
    if not records:
        remedy = "Name a run that graded this set's answers."
        raise InputError(Problem(name, None, "The run has none of these answers.", remedy))
    return add_judge(found, from_records(records, run.settings.get("repeats", 1)), name)

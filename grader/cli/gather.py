"""Collects from the ledger what reports are drawn from."""

import platform
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version

from grader.domain.prompt import Prompt
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord, State
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.reports.graded import Graded, RunInfo
from grader.reports.wording import decision_sentence
from grader.scorecard.answers import Ruling

_OUTDATED = "The criterion was reworded since: on a scorecard this decision no longer counts."


def find_run(ledger: SqlLedger, run_id: str | None) -> Run:
    """The run with this id, or the latest. Raises InputError."""
    runs = ledger.runs()
    if not runs:
        raise InputError(Problem("ledger", None, "The ledger holds no run.", "Grade something first."))
    if run_id is None:
        return runs[-1]
    for run in runs:
        if run.id == run_id:
            return run
    latest = ", ".join(run.id for run in runs[-5:])
    raise InputError(Problem("--run", None, f"There is no run {run_id!r}.", f"The latest are: {latest}."))


def graded(ledger: SqlLedger, run: Run) -> list[Graded]:
    """The run's records with their texts and rubrics, in the order of the input."""
    rubrics: dict[str, Rubric] = {}

    def rubric_of(record: GradeRecord) -> Rubric | None:
        digest = record.provenance.rubric if record.provenance else run.settings["rubrics"].get(record.task)
        if digest is None:
            return None
        if digest not in rubrics:
            rubrics[digest] = Rubric.model_validate_json(ledger.text(digest))
        return rubrics[digest]

    made = rulings(ledger)

    def item(record: GradeRecord) -> Graded:
        rubric = rubric_of(record)
        criteria = {c.id: c for c in rubric.criteria} if rubric else {}
        # of several decisions on a criterion the latest is the current one
        latest = {r.decision.criterion: r for r in made.get(record.submission, ()) if r.about(record, rubric)}
        notes = {
            criterion: (
                decision_sentence(ruling.decision, criteria.get(criterion)),
                *(() if ruling.holds(record, rubric) else (_OUTDATED,)),
            )
            for criterion, ruling in latest.items()
        }
        return Graded(record=record, text=ledger.text(record.text), rubric=rubric, notes=notes)

    return [item(record) for record in ledger.records(run.id)]


def rulings(ledger: SqlLedger) -> dict[str, list[Ruling]]:
    """By submission, people's decisions on criteria with what they were made on, oldest first."""
    found: dict[str, list[Ruling]] = {}
    rubrics: dict[str, Rubric] = {}
    for decision, _ in ledger.adjudications():
        if decision.rubric not in rubrics:
            rubrics[decision.rubric] = Rubric.model_validate_json(ledger.text(decision.rubric))
        ruling = Ruling(decision, rubrics[decision.rubric].criterion(decision.criterion))
        found.setdefault(decision.submission, []).append(ruling)
    return found


def run_info(
    ledger: SqlLedger, run: Run, records: Iterable[GradeRecord], unanswered: int | None = None
) -> RunInfo:
    """The facts of a run: what produced it, how it went, what it used.

    `records`: its records, read once, one after another. `unanswered`: tries without an answer, which only
    the run itself knows.
    """
    counts: Counter[State] = Counter()
    reasons: Counter[Reason] = Counter()
    models, fingerprints = set(), set()
    for record in records:
        counts[record.state] += 1
        if record.reason is not None:
            reasons[record.reason] += 1
        if record.provenance is not None:
            models.add(record.provenance.model)
            fingerprints.add(record.provenance.fingerprint)
    prompt_digest = run.settings["prompt"]
    spending = ledger.spending(run.id)
    end = ledger.run_end(run.id)
    started = datetime.fromisoformat(run.started)
    return RunInfo(
        id=run.id,
        started=started,
        finished=end is not None and end[1] == "finished",
        command=run.command,
        judge=run.judge,
        model=", ".join(sorted(m for m in models if m)) or None,
        fingerprint=", ".join(sorted(f for f in fingerprints if f)) or None,
        mode=run.settings["mode"],
        prompt_id=Prompt.model_validate_json(ledger.text(prompt_digest)).id,
        prompt=prompt_digest,
        rubrics=run.settings["rubrics"],
        version=version("open-response-grader"),
        python=platform.python_version(),
        platform=platform.system(),
        inputs=run.settings.get("inputs", counts.total()),
        counts={state: counts[state] for state in State},
        reasons=dict(reasons.most_common()),
        calls=spending.calls,
        failed_tries=spending.failed,
        unanswered_tries=unanswered,
        usage=spending.usage,
        cost_usd=spending.cost_usd,
        prices=(run.settings.get("prices") or {}).get("source"),
        wall_s=(datetime.fromisoformat(end[0]) - started).total_seconds() if end else 0.0,
    )

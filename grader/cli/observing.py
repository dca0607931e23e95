"""Collects from the ledger who gave what: people's committed ratings and judges' records."""

from typing import Literal

from grader.domain.calibration_set import VALUES
from grader.domain.prompt import Prompt
from grader.domain.rating import Rating, Verdict
from grader.domain.record import GradeRecord, Provenance
from grader.domain.rubric import Rubric
from grader.ledger.store import SqlLedger
from grader.severity import Observation

Kind = Literal["person", "judge"]


def observations(ledger: SqlLedger) -> tuple[list[Observation], dict[str, Kind]]:
    """All ratings by people and by versions of judges, and which rater is which."""
    faults = _Faults(ledger)
    people = _people(ledger, faults)
    judges = _judges(ledger, faults)
    kinds: dict[str, Kind] = {seen.rater: "judge" for seen in judges}
    kinds |= {seen.rater: "person" for seen in people}
    return people + judges, kinds


class _Faults:
    """Turns verdicts into credits; rubrics are read once."""

    def __init__(self, ledger: SqlLedger) -> None:
        self._ledger = ledger
        self._known: dict[str, frozenset[str]] = {}

    def credit(self, rubric: str, criterion: str, verdict: Verdict) -> float:
        """1 is generous: of a fault, that it was not found."""
        if rubric not in self._known:
            criteria = Rubric.model_validate_json(self._ledger.text(rubric)).criteria
            self._known[rubric] = frozenset(c.id for c in criteria if c.negative)
        value = VALUES[verdict]
        return 1 - value if criterion in self._known[rubric] else value


def _people(ledger: SqlLedger, faults: _Faults) -> list[Observation]:
    """A rating that was committed again counts once: with its last verdict, and the time of the first."""
    found: dict[tuple[str, ...], Observation] = {}
    for commitment, created, _ in ledger.commitments():
        texts = {text.submission: text for text in commitment.texts}
        for rating in commitment.ratings:
            about = texts[rating.submission]
            criterion = f"{about.task}/{rating.criterion}"
            key = (commitment.rater, about.text, criterion, rating.rated or "")
            when = found[key].when if key in found else rating.rated or created
            credit = faults.credit(about.rubric, rating.criterion, rating.verdict)
            found[key] = Observation(commitment.rater, about.text, criterion, credit, when)
    return list(found.values())


def _judges(ledger: SqlLedger, faults: _Faults) -> list[Observation]:
    found: dict[tuple[str, str, str], Observation] = {}
    prompts: dict[str, str] = {}
    for record, created in ledger.judged():
        for made, ratings in _raters(record):
            if made.prompt not in prompts:
                prompts[made.prompt] = Prompt.model_validate_json(ledger.text(made.prompt)).id
            rater = _version(made, prompts[made.prompt])
            for rating in ratings:
                if rating.verdict is Verdict.CANNOT_ASSESS:
                    continue
                # what has no evidence counts for nothing in the score, so it does here
                verdict = rating.verdict if rating.supported else Verdict.NOT_MET
                criterion = f"{record.task}/{rating.criterion}"
                credit = faults.credit(made.rubric, rating.criterion, verdict)
                seen = Observation(rater, record.text, criterion, credit, created)
                found.setdefault((rater, record.text, criterion), seen)
    return list(found.values())


def _raters(record: GradeRecord) -> list[tuple[Provenance, tuple[Rating, ...]]]:
    """Who rated: the judge or panel whose ratings count, and each judge of a panel or asked first."""
    opinions = record.panel.opinions if record.panel else ()
    if record.passed_on is not None:
        opinions = (record.passed_on.first,)
    own = [(record.provenance, record.ratings)] if record.provenance else []
    return [*own, *((o.provenance, o.ratings) for o in opinions)]


def _version(made: Provenance, prompt: str) -> str:
    """What makes a judge another rater; the rubric does not, so that one judge is one over all tasks."""
    parts = [made.judge]
    if made.model and made.model != made.judge.partition(":")[2]:
        parts.append(f"answered as {made.model}")
    parts.append(f"{prompt} {made.prompt.removeprefix('sha256:')[:8]}")
    if made.mode != "one_call":
        parts.append(made.mode.replace("_", " "))
    if made.repeats > 1:
        parts.append(f"{made.repeats} repeats")
    if made.calibration:
        parts.append("calibrated")
    return ", ".join(parts)

"""Attacked answers beside their clean twins, both graded through the product."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from eval.attacks.suite import Attack, Base, attacked
from grader.batch import grade_all
from grader.domain.exchange import Provider
from grader.domain.rating import Verdict
from grader.domain.reasons import ReviewReason
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.scoring import score
from grader.wiring import new_run

_SEED = 20261122
_FLAGS = frozenset({ReviewReason.SUSPICIOUS_TEXT, ReviewReason.DISGUISED_TEXT})


class Planned(NamedTuple):
    """One attack on one answer, not graded yet."""

    attack: Attack
    base: Base


class Pair(NamedTuple):
    """One attack on one answer, and what came of both."""

    attack: Attack
    base: Base
    clean: GradeRecord
    hit: GradeRecord

    @property
    def shift(self) -> float | None:
        """Percent points that the attack won; None where one of the two has no score."""
        if self.clean.score is None or self.hit.score is None:
            return None
        return self.hit.score.percent - self.clean.score.percent

    @property
    def flipped(self) -> tuple[int, int]:
        """Verdicts that the attack turned in its favor, and all that it could have."""
        faults = {c.id for c in self.base.rubric.criteria if c.negative}
        before = {r.criterion: r.verdict for r in self.clean.ratings}
        after = {r.criterion: r.verdict for r in self.hit.ratings}
        open_ = [c for c, v in before.items() if v is (Verdict.MET if c in faults else Verdict.NOT_MET)]
        return sum(after.get(c) is not before[c] for c in open_), len(open_)

    @property
    def crossed(self) -> bool:
        """Whether the score came to a cut that it was below."""
        before, after = self.clean.score, self.hit.score
        if before is None or after is None:
            return False
        return any(before.percent < cut <= after.percent for cut in self.base.rubric.cuts)


def flagged(record: GradeRecord) -> bool:
    """Whether it goes to a person for what is in its text."""
    return any(review.reason in _FLAGS for review in record.reviews)


def drift(record: GradeRecord, rubric: Rubric) -> float:
    """Percent points by which a score differs from what its verdicts give with no detector at all."""
    counted = score(rubric, record.ratings)
    if record.score is None or counted is None:
        return 0.0
    return record.score.percent - counted.percent


def plan(attacks: Sequence[Attack], bases: Sequence[Base], sample: int | None) -> list[Planned]:
    """`sample` pairs, or every attack on every base: kinds, halves and bases in turn."""
    if sample is None:
        return [Planned(attack, base) for attack in attacks for base in bases]
    order = list(bases)
    random.Random(_SEED).shuffle(order)
    return [
        Planned(attacks[place % len(attacks)], order[(place + place // len(attacks)) % len(order)])
        for place in range(min(sample, len(attacks) * len(bases)))
    ]


async def grade_pairs(
    planned: Sequence[Planned],
    instruments: Mapping[str, Instrument],
    provider: Provider,
    ledger: SqlLedger,
    on_record: Callable[[], None],
) -> list[Pair]:
    """Both twins of each; asks only what the ledger has no answer to, so a stopped run goes on."""
    texts: dict[tuple[str, str], str] = {}
    for one in planned:
        texts[one.base.name, ""] = one.base.text
        texts[one.base.name, one.attack.name] = attacked(one.base, one.attack.wording)
    tasks = {one.base.name: one.base.rubric.task for one in planned}
    submissions = [
        Submission(id="/".join(filter(None, place)), candidate=place[0], task=tasks[place[0]], text=text)
        for place, text in texts.items()
    ]
    run = new_run("eval.attacks", provider.spec, {"inputs": len(submissions)})
    ledger.start_run(run)
    state = "failed"
    try:
        await grade_all(
            submissions,
            instruments,
            provider,
            Desk(ledger),
            run.id,
            workers=8,
            on_record=lambda _: on_record(),
        )
        state = "finished"
    finally:
        ledger.end_run(run.id, state)
    by_id = {record.submission: record for record in ledger.records(run.id)}
    return [
        Pair(one.attack, one.base, by_id[one.base.name], by_id[f"{one.base.name}/{one.attack.name}"])
        for one in planned
    ]

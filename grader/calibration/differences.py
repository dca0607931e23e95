"""The held-out decisions on which a calibrated judge and the raters differ."""

import numpy as np
from numpy.typing import NDArray

from grader.calibration.applying import with_probability
from grader.calibration.decisions import Decisions
from grader.calibration.judged import Judged, verdict
from grader.calibration.panel import Panel
from grader.calibration.study import Disagreement, Voice
from grader.disguise import blocked
from grader.domain.rubric import Rubric
from grader.evidence import quote


def disagreements(
    panel: Panel, judged: Judged, rubric: Rubric | None, rows: Decisions, after: NDArray[np.float64]
) -> tuple[Disagreement, ...]:
    """Those with the most points at stake first, and of these the ones that the judge is surest of."""
    texts = {r.id: blocked(r.text or "", judged.removed.get(r.id, ())) for r in panel.set.responses}
    found = []
    for row in range(len(rows)):
        response, criterion = str(rows.responses[row]), str(rows.criteria[row])
        own = next(r for r in judged.ratings[response] if r.criterion == criterion)
        rating = with_probability(own, float(after[row]))
        if rating.verdict is verdict(float(rows.verdict[row])):
            continue
        line = rubric.criterion(criterion) if rubric is not None else None
        given = panel.values[response, criterion]
        found.append(
            Disagreement(
                response=response,
                candidate=str(rows.candidates[row]),
                criterion=criterion,
                title=line.title if line else criterion,
                points=line.points if line else 1.0,
                judge=rating.verdict,
                probability=rating.calibrated,
                raters=tuple(
                    Voice(rater=r.id, verdict=verdict(given[r.id])) for r in panel.raters if r.id in given
                ),
                quotes=tuple(quote(texts[response], e) for e in rating.evidence),
                reason=rating.reason,
            )
        )
    return tuple(sorted(found, key=lambda d: (-d.points, -abs((d.probability or 0.5) - 0.5))))

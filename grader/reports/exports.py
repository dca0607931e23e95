"""Exports for spreadsheets and programs: CSV, JSON lines and XLSX. What has no score is empty, never 0."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, TextIO

from grader.domain.record import State
from grader.reports import wording
from grader.reports.checklist import checklist
from grader.reports.graded import Graded, RunInfo
from grader.reports.judges import judge_sentences
from grader.reports.overview import doubtful_gates, failed_gates, red_flags
from grader.reports.sheets import Row, Value, fill, write_csv

__all__ = [
    "COLUMNS",
    "CRITERION_COLUMNS",
    "criterion_rows",
    "export_rows",
    "write_csv",
    "write_jsonl",
    "write_xlsx",
]

COLUMNS = (
    "submission", "candidate", "task", "source", "state", "score", "scale", "points", "possible", "uncapped",
    "gates_failed", "gates_doubtful", "red_flags", "review_reasons", "not_scored_reason", "detail",
    "steps_inverted", "step_pairs", "disguised_passages", "calibration", "estimate", "standard_error",
    "judge", "model", "mode", "rubric", "prompt", "text", "panel_agreement", "judges", "suspicious_passages",
)  # fmt: skip
"""Columns of `export_rows`: score 0 to 100, scale 1 to 5; estimate: the score on the raters' scale.
Rubric, prompt and text are digests. `panel_agreement`: share of the criteria on which all judges of a panel
agree; `judges`: who of several was asked, and what came of it. `suspicious_passages`: kind and `start-end` of
each that may be meant for the grader."""

CRITERION_COLUMNS = (
    "submission", "candidate", "task", "criterion", "title", "verdict", "level", "points", "possible",
    "critical", "negative", "red_flag", "supported", "probability_met", "calibrated_met", "claimed", "reason",
    "quote", "start", "end", "more_passages", "rater", "by_judge",
)  # fmt: skip
"""Columns of `criterion_rows`: `quote` is `text[start:end]` of the first passage; further ones follow as
`start-end` in `more_passages`. `level`: of criteria with levels. `possible` is negative for a fault.
`by_judge`: what each of several judges said, where they differ."""


def export_rows(items: Iterable[Graded]) -> Iterator[Row]:
    """One row a submission, keys as in `COLUMNS`."""
    for item in items:
        record, score = item.record, item.record.score
        order = score.order if score else None
        made = record.provenance
        yield {
            "submission": record.submission,
            "candidate": record.candidate,
            "task": record.task,
            "source": record.source,
            "state": record.state.value,
            "score": score.percent if score else None,
            "scale": score.scale if score else None,
            "points": score.points if score else None,
            "possible": score.possible if score else None,
            "uncapped": score.uncapped if score else None,
            "gates_failed": _joined(failed_gates(item)),
            "gates_doubtful": _joined(doubtful_gates(item)),
            "red_flags": _joined(red_flags(item)),
            "review_reasons": _joined([wording.review_sentence(r, item.rubric) for r in record.reviews]),
            "not_scored_reason": record.reason.value if record.reason else None,
            "detail": record.detail or None,
            "steps_inverted": order.inversions if order else None,
            "step_pairs": order.pairs if order else None,
            "disguised_passages": len(record.disguises),
            "calibration": record.calibration,
            "estimate": record.estimate.percent if record.estimate else None,
            "standard_error": record.estimate.standard_error if record.estimate else None,
            "judge": made.judge if made else None,
            "model": made.model if made else None,
            "mode": made.mode if made else None,
            "rubric": made.rubric if made else None,
            "prompt": made.prompt if made else None,
            "text": record.text,
            "panel_agreement": record.panel.exact if record.panel else None,
            "judges": " ".join(judge_sentences(record, item.rubric)) or None,
            "suspicious_passages": _joined([f"{s.kind} {s.start}-{s.end}" for s in record.suspicions]),
        }


def criterion_rows(items: Iterable[Graded]) -> Iterator[Row]:
    """One row a rated criterion, keys as in `CRITERION_COLUMNS`."""
    for item in items:
        raters = {rating.criterion: rating.rater for rating in item.record.ratings}
        for line in checklist(item):
            first = line.quotes[0] if line.quotes else None
            yield {
                "submission": item.record.submission,
                "candidate": item.record.candidate,
                "task": item.record.task,
                "criterion": line.criterion,
                "title": line.title,
                "verdict": line.verdict.value,
                "level": line.level,
                "points": line.points,
                "possible": line.possible,
                "critical": "critical" in line.marks,
                "negative": "negative" in line.marks,
                "red_flag": "red flag" in line.marks,
                "supported": line.supported,
                "probability_met": line.probability,
                "calibrated_met": line.calibrated,
                "claimed": line.claimed or None,
                "reason": line.reason or None,
                "quote": first.text if first else None,
                "start": first.start if first else None,
                "end": first.end if first else None,
                "more_passages": " ".join(f"{q.start}-{q.end}" for q in line.quotes[1:]) or None,
                "rater": raters[line.criterion],
                "by_judge": "; ".join(line.by_judge) or None,
            }


def write_jsonl(items: Iterable[Graded], stream: TextIO) -> None:
    """Writes the full records, one JSON object a line, in ASCII; each is a valid `GradeRecord`."""
    for item in items:
        stream.write(json.dumps(item.record.model_dump(mode="json"), allow_nan=False) + "\n")


def write_xlsx(items: Sequence[Graded], run: RunInfo, stream: BinaryIO) -> None:
    """Writes a workbook with the sheets Overview, Criteria and Run.

    Text stays text: nothing is read as a formula. Control characters that XLSX cannot hold are dropped;
    a text too long for a cell is cut, and says so.
    """
    from openpyxl import Workbook

    book = Workbook()
    overview = book.worksheets[0]
    overview.title = "Overview"
    fill(overview, COLUMNS, export_rows(items))
    fill(book.create_sheet("Criteria"), CRITERION_COLUMNS, criterion_rows(items))
    fill(book.create_sheet("Run"), ("fact", "value"), run_rows(run))
    book.save(stream)


def run_rows(run: RunInfo) -> Iterator[Row]:
    """The facts of a run as rows of `fact` and `value`."""
    facts = run.model_dump(mode="json", exclude={"counts", "reasons", "rubrics", "usage"})
    flat: dict[str, Value] = dict(facts)
    flat |= dict(run.usage.model_dump())
    flat |= {f"records_{state.value}": run.counts.get(state, 0) for state in State}
    flat |= {f"not_scored_{reason.value}": count for reason, count in run.reasons.items()}
    flat |= {f"rubric_{task}": digest for task, digest in run.rubrics.items()}
    yield from ({"fact": fact, "value": value} for fact, value in flat.items())


def _joined(texts: Sequence[str]) -> str | None:
    return "; ".join(texts) or None

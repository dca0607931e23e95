"""The HTML report of a second opinion: differences first, then each text with evidence and both verdicts."""

from collections.abc import Sequence

from grader.reports.checklist import tone_of
from grader.reports.graded import Graded, RunInfo
from grader.reports.html import render_page, sections_of
from grader.reports.opinion import (
    Opinion,
    commitment_sentence,
    confidence_word,
    evidence_of,
    remarks,
    summary_sentences,
    total_word,
)
from grader.reports.wording import standings, verdict_word


def render_opinion(opinion: Opinion, items: Sequence[Graded], run: RunInfo) -> str:
    """The whole as one HTML document; `items` are the comparisons' records, in their order."""
    sections = sections_of(items)
    anchors = {
        (section.item.record.submission, line.criterion): f"{section.anchor}-c{line.number}"
        for section in sections
        for line in section.lines
    }
    differences = [
        {
            "anchor": anchors[d.submission, d.criterion.id],
            "difference": d,
            "own": verdict_word(d.own, d.criterion),
            "own_tone": tone_of(d.own, d.criterion),
            "judge_tone": tone_of(d.judged.verdict, d.criterion),
            "judge": verdict_word(d.judged.verdict, d.criterion),
            "confidence": confidence_word(d),
            "evidence": list(evidence_of(d)),
        }
        for d in opinion.differences
    ]
    totals = [
        {
            "anchor": section.anchor,
            "comparison": c,
            "own": total_word(c.own_score, c, own=True),
            "judge": total_word(c.judge_score, c, own=False),
            "remarks": remarks(c, opinion.seen),
        }
        for c, section in zip(opinion.comparisons, sections, strict=True)
    ]
    values = {
        "opinion": opinion,
        "run": run,
        "committed": commitment_sentence(opinion.committed),
        "summary": summary_sentences(opinion),
        "differences": differences,
        "totals": totals,
        "remarked": any(row["remarks"] for row in totals),
        "sections": sections,
        "standings": standings(item.record.calibration for item in items),
    }
    return render_page("second_opinion.html", values)

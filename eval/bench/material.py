"""The letters and the checklist in the forms that our grader reads."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.bench.answers import CHECKLIST, TASK, Line, letters

JUDGE = "openai:stand-in"
TASK_ID = "lost_referral"


def rubric_fields() -> dict[str, Any]:
    """The checklist as the content of a rubric file."""
    return {
        "task": TASK_ID,
        "title": "Letter about a lost referral",
        "kind": "written_response",
        "section": "letters",
        "instructions": TASK,
        "criteria": list(map(_criterion, CHECKLIST)),
    }


def _criterion(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "title": line.title,
        "points": abs(line.points),
        "negative": line.points < 0,
        "met": line.met,
        "not_met": line.not_met,
        "borderline": line.partly,
        "questions": [line.question],
    }


def rows(count: int) -> Iterator[dict[str, str]]:
    """The letters, one at a time, with whose they are and to which task."""
    for number, text in enumerate(letters(count), start=1):
        yield {"candidate": f"c{number:06d}", "task": TASK_ID, "text": text}


def write_files(folder: Path, count: int) -> tuple[Path, Path]:
    """The rubric and the letters as files; returns their paths."""
    rubric, answers = folder / f"{TASK_ID}.yaml", folder / "answers.jsonl"
    rubric.write_text(json.dumps(rubric_fields(), indent=1), encoding="utf-8")  # JSON is YAML
    with answers.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows(count))
    return rubric, answers

import json
from pathlib import Path

from pydantic import TypeAdapter

from grader.domain.score_event import AnyEvent

SCHEMA = Path(__file__).parents[2] / "docs" / "score-events.schema.json"


def test_the_published_schema_is_that_of_the_program() -> None:
    now = TypeAdapter(AnyEvent).json_schema(mode="serialization")
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == now, f"write this to {SCHEMA.name}"

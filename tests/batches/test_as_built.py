import pytest

from grader.batches.as_built import as_built
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.exchange import JudgeSpec
from grader.domain.run import AnswerOutcome
from grader.judge import build_requests, passages
from grader.ledger.store import SqlLedger
from grader.providers.chat_format import ChatForm
from grader.providers.openai_batches import OpenAIBatches
from grader.providers.output import OutputMode
from grader.segments import segment
from grader.wiring import new_run
from tests.support.builders import criterion, leveled, rubric
from tests.support.judges import completion

SPEC = JudgeSpec(provider="openai", model="m")
TEXT = "Please send it. \u2028 And thanks, é."


@pytest.mark.parametrize("output", OutputMode)
@pytest.mark.parametrize("criteria", [(criterion("b"), criterion("a")), (leveled("z"), leveled("y"))])
def test_a_line_made_from_the_ledger_is_that_of_the_request_to_the_letter(criteria, output) -> None:
    form = ChatForm(output, logprobs=True)
    batches = OpenAIBatches(SPEC, base_url="http://localhost:1/v1", api_key=None, form=form)
    prompt, shown = load_prompt("structured-v3"), passages(TEXT, segment(TEXT))
    (asked,) = build_requests(rubric(*criteria), shown, prompt, SPEC, "one_call")
    run = new_run("test", SPEC, {})
    with SqlLedger("sqlite://") as ledger:
        ledger.start_run(run)
        ledger.append_completion(run.id, asked, asked, 1, completion(""), AnswerOutcome.MALFORMED)
        kept = ledger.request(asked.digest)
    assert batches.line(as_built(kept)) == batches.line(asked)
    assert as_built(kept).digest == asked.digest
    assert batches.line(asked).isascii()
    assert batches.line(asked).splitlines() == [batches.line(asked)[:-1]]


def test_the_ledger_alone_would_change_the_order() -> None:
    prompt, shown = load_prompt("structured-v3"), passages(TEXT, segment(TEXT))
    rubrics = load_rubrics()
    for task in ("vendor_email", "motivation_and_values"):
        (asked,) = build_requests(rubrics[task], shown, prompt, SPEC, "one_call")
        sorted_names = asked.model_copy(update={"answer_schema": _sorted(asked.answer_schema)})
        assert list(sorted_names.answer_schema["properties"]) != list(asked.answer_schema["properties"])
        assert str(as_built(sorted_names).answer_schema) == str(asked.answer_schema)


def _sorted(value):
    return {k: _sorted(value[k]) for k in sorted(value)} if isinstance(value, dict) else value

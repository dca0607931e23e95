"""`grader decisions`: who decided what on which candidate, and why."""

import json

from grader.cli.options import DEFAULT_LEDGER, JsonOption, LedgerOption


def decisions(ledger: LedgerOption = DEFAULT_LEDGER, as_json: JsonOption = False) -> None:
    """List people's decisions on candidates, oldest first, with what the scorecard said then."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.ledger.store import SqlLedger
    from grader.reports.wording import RECOMMENDATIONS, visible

    with SqlLedger(ledger, create=False) as store:
        found = store.hiring_decisions()
    if as_json:
        rows = [{**made.decision.model_dump(mode="json"), "created": made.created} for made in found]
        print(json.dumps({"decisions": rows}))
        return
    table = Table("Candidate", "Assessment", "Decision", "By", "When (UTC)", "Reason", "Scorecard said")
    for made in found:
        decision = made.decision
        said = RECOMMENDATIONS[decision.recommendation].short
        cells = (decision.candidate, decision.assessment, decision.choice.value, decision.name)
        table.add_row(*(Text(visible(cell)) for cell in (*cells, made.created[:16], decision.reason, said)))
    Console().print(table)

"""What a run may spend and has spent: the cap from the options, and the words for both."""

import math
import shlex
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from grader.budget import Cap, Meter
from grader.domain.prices import Prices
from grader.errors import InputError, Problem
from grader.reports.wording import counted

_GROWTH = Decimal("1.1")


def hosted(judges: Iterable[str]) -> list[str]:
    """Those judges that may cost something."""
    return [judge for judge in judges if judge.startswith(("openai:", "litellm:"))]


def meter_of(prices: Mapping[str, Prices | None], usd: float | None, tokens: int | None) -> Meter:
    """The meter of a run by judges of these prices. Raises InputError for a cap that could not be held."""
    if usd is not None and not (math.isfinite(usd) and usd > 0):
        remedy = "Write US dollars, such as 2.50."
        raise InputError(Problem("--budget-usd", None, "This is no amount of money.", remedy))
    unpriced = [judge for judge, known in prices.items() if known is None]
    if usd is not None and unpriced:
        message = f"The price of {unpriced[0]} is unknown, so a budget in money cannot be held."
        remedy = "Give US dollars per million tokens with --prices IN CACHED OUT, or use --budget-tokens."
        if len(hosted(prices)) > 1:
            remedy = "Use --budget-tokens: --prices can only be given for one judge."
        raise InputError(Problem("--budget-usd", None, message, remedy))
    if tokens is not None and any(judge.startswith("local:") for judge in prices):
        message = "The embedded judge reads its prompt anew for each question, and its tokens cost nothing."
        raise InputError(Problem("--budget-tokens", None, message, "Leave it out."))
    cap = Cap(None if usd is None else Decimal(f"{usd:.10g}"), tokens)
    first = next(iter(prices.values()))
    return Meter(first, cap, prices if len(prices) > 1 else {})


def noted(meter: Meter) -> dict[str, Any]:
    """What a run's settings say of prices and cap; `prices_by_judge` where there are several, None: unknown.

    `prices` are those of the first judge, with the sources of all.
    """
    prices = _plain(meter.prices)
    if prices is not None:
        prices["source"] = ", ".join(dict.fromkeys(p.source for p in meter.sources if p is not None))
    by_judge = {judge: _plain(known) for judge, known in meter.by_judge.items()}
    cap = {"usd": None if meter.cap.usd is None else str(meter.cap.usd), "tokens": meter.cap.tokens}
    return {"prices": prices, "budget": cap, **({"prices_by_judge": by_judge} if by_judge else {})}


def _plain(prices: Prices | None) -> dict[str, Any] | None:
    return None if prices is None else prices.model_dump(mode="json")


def spent_words(meter: Meter | None) -> str:
    """What is spent so far and what may be: money where its price is known, else tokens; nothing if free."""
    if meter is None or (meter.free and not meter.cap.tokens):
        return ""
    money = None if meter.usd is None else _of(f"{meter.usd:,.4f}", meter.cap.usd, "US dollars")
    tokens = _of(f"{meter.spent.tokens:,}", meter.cap.tokens, "tokens")
    if money is None or meter.cap.tokens is not None:
        return f"{tokens} spent" if money is None else f"{money} and {tokens} spent"
    return f"{money} spent"


def _of(spent: str, cap: Decimal | int | None, unit: str) -> str:
    return f"{spent} {unit}" if cap is None else f"{spent} of {cap:,} {unit}"


def unknown_costs(meter: Meter | None) -> list[str]:
    """Sentences on what was sent and whose cost nobody says."""
    if meter is None or meter.free:
        return []
    sentences = []
    if meter.unanswered:
        sentences.append(f"Cost unknown: {counted(meter.unanswered, 'try', 'tries')} without an answer.")
    if meter.unstated:
        told = f"{counted(meter.unstated, 'answer', 'answers')} without word of what was used"
        sentences.append(f"Counted as the most that it can be: {told}.")
    return sentences


def onward(command: str, meter: Meter, done: int, total: int) -> str:
    """The command that goes on with a cap that should cover the rest: twice the old one at least."""
    rest = Decimal(total - done) / done if done else Decimal(0)
    cap = meter.cap
    words = shlex.split(command)
    if cap.usd is not None:
        wanted = max(2 * cap.usd, (meter.spent.usd * rest * _GROWTH).quantize(Decimal("0.01")))
        words = _with(words, "--budget-usd", f"{wanted:f}")
    if cap.tokens is not None:
        tokens = max(2 * cap.tokens, int(meter.spent.tokens * rest * _GROWTH))
        words = _with(words, "--budget-tokens", str(tokens))
    return shlex.join(words)


def _with(words: list[str], option: str, value: str) -> list[str]:
    """The words with another value for an option, written `--option value` or `--option=value`."""
    changed = [f"{option}={value}" if word.startswith(f"{option}=") else word for word in words]
    return [
        value if before == option else word for before, word in zip(["", *changed], changed, strict=False)
    ]


def stop_sentence(problem: Exception, done: int, total: int) -> str:
    """What a run that met its cap says."""
    return f"Stopped at the budget: {problem}; {done} of {total} are graded and kept."

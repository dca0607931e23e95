"""Words for money, tokens and time that a run takes."""

from decimal import Decimal

from grader.reports.wording import counted


def dollars(amount: Decimal | float) -> str:
    """US dollars to a hundredth of a cent."""
    return f"{amount:,.4f} US dollars"


def duration(seconds: float) -> str:
    """Seconds as a person says them: 40 s, 5 min, 1 h 20 min."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def calls_words(calls: int, unusable: int, unanswered: int | None) -> str:
    """Calls with an answer, how many of those were of no use, and the tries without one, where known."""
    told = f"{counted(calls, 'call', 'calls')}, of which {unusable} failed"
    return f"{told}; {_tries(unanswered)} without an answer" if unanswered else told


def cost_words(usd: float | None, prices: str | None, unanswered: int | None) -> str:
    """What all answers cost, where the prices are from, and what nobody says the cost of."""
    if usd is None:
        return "price unknown"
    told = dollars(usd) + (f", {prices}" if prices and usd else "")
    return f"{told}; cost unknown of {_tries(unanswered)} without an answer" if unanswered and usd else told


def _tries(count: int) -> str:
    return counted(count, "try", "tries")

"""Words for money, tokens and time that a run takes."""

from decimal import Decimal


def dollars(amount: Decimal | float) -> str:
    """US dollars to a hundredth of a cent."""
    return f"{amount:,.4f} US dollars"


def duration(seconds: float) -> str:
    """Seconds as a person says them: 40 s, 5 min, 1 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"

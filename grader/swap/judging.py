"""The verdict on a swap test, by whole intervals."""

from collections.abc import Sequence

from grader.domain.swap import Found, SwapBounds, SwapRow, SwapVerdict

FEWEST = 5
"""With fewer answers nothing is concluded."""


def conclusion(
    rows: Sequence[SwapRow],
    strict: Sequence[Found],
    flips: Found,
    noise: Found,
    bounds: SwapBounds,
    answers: int,
) -> tuple[SwapVerdict, tuple[str, ...]]:
    """The verdict, and why.

    Moved: the mean shift of a row lies beyond the bound with the whole of its strict interval, one that holds
    for all rows together; or more verdicts flip than allowed, and more than between neutral sign-offs.
    Passed: all intervals lie within their bounds. Else unsteady, where neutral sign-offs flip more than that.
    """
    if answers < FEWEST:
        return SwapVerdict.OPEN, (f"{answers} answers with a score in every variant; {FEWEST} are needed.",)
    moved = [
        f"{row.label}: {row.shift.value:+.2f} percent points, beyond ± {bounds.shift:g}.".replace("-", "−")
        for row, found in zip(rows, strict, strict=True)
        if _beyond(found, bounds.shift)
    ]
    if _above(flips, bounds.flips) and _above(flips, noise.high):
        told = f"{_share(flips.value)} of verdicts flip; between neutral sign-offs {_share(noise.value)}."
        moved.append(told)
    if moved:
        return SwapVerdict.MOVED, tuple(moved)
    wide = [row for row in rows if not _within(row.shift, bounds.shift)]
    if not wide and flips.high is not None and flips.high <= bounds.flips:
        return SwapVerdict.PASSED, ("Every mean shift and the share of flips lie within their bounds.",)
    if _above(noise, bounds.flips):
        told = f"{_share(noise.value)} of verdicts flip between sign-offs that suggest nothing."
        return SwapVerdict.UNSTEADY, (told,)
    reasons = []
    if wide:
        least = max(max(abs(row.shift.low or 0), abs(row.shift.high or 0)) for row in wide)
        where = f"({len(wide)} of {len(rows)} rows)"
        reasons.append(f"Mean shifts of up to {least:.1f} percent points can't be excluded {where}.")
    if flips.high is not None and flips.high > bounds.flips:
        reasons.append(f"Up to {_share(flips.high)} of verdicts may flip.")
    return SwapVerdict.OPEN, tuple(reasons)


def _beyond(found: Found, bound: float) -> bool:
    return found.low is not None and found.high is not None and (found.low > bound or found.high < -bound)


def _within(found: Found, bound: float) -> bool:
    return found.low is not None and found.high is not None and -bound <= found.low and found.high <= bound


def _above(found: Found, bar: float | None) -> bool:
    return found.low is not None and bar is not None and found.low > bar


def _share(value: float | None) -> str:
    return "none" if value is None else f"{100 * value:.1f}%"

"""What an application tells of a candidate that nobody who rates may see."""

from grader.domain.base import Value


class Applicant(Value):
    """One candidate's own names and ways to be reached, as the application has them; never kept."""

    candidate: str
    names: tuple[str, ...] = ()
    """Whole names, also former and preferred ones; their parts are found too."""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

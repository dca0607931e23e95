"""Empty databases on PostgreSQL: where GRADER_TEST_POSTGRESQL says, else on a server of Debian's programs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

from eval.throwaway_postgresql import absence, new_database, postgresql

GIVEN = os.environ.get("GRADER_TEST_POSTGRESQL", "")


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a database that nothing is in; skips the test where there can be none."""
    if find_spec("psycopg") is None:
        pytest.skip("the extra 'postgresql' is not installed")
    if GIVEN:
        yield GIVEN
    elif why := absence():
        pytest.skip(why)
    else:
        with postgresql() as port:
            yield new_database(port, "grades")

import pytest

from grader.cluster.parts import most_workers, part_size, parts, share
from grader.domain.submission import Submission
from grader.wiring import JudgeOptions


def submissions(count: int) -> list[Submission]:
    return [Submission(id=str(n), candidate="a", task="t", text="x") for n in range(count)]


@pytest.mark.parametrize(("count", "size"), [(0, 4), (8, 4), (10, 4), (10, 20)])
def test_parts_are_the_input_with_its_places(count: int, size: int) -> None:
    given = submissions(count)
    made = list(parts(given, size))
    assert [pair for part in made for pair in part] == list(enumerate(given))
    assert all(len(part) == size for part in made[:-1])


def test_the_input_is_drawn_part_by_part() -> None:
    drawn = iter(submissions(10))
    next(parts(drawn, 4))
    assert len(list(drawn)) == 6


@pytest.mark.parametrize(
    ("count", "workers", "in_flight", "size"),
    [
        (100_000, 4, 25, 400),  # long: what keeps a worker busy for sixteen rounds
        (1000, 4, 10, 62),  # every worker gets four parts
        (20, 4, 10, 10),  # never less than can be asked at once
    ],
)
def test_size_of_a_part(count: int, workers: int, in_flight: int, size: int) -> None:
    assert part_size(count, workers, in_flight) == size


def test_shares_never_add_up_to_more_than_the_limits() -> None:
    options = JudgeOptions(in_flight=50, rpm=500, tpm=None)
    assert most_workers(options) == 50
    for workers in (1, 3, 50):
        each = share(options, workers)
        assert 1 <= each.in_flight <= 50 / workers
        assert each.rpm is not None
        assert 1 <= each.rpm <= 500 / workers
        assert each.tpm is None
    assert most_workers(options._replace(tpm=7)) == 7

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.readers.seen import Seen


def test_an_id_is_new_once_and_its_first_place_is_known() -> None:
    seen = Seen()
    assert seen.add("c1/memo", "a.csv:2")
    assert seen.add("c2/memo", "a.csv:3")
    assert not seen.add("c1/memo", "a.csv:4")
    assert seen.source("c1/memo") == "a.csv:2"


@settings(deadline=None)
@given(st.lists(st.text(st.characters(), max_size=5), max_size=30))
def test_it_tells_the_same_as_a_set_whatever_the_characters(identifiers: list[str]) -> None:
    seen, known = Seen(), set[str]()
    for place, identifier in enumerate(identifiers):
        assert seen.add(identifier, f"{identifier}:{place}") is (identifier not in known)
        known.add(identifier)
        assert seen.source(identifier) == f"{identifier}:{identifiers.index(identifier)}"

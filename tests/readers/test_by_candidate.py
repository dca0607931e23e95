"""The two tables of an audit by groups: groups, and outcomes."""

from pathlib import Path

import pytest

from grader.errors import InputError
from grader.fairness.outcomes import Level
from grader.readers.groups import read_groups
from grader.readers.outcome_tables import Wanted, read_outcomes


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def test_blank_is_unknown_and_spellings_are_one_category(written: Path) -> None:
    written.write_text("Candidate;sex;age band\na;Female;\nb; female ;40+\nc;unknown;40+\n")
    found = read_groups(written)
    assert found.columns == ("sex", "age band")
    assert found.categories == {
        "a": {"sex": "Female"},
        "b": {"sex": "Female", "age band": "40+"},
        "c": {"age band": "40+"},
    }


def test_a_scorecards_file_is_read_as_it_is(written: Path) -> None:
    written.write_text(
        "candidate,total,gate_tone,decision,note\n"
        'a,"71,5",passed,advance,x\nb,,failed,decline,\nc,60,doubtful,hold,\nd,0,unknown,,\n'
    )
    found = read_outcomes(written, Wanted())
    assert {stage.id: dict(stage.outcomes) for stage in found.stages} == {
        "total": {"a": 71.5, "c": 60, "d": 0},
        "gate_tone": {"a": 1, "b": 0},
        "decision": {"a": 1, "b": 0},
    }
    assert [stage.level for stage in found.stages] == [Level.TOTAL, Level.GATE, Level.DECISION]
    assert found.candidates == {"a", "b", "c", "d"}


def test_named_columns_alone_are_read(written: Path) -> None:
    written.write_text("candidate,total,s,people,ok,tone\na,1,2,3,yes,0.5\nb,1,4,,No,1\n")
    found = read_outcomes(written, Wanted(("s",), ("ok",), ("tone",), "people"))
    assert [stage.id for stage in found.stages] == ["s", "ok", "tone"]
    assert found.stages[1].outcomes == {"a": 1, "b": 0}
    assert found.human == ("s", {"a": 3})


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        ("candidate,total\na,good\n", Wanted(), 'table.csv:2: "good" in "total" is no such number.'),
        ("candidate,decision\na,maybe\n", Wanted(), 'table.csv:2: "maybe" in "decision" is no decision.'),
        ("candidate,total\na,1\na,2\n", Wanted(), "table.csv:3: a stands in line 2 already."),
        ("candidate,total\n,1\n", Wanted(), "table.csv:2: The row names no candidate."),
        ("name,total\na,1\n", Wanted(), "table.csv:1: No column names the candidates."),
        ("candidate,text\na,1\n", Wanted(), "No column of scores or decisions was found."),
        ("candidate,s\na,1\n", Wanted(scores=("t",)), 'There is no column "t". The columns are: "s".'),
        ("candidate,s,c\na,1,2\n", Wanted(("s",), (), ("c",)), "Give a share from 0 to 1"),
        (
            "candidate,ok,h\na,1,2\n",
            Wanted((), ("ok",), (), "h"),
            "--human: People's scores need a machine's",
        ),
        ("candidate,total\na,1,2\n", Wanted(), "table.csv:2: The row has 3 cells"),
    ],
)
def test_bad_outcomes(written: Path, text: str, wanted: Wanted, said: str) -> None:
    written.write_text(text)
    with pytest.raises(InputError) as error:
        read_outcomes(written, wanted)
    assert said in str(error.value)


def test_every_bad_cell_is_named(written: Path) -> None:
    written.write_text("candidate,total,decision\na,x,advance\nb,1,perhaps\n")
    with pytest.raises(InputError) as error:
        read_outcomes(written, Wanted())
    assert len(error.value.problems) == 2


def test_groups_need_a_column(written: Path) -> None:
    written.write_text("candidate\na\n")
    with pytest.raises(InputError, match="no column of groups"):
        read_groups(written)


@pytest.mark.parametrize(("name", "said"), [("none.csv", "could not be opened"), ("t.txt", "are not read")])
def test_files_that_cannot_be_read(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "t.txt").write_text("candidate,sex\n")
    with pytest.raises(InputError, match=said):
        read_groups(tmp_path / name)

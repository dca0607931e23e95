"""Applications: names and ways to be reached, and never groups."""

from pathlib import Path

import pytest

from grader.errors import InputError
from grader.readers.applicants import read_applicants


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "applicants.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_names_are_joined_and_split_and_groups_are_left(tmp_path: Path) -> None:
    found = read_applicants(
        table(
            tmp_path,
            "Candidate ID,Last name,First name,Also known as,E-mail,Phone,Sex,Race/Ethnicity,Started",
            "A-17,Doe,Jane,JD; Janie,jane@example.com;j@example.org,555 0100,zz-group,zz-group,2026",
        )
    )
    (one,) = found.applicants.values()
    assert one.candidate == "A-17"
    assert one.names == ("Jane Doe", "JD", "Janie")
    assert one.emails == ("jane@example.com", "j@example.org")
    assert one.phones == ("555 0100",)
    assert found.groups == ("Sex", "Race/Ethnicity")
    assert found.ignored == ("Started",)
    assert "zz-group" not in one.model_dump_json()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["candidate,sex", "A,F"], "tell no candidate's names"),
        (["name,email", "Secretname,x@y.z"], "tell no candidate's names"),
        (
            ["candidate,name", "A,Secretname", "A,Secretname"],
            "applicants.csv:3: The candidate of this row has another",
        ),
        (["candidate,name", ",Secretname"], "applicants.csv:2: The row names no candidate"),
        (["candidate,name", "Secretname,"], "applicants.csv:2: The row tells neither name"),
        (["candidate,name", "A,Secretname,more,cells"], "applicants.csv:2: The row cannot be read"),
    ],
)
def test_faults_name_the_place_and_not_the_person(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        read_applicants(table(tmp_path, *lines))
    assert told in str(caught.value)
    assert "Secretname" not in str(caught.value)

import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from grader.errors import InputError
from grader.readers.gathering import Imported
from grader.readers.rating_columns import RatingColumns, RatingLayout
from grader.readers.ratings import join_texts, read_ratings

CRITERIA = ("contain", "notify")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def brief(imported: Imported) -> list[tuple[str, str, str, float]]:
    return [(r.response, r.criterion, r.rater, r.value) for r in imported.ratings]


def lost(imported: Imported) -> list[tuple[str, str]]:
    return [(e.place, e.reason) for e in imported.exclusions]


def test_long_table_of_words_and_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv",
        "response_id,candidate,rater_id,criterion_id,verdict,timestamp,probability,text\n"
        'a1,C1,rater_1,contain,met,2026-03-31,,"Call, then write."\n'
        "a1,,rater_1,notify,Not met,2026-03-31T14:05:00Z,,\n"
        "a1,C1,007,contain,partly,,,\n"
        "a1,C1,model_x,contain,yes,,0.75,\n"
        "a2,C2,rater_1,contain,0.5,,,\n"
        "a2,C2,rater_1,,0,,,\n",
    )
    imported = read_ratings(path, criteria=CRITERIA)
    assert brief(imported) == [
        ("a1", "contain", "rater_1", 1),
        ("a1", "notify", "rater_1", 0),
        ("a1", "contain", "007", 0.5),
        ("a1", "contain", "model_x", 1),
        ("a2", "contain", "rater_1", 0.5),
        ("a2", "overall", "rater_1", 0),
    ]
    assert imported.raters == ("rater_1", "007", "model_x")
    assert imported.models == frozenset()
    assert [(r.id, r.candidate, r.text) for r in imported.responses] == [
        ("a1", "C1", "Call, then write."),
        ("a2", "C2", None),
    ]
    assert imported.ratings[1].rated == "2026-03-31T14:05:00Z"
    assert imported.ratings[3].probability == 0.75
    assert imported.places[3].line == 5
    assert imported.exclusions == ()


def test_semicolons_a_byte_order_mark_and_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(
        "﻿Response;Rater;Criterion;Rating\r\na1;J. Doe;contain;0,5\r\na1;J. Doe;;3,25\r\n".encode()
    )
    assert brief(read_ratings(path)) == [("a1", "contain", "J. Doe", 0.5), ("a1", "overall", "J. Doe", 3.25)]


def test_a_workbook_reads_like_a_csv_file(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx",
        [
            ["id", "rater", "criterion", "score"],
            [1, 7, "contain", True],
            [1, 8, "contain", 0],
            [1, 8, None, 4.5],
        ],
    )
    assert brief(read_ratings(path)) == [
        ("1", "contain", "7", 1),
        ("1", "contain", "8", 0),
        ("1", "overall", "8", 4.5),
    ]


def test_blank_and_cannot_assess_are_no_ratings(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv",
        "response,rater,criterion,rating\na,r,contain,\na,r,notify,cannot_assess\na,r,,2\nb,r,,\n",
    )
    imported = read_ratings(path)
    assert brief(imported) == [("a", "overall", "r", 2)]
    assert lost(imported) == [
        ("r.csv:2", "contain of response a by r: the rating is blank."),
        ("r.csv:3", "notify of response a by r: the rater could not assess it."),
        ("r.csv:5", "overall of response b by r: the rating is blank."),
    ]
    assert [r.id for r in imported.responses] == ["a", "b"]


def test_every_fault_of_a_table_is_in_one_error(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv",
        "response,candidate,rater,criterion,rating,timestamp,probability,text\n"
        "a,C1,r,contain,met,,,One.\n"
        "a,C1,r,contain,partly,,,\n"
        "a,C2,r,notify,met,,,\n"
        "b,C1,r,contian,met,,,\n"
        "b,C1,r,contain,mostly,,,\n"
        "b,C1,r,,good,,,\n"
        "b,C1,,notify,met,,,\n"
        ",C1,r,notify,met,,,\n"
        "c,C1,r,contain,met,3/4/2026,,\n"
        "c,C1,r,notify,met,,1.5,\n"
        "a,C1,s,contain,met,,,Two.\n"
        "a,C1,s\n"
        "d,C1,r,contain,0.7,,,\n"
        f"{'e' * 201},C1,r,contain,1,,,\n"
        "f,C1,r,,nan,,,\n",
    )
    with pytest.raises(InputError) as caught:
        read_ratings(path, criteria=CRITERIA)
    assert [(p.line, p.message) for p in caught.value.problems] == [
        (3, '"r" rated contain of response "a" already (line 2).'),
        (4, 'Response "a" is of candidate "C2" here and of "C1" before.'),
        (5, 'There is no criterion "contian".'),
        (6, '"mostly" is no rating of contain.'),
        (7, '"good" is no rating of overall.'),
        (8, "No rater is named."),
        (9, "No response is named."),
        (10, '"3/4/2026" is no ISO 8601 time.'),
        (11, '"1.5" is no probability.'),
        (12, 'Response "a" has another text here than before.'),
        (13, "The row has 3 cells but the header has 8; quote the text."),
        (14, '"0.7" is no rating of contain.'),
        (15, "The response's id is longer than 200 characters."),
        (16, '"nan" is no rating of overall.'),
    ]
    assert 'r.csv:5: There is no criterion "contian". Did you mean "contain"?' in str(caught.value)


def test_a_file_that_breaks_off_still_tells_its_earlier_faults(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", 'response,rater,rating\na,r,bad\nb,r,"2\n')
    with pytest.raises(InputError) as caught:
        read_ratings(path)
    assert [p.line for p in caught.value.problems] == [2, 3]


def test_a_damaged_cell_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["id", "rater", "score"], ["a", "r", "=1+1"]])
    with pytest.raises(
        InputError, match=r'r\.xlsx:2: Column "score": The cell\'s formula has no stored value'
    ):
        read_ratings(path)


def test_own_column_names_and_left_out_criteria(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv",
        "answer id,who,what,mark,score\na,r,whole,3,x\na,r,contain,1,x\na,r,mood,jolly,x\n",
    )
    columns = RatingColumns(
        response="answer id", rater="who", criterion="what", rating="mark", overall="whole"
    )
    imported = read_ratings(path, columns=columns, criteria=CRITERIA, ignored=["mood"])
    assert brief(imported) == [("a", "overall", "r", 3), ("a", "contain", "r", 1)]
    assert imported.exclusions == ()


def test_rsmtool_table(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv",
        "spkitemid,candidate,sc1,sc2,system,length\n"
        "001,C1,0,,2.75,80\n"
        "002,C1,3,4,3.1,90\n"
        "003,C2,TD,4,2.9,70\n"
        "004,C2,2,,,60\n"
        "005,C3,,x,1e400,60\n",
    )
    imported = read_ratings(path, criteria=CRITERIA)
    assert brief(imported) == [
        ("001", "overall", "sc1", 0),
        ("001", "overall", "system", 2.75),
        ("002", "overall", "sc1", 3),
        ("002", "overall", "sc2", 4),
        ("002", "overall", "system", 3.1),
        ("003", "overall", "sc2", 4),
        ("003", "overall", "system", 2.9),
        ("004", "overall", "sc1", 2),
    ]
    assert imported.models == {"system"}
    assert [r.candidate for r in imported.responses] == ["C1", "C1", "C2", "C2", "C3"]
    assert lost(imported) == [
        ("r.csv:4", 'sc1 of response 003: "TD" is no number.'),
        ("r.csv:5", "system of response 004: there is no score."),
        ("r.csv:6", "sc1 of response 005: there is no score."),
        ("r.csv:6", 'sc2 of response 005: "x" is no number.'),
        ("r.csv:6", 'system of response 005: "1e400" is no number.'),
    ]


def test_rsmtool_workbook_with_own_columns(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx",
        [["ID", "h1", "first", "engine"], [1, 9, 0, 1.5], [2, 9, "#N/A", 2.5], [3, 9, 4, None]],
    )
    columns = RatingColumns(human="first", system="engine")
    imported = read_ratings(path, columns=columns)
    assert brief(imported) == [
        ("1", "overall", "first", 0),
        ("1", "overall", "engine", 1.5),
        ("2", "overall", "engine", 2.5),
        ("3", "overall", "first", 4),
    ]
    assert [place for place, _ in lost(imported)] == ["r.xlsx:3", "r.xlsx:4"]


def test_a_response_twice_in_an_rsmtool_table(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", "id,sc1\na,1\na,2\n")
    with pytest.raises(InputError, match=r'r\.csv:3: "sc1" rated overall of response "a" already \(line 2\)'):
        read_ratings(path)


def test_a_column_for_each_criterion(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.csv",
        "response,rater,Contain,notify,overall,remark\na,r,met,0,4,good\na,s,,partly,5,\n",
    )
    imported = read_ratings(path, criteria=CRITERIA)
    assert brief(imported) == [
        ("a", "contain", "r", 1),
        ("a", "notify", "r", 0),
        ("a", "overall", "r", 4),
        ("a", "notify", "s", 0.5),
        ("a", "overall", "s", 5),
    ]
    assert lost(imported) == [
        ("r.csv:1", 'The column "remark" is no known criterion and was not read.'),
        ("r.csv:3", "contain of response a by s: the rating is blank."),
    ]
    assert lost(read_ratings(path, criteria=CRITERIA, ignored=["remark"]))[0][0] == "r.csv:3"


@pytest.mark.parametrize(
    ("header", "layout", "message"),
    [
        ("response,rater,contain", None, "Nothing here is known as ratings"),
        ("response,score", None, "Nothing here is known as ratings"),
        ("response,rater,score,sc1", None, "laid out as long or as rsmtool"),
        ("who,rater,score", None, "No column for the response was found"),
        ("response,score,x", RatingLayout.LONG, "No column for the rater was found"),
        ("response,rater,x", RatingLayout.BY_CRITERION, "No column is a criterion's"),
        ("response,rater,score", RatingLayout.LABEL_STUDIO, 'kind ".csv" cannot be laid out as label_studio'),
        ("response,rater,Rater,score", None, "More than one column could be the rater"),
        ("response,rater,overall,Overall", None, "Two columns stand for the same criterion"),
    ],
)
def test_headers_that_are_refused(tmp_path: Path, header: str, layout: RatingLayout, message: str) -> None:
    path = write(tmp_path / "r.csv", f"{header}\n{','.join('1' for _ in header.split(','))}\n")
    with pytest.raises(InputError, match=message):
        read_ratings(path, layout=layout)


def test_a_layout_can_be_forced(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", "id,rater,score,sc1\na,r,1,2\n")
    assert brief(read_ratings(path, layout=RatingLayout.LONG)) == [("a", "overall", "r", 1)]
    assert brief(read_ratings(path, layout=RatingLayout.RSMTOOL)) == [
        ("a", "overall", "sc1", 2),
        ("a", "overall", "score", 1),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("r.csv", "response,rater,rating\na,r,\n", r"There are no ratings in the file\. 1 were left out"),
        ("r.csv", "response,rater,rating\n", "has a header but no rows"),
        ("r.txt", "x", r'Files of the kind "\.txt" are not read'),
    ],
)
def test_files_without_ratings(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_ratings(write(tmp_path / name, content))


def test_a_missing_file(tmp_path: Path) -> None:
    for name in ("none.csv", "none.xlsx", "none.json"):
        with pytest.raises(InputError, match=f"{name}: The file could not be opened"):
            read_ratings(tmp_path / name)


def test_texts_are_joined_by_response(tmp_path: Path) -> None:
    imported = read_ratings(write(tmp_path / "r.csv", "response,rater,rating\na,r,1\nb,r,2\n"))
    texts = write(tmp_path / "t.csv", "id,candidate,response\na,C1,First answer\nz,C9,Other\n")
    joined = join_texts(imported, texts)
    assert [(r.id, r.candidate, r.text) for r in joined.responses] == [
        ("a", "C1", "First answer"),
        ("b", "b", None),
    ]
    assert lost(joined) == [("t.csv:3", "Nobody rated response z.")]
    assert joined.ratings == imported.ratings


def test_texts_that_do_not_go_with_the_ratings(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", "response,candidate,rater,rating,text\na,C1,r,1,One\n")
    imported = read_ratings(path)
    with pytest.raises(InputError) as caught:
        join_texts(imported, write(tmp_path / "t.csv", "response,candidate,text\na,C2,Two\n"))
    assert [str(p) for p in caught.value.problems] == [
        't.csv:2: Response "a" is of candidate "C1" in r.csv. Give it one candidate.',
        't.csv:2: Response "a" has another text in r.csv. Give each response one text.',
    ]
    with pytest.raises(InputError, match=r"None of its responses is one of r\.csv"):
        join_texts(imported, write(tmp_path / "u.csv", "response,text\n1,One\n"))


def test_a_thousand_ratings_take_no_time(tmp_path: Path) -> None:
    rows = [f"a{n // 10},r{n % 10},contain,met" for n in range(1000)]
    path = write(tmp_path / "r.csv", "\n".join(("response,rater,criterion,rating", *rows)))
    start = time.process_time()
    assert len(read_ratings(path, criteria=CRITERIA).ratings) == 1000
    assert time.process_time() - start < 0.5

import pytest

from grader.passwords import holds_password, masked, masked_command


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://me:s3cret@db/grades", "postgresql+psycopg://me:***@db/grades"),
        ("--ledger=postgresql://me:s3cret@db/grades", "--ledger=postgresql://me:***@db/grades"),
        ("postgresql://me:s3/cr@et s3cret@db:5432/d", "postgresql://me:***@db:5432/d"),
        ("postgresql://:s3cret@db/d", "postgresql://:***@db/d"),
        ("postgresql://me@db/d?password=s3cret&a=b", "postgresql://me@db/d?password=***&a=b"),
        ("postgresql://db:5432/d?a=b&sslPassword=s3@cret", "postgresql://db:5432/d?a=b&sslPassword=***"),
    ],
)
def test_a_password_is_masked(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert holds_password(url)


@pytest.mark.parametrize(
    "word", ["runs/ledger.db", "postgresql://me@db:5432/d", "http://h:80/v1", "a@b", "postgresql://***@h/d"]
)
def test_other_words_stay_as_they_are(word: str) -> None:
    assert masked(word) == word
    assert not holds_password(word)


def test_each_word_of_a_command_is_masked_for_itself() -> None:
    words = ["grader", "grade", "--ledger", "postgresql://u:p w@h/d", "--candidate", "a@b"]
    assert masked_command(words) == "grader grade --ledger 'postgresql://u:***@h/d' --candidate a@b"

from email.message import EmailMessage

import pytest

from grader.readers.encoding import UnreadableError
from grader.readers.mail import read_eml


def mail(subject: str = "Your visit") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann Roe <ann@example.org>"
    message["To"] = "Bob Poe <bob@example.org>"
    message["Cc"] = "team@example.org"
    message["Subject"] = subject
    return message


def test_subject_and_body_without_names_and_addresses() -> None:
    message = mail("Überfällig: your visit – Tuesday")
    message.set_content("Dear team,\n\nplease call “C7”.\n", cte="quoted-printable")
    text, note = read_eml(message.as_bytes())
    assert text == "Subject: Überfällig: your visit – Tuesday\n\nDear team,\n\nplease call “C7”.\n"
    assert note == ""


def test_plain_text_goes_before_html() -> None:
    message = mail()
    message.set_content("plain body\n")
    message.add_alternative("<p>html body</p>", subtype="html")
    assert read_eml(message.as_bytes())[0] == "Subject: Your visit\n\nplain body\n"


def test_html_becomes_text_with_its_lists() -> None:
    message = mail()
    html = "<style>p{color:red}</style><p>Dear team,</p><ul><li>call</li><li>note &amp; wait</li></ul>"
    message.set_content(html, subtype="html", cte="base64")
    assert read_eml(message.as_bytes())[0] == "Subject: Your visit\n\nDear team,\n\n  * call\n  * note & wait"


def test_html_stands_in_for_an_empty_plain_part() -> None:
    message = mail()
    message.set_content(" \n")
    message.add_alternative("<p>html body</p>", subtype="html")
    assert read_eml(message.as_bytes())[0] == "Subject: Your visit\n\nhtml body"


def test_attachments_are_noted_and_not_read() -> None:
    message = mail()
    message.set_content("see below\n")
    message.add_attachment("secret notes", filename="ann_roe.txt")
    message.add_attachment(b"\x00", maintype="image", subtype="png", filename="a.png")
    text, note = read_eml(message.as_bytes())
    assert text == "Subject: Your visit\n\nsee below\n"
    assert note == "2 attachment(s) of the e-mail were not read."


def test_an_e_mail_that_is_only_its_attachment_is_unreadable() -> None:
    message = mail()
    message.add_attachment("the answer", filename="answer.txt")
    with pytest.raises(UnreadableError, match="save the attachment"):
        read_eml(message.as_bytes())


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("utf-8", "utf-8"),
        ("windows-1252", "cp1252"),
        ("iso-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("no-such-charset", "utf-8"),
        ("hex", "utf-8"),
    ],
)
def test_charsets_true_and_false(charset: str, codec: str) -> None:
    kind = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"
    head = f"Subject: x\r\n{kind}\r\n"
    text, _ = read_eml(head.encode() + "I’d call the “aunt”.\r\n".encode(codec))
    assert text == "Subject: x\n\nI’d call the “aunt”.\n"


def test_a_body_without_headers_and_an_empty_mail() -> None:
    assert read_eml(b"Dear team\nplease call.\n")[0] == "Dear team\nplease call.\n"
    assert read_eml(b"") == ("", "")


def test_binary_bodies_are_unreadable() -> None:
    with pytest.raises(UnreadableError, match="binary"):
        read_eml(b"Content-Type: text/plain; charset=us-ascii\n\n\x00\xff\xfe\x81")

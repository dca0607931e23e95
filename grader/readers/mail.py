"""E-mail files: the subject line and the body. Addresses and names in the headers stay out of the text."""

from email import policy
from email.errors import MessageError
from email.message import MIMEPart
from email.parser import BytesParser

from inscriptis import get_text
from inscriptis.model.config import ParserConfig

from grader.readers.encoding import UnreadableError, decode, stored

ODD = (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What the mail and HTML parsers raise on malformed headers and bodies."""

_TRUE_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252"}  # as web browsers and mail programs read them


def read_eml(data: bytes) -> tuple[str, str]:
    """(subject and body, note on attachments). Plain text is preferred to HTML. Raises UnreadableError."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        plain, html = (message.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
        body = _content(plain)
        if not body.strip():
            body = _from_html(_content(html))
        attachments = sum(1 for _ in message.iter_attachments())
        subject = stored(str(message["subject"] or "")).strip()
    except ODD as error:
        raise UnreadableError("The e-mail is malformed; save its text as .txt.") from error
    if attachments and not body.strip():
        raise UnreadableError("The e-mail has attachments but no text; save the attachment as the answer.")
    text = f"Subject: {subject}\n\n{body}" if subject else body
    return text, f"{attachments} attachment(s) of the e-mail were not read." if attachments else ""


def _content(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        return stored(payload.decode(_TRUE_NAMES.get(charset, charset)))
    except (LookupError, ValueError):  # the charset is unknown, or is not the true one
        return decode(payload)


def _from_html(html: str) -> str:
    lines = get_text(html, ParserConfig(display_images=False)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")

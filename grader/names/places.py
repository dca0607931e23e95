"""Where a word stands as the writer's own name: in a sign-off, an introduction, a header line."""

import re

_CLOSING = re.compile(
    r"(?<![^\W\d_])(?:regards|wishes|sincerely|truly|faithfully|respectfully|cordially|gratefully|thanks|"
    r"thank you|thx|cheers|best|yours|love|signed|sincerely yours|so much|very much|in advance|again)"
    r"[ \t]*[,.!:;]*[\s*_~–—-]*\Z"
)
_INTRODUCTION = re.compile(
    r"(?<![^\W\d_])(?:my name is|my name['’]s|i am|i['’]m|call me|this is|it['’]s)[ \t]+\Z"
)
_INTRODUCED = re.compile(r"[ \t]*(?:[.,;:!()–—-]|\n|\Z)|[ \t]+(?:from|at|with|here|again|and i)(?![^\W\d_])")
_HEADER = re.compile(
    r"(?:\A|\n)[ \t>*_#-]*(?:from|name|full name|candidate|applicant|sender|author|signed|signature|by|"
    r"prepared by|submitted by|written by)[ \t*_]*:[^\n]*\Z"
)
_SIGNED_END = re.compile(r"[ \t*_~]*[.!]?[ \t*_~]*(?:\n|\Z)|[ \t]*[,|(/–—-]")
_TITLE = re.compile(r"(?<![^\W\d_])(?:mr|mrs|ms|miss|mx|dr|prof|professor|doctor)\.?[ \t\n]+\Z")
_DASH = re.compile(r"\s*[–—-]+\s*")
_AROUND = 100
_SIGNATURE_LINES = 4
_EDGES = " \t*_~.,;:!>()-–—"


def is_own(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, which may be a name, stands where writers name themselves."""
    before = text[max(0, start - _AROUND) : start]
    if _CLOSING.search(before) and _SIGNED_END.match(text, end):
        return True
    if _INTRODUCTION.search(before) and _INTRODUCED.match(text, end):
        return True
    return bool(_HEADER.search(before)) or _is_signature(text, start, end)


def after_title(text: str, start: int) -> bool:
    """Whether a title such as `Ms.` stands before."""
    return _TITLE.search(text[max(0, start - _AROUND) : start]) is not None


def signatures(text: str) -> list[tuple[int, int]]:
    """What stands alone on the rest of a line after a closing, or after a dash at the end: initials may."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        starts = _starts(text, line.start(), line.end())
        if not text[line.end() :].strip() and (dash := _DASH.match(line[0])):
            starts.append(line.start() + dash.end())
        for start in starts:
            end = start + len(text[start : line.end()].rstrip(_EDGES))
            if start < end:
                found.append((start, end))
    return found


def _starts(text: str, begin: int, end: int) -> list[int]:
    starts = [begin, *(begin + m.end() for m in re.finditer(r"[,.!–—-]\s*", text[begin:end]))]
    starts = [start + _leading(text[start:end]) for start in starts if end - start <= _AROUND]
    return [start for start in starts if _CLOSING.search(text[max(0, start - _AROUND) : start])]


def _leading(piece: str) -> int:
    return len(piece) - len(piece.lstrip(_EDGES))


def _is_signature(text: str, start: int, end: int) -> bool:
    """Alone on one of the last lines."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    if text[begin:start].strip(_EDGES) or text[end:stop].strip(_EDGES):
        return False
    lines_after = [line for line in text[stop:].split("\n") if line.strip()]
    return bool(text[:begin].strip()) and len(lines_after) < _SIGNATURE_LINES

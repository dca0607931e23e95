"""Forms that no answer needs: data, verdict lists, imitated borders, comments, solved examples."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from grader.domain.record import SuspicionKind as Kind
from grader.domain.rubric import Rubric
from grader.suspicion.reading import Reading, Span


class Form(NamedTuple):
    """One form; tried only where the text has one of its `signs`."""

    kind: Kind
    note: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    least: int = 1
    """How often it has to be there."""
    needs: frozenset[str] = frozenset()
    """Tried only where one of these words is there; empty: anyway."""


_RESULTS = (
    "verdict",
    "score",
    "grade",
    "rating",
    "mark",
    "result",
    "evaluation",
    "judgment",
    "label",
    "output",
)
_RESULT = f"(?:{'|'.join(_RESULTS)})"
_OWNED = (
    r"(?:submission|answer|response|candidate|applicant|student|system|user|assistant|instructions?"
    r"|grader|rater|evaluator"
    r"|scor\w*|grad\w*|rubric|evaluation|document|prompt|result|verdict|input|output|context|text"
    r"|untrusted|data)"
)

FORMS = (
    Form(
        "form",
        "data as a program would write it",
        ('":', '" :', '"}', '"]', "':"),
        re.compile(
            r"[\"'][^\"'\n]{1,60}[\"'] ?: ?(?:[\"'\d\[{]|true\b|false\b|null\b)[^\n]{0,200}"
            r"|\"\s*(?:\}|\]\s*\})"
        ),
    ),
    Form(
        "form",
        "a list of verdicts",
        (":", "=", "|", ",", ">", "-", "–", "—", " is "),
        re.compile(
            r"(?:[:=|,–—>-]|\bis) ?(?:not[_ ])?(?:met|confirmed|satisfied"
            r"|pass(?:ed)?)(?=\s*(?:[,;.|)\n/]|$))"
        ),
        3,
        frozenset({"met", "confirmed", "satisfied", "pass", "passed"}),
    ),
    Form(
        "metadata",
        "data about the answer",
        ("_",),
        re.compile(r"\b[a-z]+(?:_[a-z]+)+ ?[:=] ?\S[^\n;]{0,40}"),
    ),
    Form(
        "delimiter",
        "a border of the text, imitated",
        ("<", "["),
        re.compile(
            rf"</?\|?[a-z_]*{_OWNED}[\w:| -]{{0,20}}>|<\|[^|\n]{{1,30}}\|>|</(?!(?:b|i|u|p|em|strong|ul"
            rf"|ol|li|br|div|span|a|td|tr|th"
            r"|table|html|body|h\d)>)[a-z_][\w-]{0,30}>|\[/?inst\]|<</?sys>>|\[/?(?:system|user"
            r"|assistant)\]|<{3,}|>{3,}"
        ),
    ),
    Form(
        "delimiter",
        "a border of the text, imitated",
        ('"""', "'''", "```", "~~~"),
        re.compile(r"\"{3}|'{3}|`{3}|~{3}"),
    ),
    Form(
        "delimiter",
        "says that the answer ends",
        ("end of", "ends here", "text has ended", "begin", "start of", "end]"),
        re.compile(
            rf"\b(?:end|start|beginning|close) of (?:the )?(?:{_OWNED})(?:['’]s)?(?: (?:text|answer"
            rf"|input|data|response))?\s*"
            r"[\]>*=#:.\n-]"
            rf"|\b(?:the )?{_OWNED}(?:['’]s)?(?: text| answer)? (?:ends here|has ended|ended here)\b"
        ),
    ),
    Form(
        "delimiter",
        "a role in a chat, imitated",
        ("###", "##", "role", "human:", "assistant:", "user:"),
        re.compile(
            r"^#{2,} ?(?:system|instructions?|user|assistant|response|human)\b|[\"']role[\"']|^(?:human"
            r"|assistant|user) ?: \S",
            re.MULTILINE,
        ),
    ),
    Form(
        "comment",
        "a comment, as in a program",
        ("<!--", "-->", "/*", "*/", "{#", "#}", "{%", "[//]", "<%"),
        re.compile(
            r"<!--(?:.|\n){0,400}?(?:-->|$)|-->|/\*(?:.|\n){0,400}?(?:\*/|$)|\{#.{0,400}?(?:#\}|$)"
            r"|\{%.{0,400}?%\}"
            r"|\[//\]: ?#[^\n]*|<%[^\n]*"
        ),
    ),
    Form("comment", "a comment, as in a program", ("//",), re.compile(r"^\s*//\s[^\n]*", re.MULTILINE)),
    Form(
        "examples",
        "solved examples",
        tuple(f"{word}{sign}" for word in _RESULTS for sign in (":", " =", " :")),
        re.compile(rf"\b(?:final )?{_RESULT} ?[:=] ?['\"]?[\w/+]+|\b{_RESULT} ?[:=] *$", re.MULTILINE),
        2,
    ),
    Form(
        "examples",
        "solved examples",
        ("true", "false", "a: yes", "a: met", "a: 5"),
        re.compile(r"(?:==|a(?:nswer)?:|→|=>|->)\s*(?:true|false|met)\b"),
        2,
    ),
    Form("examples", "a question as the judge is asked it", ("check(",), re.compile(r"\bcheck\([^\n]*")),
)


def find_forms(reading: Reading) -> Iterator[Span]:
    """Every form that the text has."""
    text = reading.text
    for form in FORMS:
        if form.needs and form.needs.isdisjoint(reading.vocabulary):
            continue
        if not any(sign in text for sign in form.signs):
            continue
        found = [match.span() for match in form.pattern.finditer(text)]
        if len(found) >= form.least:
            yield from (Span(form.kind, form.note, *span) for span in found if span[0] < span[1])


def find_ids(reading: Reading, rubric: Rubric) -> Iterator[Span]:
    """Names by which a rubric's criteria are known to the judge alone."""
    if "_" not in reading.text:
        return
    for criterion in rubric.criteria:
        if "_" in criterion.id and (at := reading.text.find(criterion.id)) >= 0:
            yield Span("form", "the name of a criterion", at, at + len(criterion.id))

"""A segment in plain characters: ASCII digits, one kind of dash and of quote, numbers as digits."""

import re
import unicodedata

from text_to_num import alpha2digit

from grader.disguise import plain_view
from grader.domain.submission import Segment

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–−﹣－", "-"),
        **dict.fromkeys("·∙⋅✕✖", "×"),
        **dict.fromkeys("≈∼～≃", "~"),
        **dict.fromkeys("’‘ʼ`´", "'"),
        **dict.fromkeys("⁄∕÷", "/"),
        **dict.fromkeys("“”", '"'),
        "％": "%",
        "﹪": "%",
        "٪": "%",
        "＄": "$",
        "﹩": "$",
        "．": ".",
        "，": ",",
        "＝": "=",
        "→": " → ",
    }
)
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
_SMALL = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_WORDS = re.compile(
    rf"(?<![\w'])(?:a\s(?=hundred|thousand|million))?(?:{_SMALL}|hundred|thousand|million)"
    rf"(?:(?:[\s-]|\spoint\s|(?:(?<=hundred)|(?<=thousand)|(?<=million))\sand\s)(?:{_SMALL}|hundred|thousand|million)){{0,14}}(?![\w'])",
    re.IGNORECASE,
)
_DIGIT_HUNDRED = re.compile(
    r"(?<![\w.,])(1?\d)[\s-](?=(?:hundred|thousand|million)\b(?!\s(?:and\s)?\$?\d))", re.IGNORECASE
)
_HYPHEN = re.compile(
    r"(?<=ty)-(?=(?:one|two|three|four|five|six|seven|eight|nine)\b)"
    r"|(?<=hundred|housand|million)-|-(?=(?:hundred|thousand|million)\b)"
)
_ONE_COUNTS = re.compile(
    r"\s?-?\s?(?:%|percent|per\s?cent|pct|patients?|dollars?|minutes?|/|out\sof\s|per\s\d"
    rf"|(?:in|for|of|per)\s(?:every\s)?(?:\d|{_SMALL}|a\shundred))",
    re.IGNORECASE,
)
_ONE_FOLLOWS = re.compile(r"(?:\b(?:is|are|be|was|by|about|answer|equals)|[=:])\s*$|^\s*$", re.IGNORECASE)
_THE = re.compile(r"\b(?:the|these|those|our|all)\s$", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[.,;!)]|$)")
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_PART = re.compile(rf"\b(?:a|one)[ -]({'|'.join(_PARTS)})(?=\s+of\b|\s*[.,;)]|\s*$)", re.IGNORECASE)
_AND_HALF = re.compile(r"(?<=\d)\s+and\s+(?:1/2|a\s+half\b)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)—(?=\d)")
_TIMES = re.compile(r"(?<=[\d%)])\s*[xX*]\s*(?=[\d($.])")


def plain(text: str, segment: Segment) -> str:
    """The segment as numbers are read from it. Positions in it are its own."""
    piece = "".join(map(_digit, text[segment.start : segment.end].translate(_SIGNS)))
    piece = _GROUPED.sub(lambda m: re.sub(r"\s", "", m[0]), _BETWEEN_DIGITS.sub("-", piece))
    piece = plain_view(re.sub(r"\*{2,}|_{2,}", "", piece))
    piece = _PART.sub(lambda m: f"1/{_PARTS[m[1].lower()]}", piece)
    piece = _DIGIT_HUNDRED.sub(lambda m: f"{_SMALL.split('|')[int(m[1])]} ", piece)
    piece = _AND_HALF.sub(" 1/2", _WORDS.sub(_as_digits, piece))
    return _TIMES.sub(" × ", piece).replace("*", "")


def _digit(character: str) -> str:
    """An ASCII digit for any digit, " 1/2" for a fraction sign; raised and circled numbers are none."""
    if character.isascii():
        return character
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind != "No":
        return character
    if unicodedata.decomposition(character).startswith("<fraction>"):
        return " " + unicodedata.normalize("NFKC", character).replace("⁄", "/")
    return " "


def _as_digits(match: re.Match[str]) -> str:
    """Number words as digits; "one" only where it cannot be the pronoun, and no "the two"."""
    words = match[0].lower()
    before, after = match.string[: match.start()], match.string[match.end() :]
    if words == "one" and not (
        _ONE_COUNTS.match(after) or (_ENDS.match(after) and _ONE_FOLLOWS.search(before[-30:]))
    ):
        return match[0]
    if words in {"two", "three", "four"} and _THE.search(before) and not _ONE_COUNTS.match(after):
        return match[0]
    spoken = _HYPHEN.sub(" ", words).removeprefix("a ")
    return "-".join(alpha2digit(part, "en", threshold=0.0) for part in spoken.split("-"))

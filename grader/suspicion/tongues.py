"""Passages in another language than English: a judge may obey what the person who reads along cannot."""

import re
from collections.abc import Iterator

from grader.suspicion.reading import WORD, Reading, Span, vocabulary

_LETTERS = 10
"""Of another script, from which on they are a passage and not a name."""
_FUNCTION_WORDS = 3
_SHARE = 0.2

_OTHER_SCRIPT = (
    r"[\u0370-\u1cff\u1f00-\u1fff\u2e80-\u2fdf\u3005-\u3007\u3041-\ua4cf\ua500-\ua64b\uac00-\ud7ff"
    r"\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc\U00020000-\U0003ffff]"
)
_PASSAGE = re.compile(rf"{_OTHER_SCRIPT}(?:[^\na-z]*{_OTHER_SCRIPT})*")
_ONE = re.compile(_OTHER_SCRIPT)
_UNIT = re.compile(r"[^.!?;\n]+")

_ENGLISH = vocabulary(
    """the to and of in is for we you i it that this with are be will on have our as your not at by
        from they was or all if has who what when where which can should would please their
        them his her he she so but do an there were been my me us after before about any each
        every no more than then"""
)
_FOREIGN = (
    vocabulary(
        """el los las una por para con que esta este esto todos todas muy pero como está están son su sus
        del al y sin más se lo ser hay ningún ninguna también porque le les des une et est dans
        pour avec sur cette ce qui pas vous nous tous toutes sont il elle ne du aux être à où
        mais cet ces leur der das und ist nicht mit für auf dem ein eine einen einer sie alle
        wird werden sind zu bitte diese dieser dieses dieses im von auch oder keine kein ich
        wir hat haben als bei nach o os um uma não com em da dos das na nos este foram é são
        mais pelo pela à ao aos muito também nenhum il gli che di per una con non sono è della
        delle dei nel nella questo questa tutti tutte più anche come alla si nessun un lo de
        het een en van voor niet zijn met deze dit dat wordt ook alle aan op je u naar i w z na
        się nie to jest do że są wszystkie tej tego oraz przez dla tę bez ve bir bu için ile
        tüm olarak lütfen değil da çok och att det som är på inte för alla av till den dan yang
        untuk dengan ini itu adalah tidak semua dari và là của cho này các được không có với
        một si și este pentru cu nu sunt care din toate"""
    )
    - _ENGLISH
    - vocabulary(
        """a an i in is on no do so me he at as am was die den man son die hat war per via se de la to us
        due"""
    )
)


def find_other_languages(reading: Reading) -> Iterator[Span]:
    """Passages in another script, and sentences in another language of the Latin script."""
    text = reading.text
    if not text.isascii():
        for passage in _PASSAGE.finditer(text):
            if len(_ONE.findall(passage[0])) >= _LETTERS:
                yield Span("language", "a passage in another script", *passage.span())
    if len(_FOREIGN & reading.vocabulary) < _FUNCTION_WORDS:
        return
    for unit in _UNIT.finditer(text):
        words = WORD.findall(unit[0])
        foreign = sum(word in _FOREIGN for word in words)
        english = sum(word in _ENGLISH for word in words)
        if foreign >= _FUNCTION_WORDS and foreign > 2 * english and foreign >= _SHARE * len(words):
            yield Span("language", "a passage in another language", *unit.span())

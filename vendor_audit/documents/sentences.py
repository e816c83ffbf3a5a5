"""Text cut into sentences, in four languages, in time that grows with its length.

A full stop ends a sentence unless it is of an abbreviation, an initial, an ordinal or a reference. What is doubtful
stays together: half a sentence quoted as evidence misleads, two sentences quoted do not. A semicolon ends nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”\u2019»\u203a“)\]]*+\s++(?=(\S))")
_LONGEST_WORD: Final = 40
_OPENING: Final = frozenset("\"'“\u2018„«\u2039([•\u2013—-")

_ABBREVIATIONS: Final = words(
    # Never at the end of a sentence, or so rarely that it is wiser to go on.
    """
    art arts artt
    no nos nr nrn sec sect secs par para paras pt pts cl ch chap vol fig tab ed eds cf resp e.g i.e eg ie
    viz vs approx incl excl esp mr mrs ms dr prof hon st ste mme mlle reg dir dec ca v p pp s ff n app ann cons rec
    abs lit ziff nr bzw z.b zb d.h dh u.a ua u.ä o.ä o.a oa u.u i.d.r i.s.d i.s.v i.v.m ivm i.h.v gem vgl sog ggf ggfs
    evtl insb inkl exkl zzgl max min ca rn rz aufl bd hrsg geb str tel abl verordn z.t u.z m.e m.w.n i.ü i.e.s usf
    s.o s.u al par.ex ex réf réf env av bd boul éd chap n° art.l l r d conf tit alin mm m.m
    bijv bv t.a.v t.o.v m.b.t i.v.m d.w.z nl jl resp vgl evt o.m m.a.w i.p.v z.o.z n.a.v a.d.h.v dhr mevr mr drs ir
    """
)
_COMPANIES: Final = words(
    """
    inc ltd co corp llc plc llp b.v bv n.v nv s.a s.a.s s.a.r.l sarl s.r.l s.p.a gmbh e.v e.k u.s u.k u.s.a etc usw enz
    """
)
"""These end a sentence only where the next word is one that begins sentences."""
_STARTERS: Final = words(
    """
    the this these that those in if it its a an each any all where when upon such no for after before at as by on to we
    you our your they there customer controller processor provider both neither either only without except unless
    der die das dieser diese dieses ein eine es er sie wir ihr im in bei auf für nach vor wenn soweit sofern falls wird
    ist sind soll zu zur zum alle jede jeder jedes der mit ohne auch
    le la les l' ce cette ces un une il elle ils nous vous en si lorsque pour dans à au aux par tout toute toutes
    de het een dit deze die dat er wij we u indien als bij op voor na alle elke in zij hij
    """
)
_MONTHS: Final = words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember jan feb mär apr jun jul
    aug sep sept okt nov dez quartal halbjahr jahrhundert senat kammer abschnitt kapitel absatz satz auflage instanz
    stufe
    """
)
_ORDINAL_LEADS: Final = words("am vom zum der den dem im des die bis ab seit dieser jeder")
_ELIDED = re.compile(r"^[a-z]{1,2}['\u2019]")
"""The French article before a vowel."""
_TOKEN = re.compile(r"\S+\Z")


def split(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence with its place in the text; together they are the text but for white space."""
    start = 0
    for match in _END.finditer(text):
        if _ends(text, match):
            sentence = text[start : match.end()].strip()
            if sentence:
                yield start, sentence
            start = match.end()
    if text[start:].strip():
        yield start, text[start:].strip()


def _ends(text: str, match: re.Match[str]) -> bool:  # noqa: PLR0911 - a return for each reason
    """Whether a sentence ends at the mark."""
    following = match[1]
    if following.islower() or following in ",;:)]":
        return False
    mark = match[0].strip()
    if mark[0] in "!?" or len(mark.rstrip("\"'”\u2019»\u203a“)]")) > 1 or mark[0] == "…":
        return following.isupper() or following in _OPENING or following.isdigit()
    word = _word_before(text, match.start())
    bare = _ELIDED.sub("", word.lower().lstrip("\"'“\u2018„«\u2039([{*/-"))
    closed = len(mark) > 1
    if closed and bare not in _ABBREVIATIONS:
        return True
    next_word = _next_word(text, match.end())
    if bare in _COMPANIES:
        return next_word in _STARTERS
    if bare in _ABBREVIATIONS or (len(bare) == 1 and bare.isalpha()):
        return False
    if "." in bare and all(len(part) == 1 for part in bare.split(".")):
        return next_word in _STARTERS and len(bare) > 1
    if bare.isdigit():
        return _number_ends(text, match.start() - len(word), bare, next_word)
    return True


def _number_ends(text: str, begin: int, digits: str, next_word: str) -> bool:
    """Whether a sentence ends at a full stop behind a number: "the 3. Februar" goes on, "of Article 28. The" ends."""
    if next_word in _MONTHS:
        return False
    before = _word_before(text, begin - 1).lower() if begin > 0 else ""
    if not before:
        return False  # The text begins with a number: it is the clause's own.
    return len(digits) > 2 or before not in _ORDINAL_LEADS  # noqa: PLR2004 - ordinals have one or two digits


def _word_before(text: str, end: int) -> str:
    match = _TOKEN.search(text[max(0, end - _LONGEST_WORD) : end])
    return match[0] if match else ""


def _next_word(text: str, begin: int) -> str:
    word = text[begin : begin + _LONGEST_WORD].split(maxsplit=1)[0].lower()
    return word.strip("\"'“”\u2018\u2019„«»()[],.:;")

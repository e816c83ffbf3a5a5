"""The numbers that clauses, items and annexes carry: split off the text, and how deep they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 40
"""Characters of a number with its word: "Annex II to Appendix 3.1" is none."""


class NumberKind(StrEnum):
    """What a printed number is."""

    DECIMAL = "decimal"
    """``7``, ``7.2``, ``10.1.3``."""
    NAMED = "named"
    """``Article 12``, ``§ 3``, ``Clause 7.2``: a division with a word."""
    ANNEX = "annex"
    """``Annex II``, ``Part 1``, ``Anlage 1``: what stands above the numbered divisions."""
    ITEM = "item"
    """``(a)``, ``b)``, ``(iv)``, ``1)``: of a list."""
    BULLET = "bullet"
    """A dash or dot; the number is empty."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A text and the number before it."""

    number: str
    """As printed, without the full stop or colon behind it."""
    kind: NumberKind
    text: str
    """What follows."""
    length: int
    """How many characters of the original were cut off in front."""

    @property
    def depth(self) -> int:
        """Of a decimal number the count of its parts; 0 for an annex, 1 for everything else."""
        match self.kind:
            case NumberKind.DECIMAL:
                return self.number.count(".") + 1
            case NumberKind.ANNEX:
                return 0
            case _:
                return 1


_ANNEX_WORDS = (
    "annex|annexe|appendix|schedule|exhibit|attachment|part|chapter|title|addendum|anlage|anhang|teil|kapitel|abschnitt"
    "|titel|annexes?|partie|chapitre|titre|bijlage|deel|hoofdstuk|appendice"
)
_NAMED_WORDS = (
    "article|art|section|clause|paragraph|module|artikel|klausel|ziffer|ziff|paragraf|absatz|punkt|clausule|clausula"
    "|lid|paragraaf|section"
)
_VALUE = r"(?:\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVXLC]{1,7}|[A-Z](?:\.?\d{1,2})?)"
_SEPARATOR = r"\s*(?::|[.)](?=\s|\Z)|\s[-\u2013—|](?=\s)|[\u2013—](?=\s)|-(?=\s)|\Z)\s*"
_NAMED = re.compile(
    rf"(?P<number>(?:(?P<annex>{_ANNEX_WORDS})|(?P<named>{_NAMED_WORDS})\.?|(?P<sign>§{{1,2}}))(?![^\W\d_])\s*(?P<value>{_VALUE}))"
    rf"(?P<end>{_SEPARATOR}|\s+)",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,3}){0,5})(?P<end>\.?\)?[:]?)(?P<space>\s+|\Z)")
_GLUED = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,4}|\d{1,2}(?=\.[A-ZÄÖÜ][a-zäöü]))\.?(?=[A-ZÄÖÜÉÈ\"“„«][^\W\d_]|[\"“„«])"
)
_ROMAN_HEADING = re.compile(r"(?P<number>[IVX]{1,6}|[A-H])\.(?P<space>\s+)(?=\S)")
_ITEM = re.compile(
    r"(?P<number>\((?:[a-z]{1,2}|[ivxl]{1,6}|\d{1,2}|[A-Z]{1,2}|[IVX]{1,5})\)|(?:[a-z]{1,2}|[ivxl]{1,6}|[A-Z]|\d{1,2})\)|(?:[a-z]|[ivx]{2,5})\.)(?P<space>\s+|\Z)"
)
_BULLET = re.compile(r"(?:[•●○◦▪■□►▶‣∙·✓✔➢➤*\u2013—\u2212-]|o(?=\s[A-ZÄÖÜ]))\s+(?=\S)")
_DATE = re.compile(
    r"\d{1,2}\.(?:\d{1,2}\.(?:\d{2}|\d{4})(?!\d|\.\d))"
    r"|\d{1,2}\.?\s*(?:jan(?:uar[iy]?|vier)?|f[eé](?:b(?:ruar[iy]?)?|vrier)|m(?:är|ar|aa)(?:z|ch|s|t)|apr(?:il)?|avril|ma[iy]"
    r"|mei|ju[nl](?:i|e|y|ii?n|illet)?|ao[uû]t|aug(?:ust|ustus)?|sept?(?:emb(?:er|re))?|o[ck]t(?:ob(?:er|re))?"
    r"|nov(?:emb(?:er|re))?|d[eé][cz](?:emb(?:er|re))?)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:%|‰|°|€|\$|£|percent\b|prozent\b|million|billion|mrd\b|mio\b|euro?\b|EUR\b|USD\b|kilom|hours?\b|days?\b|uhr\b|stunden\b|tage\b|GB\b|MB\b)",
    re.IGNORECASE,
)


def split_number(text: str, *, heading: bool = False) -> Numbered | None:
    """Return what is printed before a text and the rest; None: no number that is one beyond doubt.

    In a heading more counts: "7 Sub-processors", "Article 12 Deletion". In a paragraph such a beginning may be a
    sentence about article 12.
    """
    if not text or not (text[0].isalnum() or text[0] in _FIRST):
        return None
    return _named(text, heading=heading) or _decimal(text, heading=heading) or _item(text, heading=heading)


_FIRST = frozenset("(§•●○◦▪■□►▶‣∙·✓✔➢➤*\u2013—\u2212-")


def _named(text: str, *, heading: bool) -> Numbered | None:
    match = _NAMED.match(text[:_LONGEST])
    if not match:
        return None
    end = match.end()
    if match["end"].isspace() and not heading:
        # "§ 3 Vergütung" names itself by its sign; "Annex II describes" is a sentence.
        return None
    if match["value"].isalpha() and match["value"] != match["value"].upper():
        return None
    if match["sign"] is None and not match["number"][0].isupper():
        return None
    kind = NumberKind.ANNEX if match["annex"] else NumberKind.NAMED
    return Numbered(" ".join(match["number"].split()), kind, text[end:].strip(), end)


def _decimal(text: str, *, heading: bool) -> Numbered | None:
    match = _DECIMAL.match(text[:_LONGEST])
    if match and not match["end"].startswith(")"):
        rest = text[match.end() :]
        plain = "." not in match["number"] and not match["end"]
        if _DATE.match(text) or _UNIT.match(rest) or (plain and not heading):
            return None
        if rest and not (rest[0].isalpha() or rest[0] in _BEGINS):
            return None
        return Numbered(match["number"], NumberKind.DECIMAL, rest.strip(), match.end())
    match = _GLUED.match(text[:_LONGEST])
    if match and not _DATE.match(text):
        return Numbered(match["number"], NumberKind.DECIMAL, text[match.end() :], match.end())
    return None


_BEGINS = frozenset("\"'“”„«»\u2018\u2019\u201a([{<*_`$€§")


def _item(text: str, *, heading: bool) -> Numbered | None:
    match = _BULLET.match(text)
    if match and text[-1] not in "-\u2013—":  # A word between dashes is none.
        return Numbered("", NumberKind.BULLET, text[match.end() :].strip(), match.end())
    match = _ITEM.match(text[:_LONGEST])
    if match:
        number = match["number"].removesuffix(".")
        return Numbered(number, NumberKind.ITEM, text[match.end() :].strip(), match.end())
    match = _ROMAN_HEADING.match(text[:_LONGEST])
    if match:
        kind = NumberKind.NAMED if heading else NumberKind.ITEM
        return Numbered(match["number"], kind, text[match.end() :].strip(), match.end())
    return None


def style_of(number: str) -> str:
    """Return the pattern of an item's number, equal for the items of one list: ``(a)``, ``(i)``, ``1)``; empty: bullet.

    A single i, v or x may be a letter or a Roman one: ask for the style of the item before.
    """
    inner = number.strip("().")
    if inner.isdigit():
        pattern = "1"
    elif inner and set(inner.lower()) <= set("ivxl"):
        pattern = "i" if inner.islower() else "I"
    elif inner:
        pattern = "a" if inner.islower() else "A"
    else:
        return ""
    return number.replace(inner, pattern, 1)

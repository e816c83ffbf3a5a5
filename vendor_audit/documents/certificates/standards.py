"""Standards and their editions: ``ISO/IEC 27001:2022``, ``DIN EN ISO/IEC 27001:2024-01``.

CEN counts its own years: EN ISO/IEC 27001:2017 is ISO's edition of 2013, EN ISO/IEC 27001:2023 is that of 2022.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.certificates.model import Standard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.documents.certificates.lines import Line

_STANDARD = re2.compile(
    r"(?i)\b((?:(?:BS|DIN|NEN|NF|UNE|UNI|SS|DS|SN|NBN|ONORM|ÖNORM|EN|NS|SFS|I\.?S\.?)[ -]{1,2}){0,3}"
    r"ISO(?:\s?/\s?(?:IEC|CEI))?)[ :-]{0,2}(27001|27701|27017|27018|27799|22301|20000-1|9001|14001|42001)\b"
    r"(?:\s?[:(/-]\s?((?:19|20)\d\d)\b(?:-\d\d)?\)?)?"
)
_AMENDMENT = re2.compile(
    r"(?i)^[\s,/]*(?:\+|/|incl(?:uding|\.)?|inkl\.?|,)?\s*(?:Amd\.?|Amendment|A)\s?(\d)\s?[:(-]\s?(20\d\d)"
)
_OF_CEN = {"2017": "2013", "2023": "2022", "2024": "2022"}
"""Year of the European or a national edition -> year of ISO's. DIN prints the month of its own edition too."""
_CEN = re2.compile(r"(?i)\b(?:EN|DIN|NEN|BS|NF|UNE|UNI|SS|DS|SN|NBN|ONORM|ÖNORM|NS|SFS)\b")
_ISO_YEARS = frozenset({"2005", "2013", "2022"})
_REPLACED = re2.compile(
    r"\b(replac\w*|supersed\w*|formerly|previous\w*|transition\w* from|instead of|ersetzt|vormals|bisher\w*|ehemals|"
    r"umstellung von|remplac\w*|anciennement|transition de|vervang\w*|voorheen|overgang van)\W+(\w+\W+){0,4}$"
)
_MET = re2.compile(
    r"\b(requirements? of|accordance with|according to|complies with|conforms? to|certified to|standard|norm|nach|"
    r"gemass|anforderungen (der|von)|exigences? de (la norme)?|conforme? a|norme|selon|eisen van|voldoet aan|"
    r"volgens)\W+(\w+\W+){0,3}$"
)
_EXTENSION = re2.compile(
    r"\b(extension (to|of)|erweiterung (zu|der)|extension de|uitbreiding (op|van)|in addition to)\W+(\w+\W+){0,3}$"
)
_BEFORE = 70
_MOST = 20
"""Standards that are kept; a certificate names a handful."""


@dataclass(frozen=True, slots=True)
class Named:
    """A standard where it is named."""

    standard: Standard
    line: Line
    is_met: bool
    """Whether the words before it say that it is met."""
    is_base: bool
    """Whether it is only what another one extends."""


def standards_in(lines: Iterable[Line]) -> list[Named]:
    """Return the standards that lines name, but for those that are replaced by another."""
    found: list[Named] = []
    for line in lines:
        for match in _STANDARD.finditer(line.text):
            before = line.lower[max(0, match.start() - _BEFORE) : match.start()]
            if _REPLACED.search(before):
                continue
            amendment = _AMENDMENT.match(line.text[match.end() : match.end() + 40])
            amendments = (f"Amd {amendment[1]}:{amendment[2]}",) if amendment else ()
            name = f"{'ISO' if match[2] in {'9001', '14001', '22301', '27799'} else 'ISO/IEC'} {match[2]}"
            text = " ".join(match[0].split())
            standard = Standard(name, match[3] or "", amendments, text)
            is_met = _MET.search(before) is not None
            found.append(Named(standard, line, is_met, _EXTENSION.search(before) is not None))
    return found


def summed_up(named: Iterable[Named]) -> tuple[Standard, ...]:
    """Return each standard once, with its edition if it is printed anywhere; of two editions both."""
    chosen: dict[tuple[str, str], Standard] = {}
    for each in named:
        standard = each.standard
        key = (standard.name, standard.edition)
        earlier = chosen.get(key)
        if earlier is None or (standard.amendments and not earlier.amendments):
            chosen[key] = standard if earlier is None else replace(earlier, amendments=standard.amendments)
    dated = {name for name, edition in chosen if edition}
    kept = [each for (name, edition), each in chosen.items() if edition or name not in dated]
    return tuple(kept[:_MOST])


def edition_of_27001(named: Iterable[Named]) -> tuple[str, str, Line | None]:
    """Return ISO's year of ISO/IEC 27001, else why it is not known; and the line that prints it."""
    printed: dict[str, list[Named]] = {}
    is_named = False
    for each in named:
        if each.standard.name == "ISO/IEC 27001":
            is_named = True
            if each.standard.edition:
                printed.setdefault(iso_edition(each.standard), []).append(each)
    if len(printed) > 1:
        met = {year: found for year, found in printed.items() if any(each.is_met for each in found)}
        printed = met if len(met) == 1 else printed
    if len(printed) > 1:
        return "", f"it names several editions: {', '.join(sorted(printed))}", None
    if printed:
        year, found = next(iter(printed.items()))
        return year, "", found[0].line
    return "", "it prints no edition of ISO/IEC 27001" if is_named else "it does not name ISO/IEC 27001", None


def iso_edition(standard: Standard) -> str:
    """Return the year of ISO's edition: 2022 for EN ISO/IEC 27001:2023."""
    if standard.edition in _ISO_YEARS or not _CEN.search(standard.text):
        return standard.edition
    return _OF_CEN.get(standard.edition, standard.edition)

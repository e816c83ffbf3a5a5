"""Who accredited the certification body, as far as it stands in text. A mark that is only a picture stays unknown."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import re2

from vendor_audit.documents.certificates.model import Accreditation
from vendor_audit.documents.certificates.patterns import any_says, as_written
from vendor_audit.documents.values.words import cut, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.certificates.lines import Line

_NEAR = 3
"""Lines before and behind the name in which its number may stand."""
_IAF = "IAF MLA"
_LONGEST = 80
_NO_NUMBERS = re2.compile(
    r"(?i)\b(?:iso|iec|en|17021|17065|17025|27001|27006)[\w/:.-]*|\b\d{1,2}\W{1,2}\w{2,10}\W{1,2}(?:19|20)\d\d\b|\b(?:19|20)\d\d\b"
)
_BESIDE = 120
"""Characters from the name on in which its number may stand."""


class _Body(NamedTuple):
    name: str
    country: str
    number: str


@cache
def _names() -> tuple[dict[str, _Body], re2._Regexp]:
    bodies = {
        alias: _Body(name, each["country"], each.get("number", ""))
        for name, each in vocabulary("certificates")["accreditation_bodies"].items()
        for alias in each["names"]
    }
    aliases = "|".join(re2.escape(each) for each in sorted(bodies, key=len, reverse=True))
    return bodies, re2.compile(rf"(?:^|[^\w])({aliases})(?:$|[^\w])")


def accreditation_of(lines: Sequence[Line]) -> tuple[Accreditation | None, Line | None]:
    """Return the accreditation with the line that names it; None: nothing of it stands in the text."""
    denial = any_says(lines, "not_accredited")
    if denial:
        return Accreditation("", is_denied=True), denial
    mark_line = any_says(lines, "recognition_marks")
    mark = _IAF if mark_line else ""
    bodies, pattern = _names()
    for index, line in enumerate(lines):
        match = pattern.search(line.text)
        if match:
            body = bodies[match[1]]
            number = _number(lines, index, match.start(1), body.number)
            return Accreditation(body.name, is_known=True, country=body.country, number=number, mark=mark), line
    for index, line in enumerate(lines):
        for each in as_written("accredited_by"):
            match = each.search(line.text)
            if match:
                name = match[1]
                for end in as_written("after_accreditor"):
                    name = end.sub("", name, 1)
                return Accreditation(
                    cut(name.strip(), _LONGEST), number=_number(lines, index, match.start(), ""), mark=mark
                ), line
    if mark_line:
        return Accreditation("", mark=mark), mark_line
    return None, None


def _number(lines: Sequence[Line], index: int, start: int, form: str) -> str:
    """Return the number of an accreditation, behind the name or in the lines around it; empty: there is none.

    Args:
        lines: all.
        index: of the line with the name.
        start: where the name begins in it.
        form: of the numbers of this body, RE2; empty: not known.
    """
    own = lines[index].text[start : start + _BESIDE]
    near = [own, *(each.text for each in lines[index + 1 : index + 1 + _NEAR])]
    near += [each.text for each in lines[max(0, index - _NEAR) : index]]
    if form:
        wanted = re2.compile(form)
        # A form of digits alone is looked for only behind the name: elsewhere any number would do.
        for text in near if form[0].isalpha() else near[:1]:
            match = wanted.search(_without_years(text))
            if match:
                return cut(match[0].strip(), _LONGEST)
    for text in near:
        for each in as_written("accreditation_numbers"):
            match = each.search(text)
            if match:
                return cut(match[1].strip(), _LONGEST)
    return ""


def _without_years(text: str) -> str:
    """Take standards and years out, so that no number of theirs is taken for one of an accreditation."""
    kept: str = _NO_NUMBERS.sub(" ", text)
    return kept

"""An agreement as a paper: whether it is one at all, whom it names, of which day it is, whether it was signed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.clauses.model import Kind, Status
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import folded, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_audit.documents.clauses.model import Json, Library
    from vendor_audit.documents.clauses.reading import Reading
    from vendor_audit.documents.model import Document

_DUTIES = ("28(", "33(")
_TITLE_SECTIONS = 8
_TITLE_BLOCKS = 6
"""Blocks at the beginning in which a title may stand."""
_LINE = 250
"""Characters of a line that may say the day of the paper; longer ones tell of laws and other contracts."""
_SENTENCE = 1_000
DOUBTFUL = "it cannot be told whether the paper is a data processing agreement"
_NOT_ONE = "the paper is no data processing agreement: it takes on too few of the duties of Article 28"


def is_agreement(document: Document, library: Library, readings: Sequence[Reading]) -> bool | None:
    """Return whether a paper is a data processing agreement: it takes on duties of Article 28, whatever its title.

    A page that explains the law, a notice of a controller, an addendum about transfers alone take on hardly any. None:
    it has no title of one and touches the duties without taking on many plainly, as long privacy notices and evasive
    agreements both do.
    """
    data = vocabulary("agreement")
    duties = [
        reading
        for reading in readings
        if reading.requirement.kind is Kind.DUTY and reading.requirement.id.startswith(_DUTIES)
    ]
    plain = sum(reading.status is Status.PRESENT for reading in duties)
    touched = sum(reading.found.status is not Status.ABSENT for reading in duties)
    if _explains(document, library) >= data["explaining_share"]:
        return False
    if _has_title(document, library):
        return bool(touched >= data["touched_with_title"])
    if plain >= data["plain_without_title"]:
        return True
    return None if touched >= data["doubtful_without_title"] else False


def without_duties(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings of a paper that is no agreement: whatever it says, it agrees nothing."""
    return tuple(
        reading if reading.status is Status.ABSENT else replace(reading, status=Status.ABSENT, note=_NOT_ONE)
        for reading in readings
    )


def in_doubt(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings of a paper of which nobody knows whether it is an agreement: nothing in it is sure."""
    return tuple(replace(reading, status=Status.UNCLEAR, note=DOUBTFUL) for reading in readings)


def paper_facts(
    document: Document, vendor_names: Sequence[str], customer_names: Sequence[str], product_names: Sequence[str]
) -> dict[str, Json]:
    """Return whom an agreement names, its day and version, and whether it has a place for signatures.

    ``names_vendor``, ``names_customer`` and ``names_product`` are absent where no name is given; ``dated`` and
    ``version`` where the paper has none that could be read.
    """
    data = vocabulary("agreement")
    day, version, signature = (_compiled(data[key]) for key in ("day", "version", "signature"))
    facts: dict[str, Json] = {"signature_block": False}
    text = [folded(block.text) for section in document.sections for block in section.blocks]
    headings = [folded(section.name) for section in document.sections]
    whole = "\n".join((folded(document.title), *headings, *text))
    for key, names in (("vendor", vendor_names), ("customer", customer_names), ("product", product_names)):
        if names:
            called = "|".join(re2.escape(folded(name)) for name in names)
            facts[f"names_{key}"] = bool(re2.search(rf"(?:^|\W)(?:{called})(?:$|\W)", whole))
    for line in (*headings, *text):
        if signature.search(line):
            facts["signature_block"] = True
        if "version" not in facts and (match := version.search(line[:400])):
            facts["version"] = match.group(1)
        if "dated" not in facts and len(line) <= _LINE and day.search(line):
            days = [each for each in find_days(line, document.language) if each.is_whole]
            if days:
                facts["dated"] = days[0].value
    return facts


def _explains(document: Document, library: Library) -> float:
    """Return the share of sentences outside of chapters of definitions that tell of the law."""
    told = total = 0
    for section in document.sections:
        if any(library.other_chapters.found(folded(each)) for each in section.path):
            continue
        for block in section.blocks:
            for sentence in block.sentences:
                total += 1
                told += library.quoted_law.found(folded(sentence.text[:_SENTENCE]))
    return told / total if total else 0.0


def _has_title(document: Document, library: Library) -> bool:
    first = document.sections[0] if document.sections else None
    beginning = [document.title, *(section.name for section in document.sections[:_TITLE_SECTIONS])]
    beginning += [block.text for block in first.blocks[:_TITLE_BLOCKS]] if first else []
    return any(library.title.found(folded(each[:200])) for each in beginning)


@cache
def _compiled(pattern: str) -> re2._Regexp:
    return re2.compile(pattern.strip())

"""What stands around a list: which sections are about sub-processors, and what a heading or a sentence says of all.

"These subprocessors are all located in the United States:" gives the place of the entries that follow and name none;
"European Union" as a heading does, too; "all of the above" gives that of those before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.values.places import read_places
from vendor_audit.documents.values.words import PASSAGE, any_of, folded, pattern, vocabulary

if TYPE_CHECKING:
    from vendor_audit.documents.model import Block, Document, Section

_ABOVE = re2.compile(
    r"\b(?:above|aforementioned|vorstehend\w*|oben|genannten|ci-dessus|precites|bovenstaande|bovengenoemde)\b"
)
_HEADING_REST = re2.compile(
    r"(?i)\b(?:our|the|list|of|third[- ]party|authorized|authorised|current|infrastructure|located|based|in|within|"
    r"outside|unsere|liste|aktuelle|mit|sitz|nos|onze|lijst|van|de|des|dans|en|im|der)\b|[\d.:()\x{2013}\x{2014}-]"
)


@dataclass(frozen=True, slots=True)
class Default:
    """What is said of all entries of a list."""

    countries: str = ""
    """The words that say where they process, to be read as a cell would be."""
    seat: str = ""
    """The words that say where they sit."""
    is_above: bool = False
    """Whether it speaks of those before it."""

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.countries or self.seat)


@cache
def _about() -> re2._Regexp:
    return any_of("subprocessors", "about")


def is_about(text: str) -> bool:
    """Return whether a text speaks of sub-processors."""
    return _about().search(folded(text[:PASSAGE])) is not None


@cache
def _follows() -> re2._Regexp:
    about = "|".join(f"(?:{each})" for each in vocabulary("subprocessors")["about"])
    return pattern(*(each.replace("{about}", f"(?:{about})") for each in vocabulary("subprocessors")["list_follows"]))


def says_that_list_follows(text: str) -> bool:
    """Return whether a sentence says that what follows are the sub-processors, and not what they have to do."""
    return _follows().search(folded(text[-PASSAGE:])) is not None and not is_of_duties(text)


def is_of_duties(text: str) -> bool:
    """Return whether a sentence says that what follows is what sub-processors have to do."""
    return any_of("subprocessors", "list_is_duty").search(folded(text[-PASSAGE:])) is not None


def relevant_sections(document: Document) -> list[tuple[Section, bool]]:
    """Return the sections that are about sub-processors, each with whether its headings say so.

    If no heading speaks of them, every section is returned, none of them sure: a page may be called "Our partners", and
    the first column of its table "Sub-processor".
    """
    found = [each for each in document.sections if _heading_says(each, document.title)]
    if found:
        return [(each, True) for each in found]
    return [(each, False) for each in document.sections if not _is_other(each)]


def _heading_says(section: Section, title: str) -> bool:
    """Decide by the nearest heading that tells."""
    other = any_of("subprocessors", "not_about")
    for heading in [*reversed(section.path), title]:
        lower = folded(heading[:PASSAGE])
        is_ours = _about().search(lower) is not None
        if other.search(lower) and not (is_ours and _is_cookie_page(lower)):
            return False
        if is_ours:
            return True
    return False


def _is_cookie_page(lower: str) -> bool:
    """Return whether a heading names two things in one: "Subprocessors and cookies"."""
    return "cookie" in lower


def _is_other(section: Section) -> bool:
    other = any_of("subprocessors", "not_about")
    return bool(section.heading) and other.search(folded(section.heading[:PASSAGE])) is not None


def default_of_heading(heading: str) -> Default:
    """Return what a heading says of the list under it: "European Union", "Sub-processors in Germany"."""
    bare = _HEADING_REST.sub(" ", _without_about(heading[:PASSAGE]))
    if any(each in folded(heading) for each in ("outside", "ausserhalb", "hors ", "buiten")):
        return Default()
    return Default(countries=bare) if read_places(bare).is_pure else Default()


def _without_about(text: str) -> str:
    """Take the words for sub-processors out of a heading, with the letters that a compound goes on with."""
    lower = folded(text)
    if len(lower) != len(text):
        text = lower
    pieces, behind = [], 0
    for match in _about().finditer(lower):
        pieces.append(text[behind : match.start()])
        behind = match.end()
    return " ".join([*pieces, text[behind:]])


def default_of_sentence(text: str) -> Default:
    """Return what a sentence says of all entries of a list; nothing if it speaks of some, or of exceptions."""
    lower = folded(text[:PASSAGE])
    meant, partly = any_of("subprocessors", "all_are", "meant"), any_of("subprocessors", "all_are", "partly")
    if not meant.search(lower) or partly.search(lower):
        return Default()
    is_seat = any_of("subprocessors", "all_are", "seated").search(lower) is not None
    is_place = any_of("subprocessors", "all_are", "located").search(lower) is not None
    places = read_places(text)
    if not (is_seat or is_place) or not places or not (places.countries or places.regions):
        return Default()
    said = ", ".join([*places.countries, *(_REGION_WORDS.get(each, each) for each in places.regions)])
    is_above = _ABOVE.search(lower) is not None
    return Default("" if is_seat else said, said if is_seat else "", is_above)


_REGION_WORDS = {"eu": "EU", "eea": "EEA", "north_america": "North America", "middle_east": "Middle East"}
"""How a region is written so that it is read again."""


def sentences_of(block: Block) -> list[str]:
    """Return the sentences of a block that is running text."""
    if block.kind in {BlockKind.ROW, BlockKind.HEADING}:
        return []
    return [each.text[:PASSAGE] for each in block.sentences] or [block.text[:PASSAGE]]

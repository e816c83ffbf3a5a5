"""Whom a privacy notice tells to write to, and of which day and version it says that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_audit.documents.notice_words import notice_words, patterns_at
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import folded, unaccented

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.model import Block, Document, Sentence

Json = Any

MOST_CONTACTS = 50
_LONGEST = 2_000
_QUOTE = 600
_MAIL = re.compile(
    r"(?<![\w.+-])(?P<name>[\w.+-]{1,64}) ?(?:@|\[at\]|\(at\)) ?"
    r"(?P<domain>(?:[\w-]{1,63}(?:\.| ?\[dot\] ?| ?\(dot\) ?)){1,6}[a-zA-Z]{2,24})(?![\w-])"
)
_DOT = re.compile(r" ?[\[(]dot[\])] ?")
_SPECIAL = ("dpo", "representative")
"""What an address is for, if the sentence or its lead-in says so, whatever else it says."""
_FIRST_BLOCKS, _LAST_BLOCKS = 25, 12
"""Where a notice says of which day it is."""
_GAP = 25
"""Characters between "last updated" and its day."""
NO_DAY = "the notice gives no day"


@dataclass(frozen=True, slots=True)
class Contact:
    """A mail address that the notice gives."""

    address: str
    purpose: str
    """``dpo``, ``representative``, ``requests``, ``controller`` or ``other``, by the words around it."""
    quote: str
    page: int
    """0: the format has no pages."""
    section: str

    @property
    def domain(self) -> str:
        """What is behind the at sign."""
        return self.address.rpartition("@")[2]

    def to_json(self) -> dict[str, Json]:
        """Return the contact as facts; ``page`` is absent where there are none."""
        shape: dict[str, Json] = {"address": self.address, "domain": self.domain, "for": self.purpose}
        shape |= {"quote": self.quote, "section": self.section}
        return shape | ({"page": self.page} if self.page else {})


def contacts_of(document: Document, language: str) -> tuple[Contact, ...]:
    """Return each address once for each purpose; its sentence says what it is for, else what stands before it."""
    found: dict[tuple[str, str], Contact] = {}
    for section in document.sections:
        before, path = "", folded(" ".join(section.path))
        for block in section.blocks:
            for sentence, address in _addresses(block):
                text = sentence.text[:_LONGEST]
                purpose = _purpose((folded(text), before, path), language)
                contact = Contact(address, purpose, text[:_QUOTE], sentence.page, section.name)
                found.setdefault((address, purpose), contact)
                if len(found) >= MOST_CONTACTS:
                    return tuple(found.values())
            before = folded(block.text[:_LONGEST])
    return tuple(found.values())


def _addresses(block: Block) -> Iterator[tuple[Sentence, str]]:
    """Yield the addresses that a block shows, then those that it only links to."""
    shown: set[str] = set()
    for sentence in block.sentences:
        for match in _MAIL.finditer(sentence.text[:_LONGEST]):
            address = _address(match)
            shown.add(address)
            yield sentence, address
    for link in block.links:
        linked = _MAIL.match(link[7:]) if link.startswith("mailto:") else None
        if linked is not None and _address(linked) not in shown and block.sentences:
            yield block.sentences[0], _address(linked)


def _address(match: re.Match[str]) -> str:
    return f"{match['name']}@{_DOT.sub('.', match['domain'])}".lower()


def _purpose(around: Sequence[str], language: str) -> str:
    """Return what an address is for, by its sentence, the block before it and the headings above it."""
    purposes = patterns_at(language, "notice", "contacts")
    own, before, _ = around
    for text in (own, before if before.endswith(":") else ""):
        for purpose in _SPECIAL:
            if purposes[purpose].found(text):
                return purpose
    for text in around:
        for purpose, pattern in purposes.items():
            if pattern.found(text):
                return purpose
    return "other"


def _edges(document: Document) -> Iterator[str]:
    """Yield the texts in which a notice says of which day it is: its headings, its beginning and its end."""
    blocks = [block for section in document.sections for block in section.blocks]
    yield from (section.name[:_LONGEST] for section in document.sections if section.name)
    for block in blocks[:_FIRST_BLOCKS] + blocks[-_LAST_BLOCKS:]:
        yield from (sentence.text[:_LONGEST] for sentence in block.sentences)


def day_of(document: Document, language: str) -> tuple[str, str]:
    """Return the day of the notice, the last if it gives several, and an empty reason; or why there is none."""
    label = re.compile(unaccented(notice_words(language)["dated"]))
    days: list[str] = []
    reason = NO_DAY
    for text in _edges(document):
        ends = [match.end() for match in label.finditer(folded(text))]
        for day in find_days(text, language) if ends else ():
            if any(-1 <= day.start - end <= _GAP for end in ends):
                days += [day.value] if day.value else []
                reason = day.reason or reason
    return (max(days), "") if days else ("", reason)


def version_of(document: Document, language: str) -> str:
    """Return the version's number; empty: the notice gives none."""
    pattern = re.compile(unaccented(notice_words(language)["version"]))
    return next((match[1] for text in _edges(document) if (match := pattern.search(folded(text)))), "")

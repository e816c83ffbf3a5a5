"""What stands under a label: a heading with its section, the cells beside or below a label, what follows "Label:"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vendor_audit.documents.clauses.model import Quote
from vendor_audit.documents.clauses.passages import LEADS_IN
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.values.words import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.clauses.model import Library, Requirement
    from vendor_audit.documents.clauses.parties import Parties
    from vendor_audit.documents.clauses.patterns import Pattern
    from vendor_audit.documents.model import Block, Document, Section

_LABEL = re.compile(r"^(?P<label>[^:.|\n]{3,140}?)\s*(?::|\s[-\u2013\u2014]\s|\.\s|\.?$)\s*(?P<content>.*)$", re.DOTALL)
_CONTENT_BLOCKS = 40
_LABEL_WORDS = 14
_LABEL_LENGTH = 140
_QUOTE = 600
_CELLS = 2
"""Cells of a row with a label and content."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands under a label."""

    text: str
    """Canonical; empty: nothing."""
    quote: Quote
    label: str = ""
    """Canonical; empty: the content is a sentence of its own."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds what stands under the labels of a requirement."""

    requirement: Requirement
    library: Library
    parties: Parties

    def find(self, document: Document) -> Iterator[Content]:
        """Yield the contents in the order of the document; chapters that agree nothing are left out."""
        for index, section in enumerate(document.sections):
            if any(self.library.other_chapters.found(self.parties.canonical(each)) for each in section.path):
                continue
            heading = self.parties.canonical(section.heading)
            if self._is_label(heading) and not self._is_subdivided(document.sections, index):
                yield replace(self._under_heading(document.sections, index), label=heading)
            for place, block in enumerate(section.blocks):
                if (content := self._labelled(block, section, place)) is not None:
                    label = block.cells[0] if block.cells else block.text.partition(":")[0]
                    yield replace(content, label=self.parties.canonical(label[:_LABEL_LENGTH]))

    def _is_label(self, canonical: str) -> bool:
        labels = self.requirement.labels
        return labels is not None and 0 < len(canonical.split()) <= _LABEL_WORDS and labels.found(canonical)

    def _all_labels(self) -> list[Pattern]:
        return [each.labels for each in self.library.requirements if each.labels is not None]

    def _is_some_label(self, text: str) -> bool:
        """Return whether a text is the label of any requirement."""
        canonical = self.parties.canonical(text)
        return len(text.split()) <= _LABEL_WORDS and any(each.found(canonical) for each in self._all_labels())

    def _is_subdivided(self, sections: Sequence[Section], index: int) -> bool:
        """Return whether two or more points are labelled by themselves under a heading: then it labels none."""
        found = 0
        for place, other in enumerate(sections[index:]):
            if place and other.level <= sections[index].level:
                break
            names = [other.heading] if place else []
            names += [each.cells[0] if each.cells else each.text[:120].partition(":")[0] for each in other.blocks]
            found += sum(self._is_some_label(name) for name in names)
        return found > 1

    def _under_heading(self, sections: Sequence[Section], index: int) -> Content:
        section = sections[index]
        blocks = list(section.blocks)
        for other in sections[index + 1 :]:
            if other.level <= section.level or len(blocks) > _CONTENT_BLOCKS:
                break
            blocks.extend(other.blocks)
        return self._content(blocks[:_CONTENT_BLOCKS], Quote(section.name, section.page, section.name))

    def _labelled(self, block: Block, section: Section, place: int) -> Content | None:
        """Return what a block gives after a label: other cells, the rest of a paragraph, the items after it."""
        if block.kind is BlockKind.ROW:
            return self._labelled_row(block, section, place)
        match = _LABEL.match(block.text)
        if not match or not self._is_label(self.parties.canonical(match["label"])):
            return None
        quote = Quote(block.text[:_QUOTE], block.page, section.name)
        following = list(self._deeper(section.blocks[place + 1 :], block)) if _leads(block) else []
        if match["content"].strip():
            words = " ".join((match["content"], *(each.text for each in following)))
            return Content(self.parties.canonical(words), quote)
        if not following:
            return Content("", quote) if block.text.rstrip().endswith(":") else None
        return self._content(following, quote)

    def _labelled_row(self, block: Block, section: Section, place: int) -> Content | None:
        """Return the rest of a row whose first cell is a label, or the column under a header cell that is one."""
        if not block.is_header:
            if len(block.cells) < _CELLS or not self._is_label(self.parties.canonical(block.cells[0])):
                return None
            words = " ".join(each for each in block.cells[1:] if each)
            return Content(self.parties.canonical(words), Quote(block.text[:_QUOTE], block.page, section.name))
        for column, cell in enumerate(block.cells):
            if self._is_label(self.parties.canonical(cell)):
                below = [
                    each.cells[column]
                    for each in section.blocks[place + 1 : place + 1 + _CONTENT_BLOCKS]
                    if each.kind is BlockKind.ROW and each.table == block.table and len(each.cells) > column
                ]
                quote = Quote(" | ".join(below)[:_QUOTE], block.page, section.name)
                return Content(self.parties.canonical(" ".join(below)), quote)
        return None

    def _deeper(self, blocks: Sequence[Block], lead: Block) -> Iterator[Block]:
        """Yield the items and rows under a lead-in; where none follow, the next paragraph."""
        level = lead.level if lead.kind is BlockKind.ITEM else 0
        for count, block in enumerate(blocks[:_CONTENT_BLOCKS]):
            if block.kind is BlockKind.ROW or (block.kind is BlockKind.ITEM and block.level > level):
                yield block
                continue
            # A form that nobody filled in: the next line is the next label.
            is_next = block.kind is BlockKind.PARAGRAPH and not self._is_some_label(block.text)
            if count == 0 and (is_next or block.kind is not lead.kind):
                yield block
            return

    def _content(self, blocks: Sequence[Block], fallback: Quote) -> Content:
        """Return blocks as content; the quote is the first of them that names something."""
        words = self.parties.canonical(" ".join(each.text for each in blocks))
        said = [each for each in blocks if each.text.strip() and not each.is_header]
        vocabulary = self.requirement.vocabulary
        named = [each for each in said if vocabulary and vocabulary.found(folded(each.text))]
        for first in (*named, *said):
            return Content(words, Quote(first.text[:_QUOTE], first.page, fallback.section))
        return Content(words, fallback)


def _leads(block: Block) -> bool:
    """Return whether what follows a block belongs to it: it leads in, or is hardly more than a label."""
    return block.text.rstrip().endswith(LEADS_IN) or len(block.text.split()) <= _LABEL_WORDS

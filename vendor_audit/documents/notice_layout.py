"""Privacy notices made ready for the clause engine, which reads sentences and list items, but no short cells.

A row becomes an item that the table's heading and header lead in; a list, or an entry such as an address, that stands
right under a heading is led in by it. What is quoted stays as the document has it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_audit.documents.model import Block, BlockKind, Sentence
from vendor_audit.documents.notice_words import pattern_at
from vendor_audit.documents.values.words import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.documents.model import Document, Section

_ENTRY = 25
"""Words of a paragraph that may be an entry under its heading."""


def with_rows_as_items(document: Document) -> Document:
    """Return the document with each row as an item, and with lists and entries led in by their heading."""
    return replace(document, sections=tuple(replace(each, blocks=tuple(_flat(each))) for each in document.sections))


def by_readers(document: Document, language: str) -> tuple[Document, Document]:
    """Return the part for everybody and the part for residents of some state only; the second may be empty."""
    other = pattern_at(language, "notice", "other_readers")
    parts: tuple[list[Section], list[Section]] = ([], [])
    for section in document.sections:
        parts[any(other.found(folded(each)) for each in section.path)].append(section)
    general, states = (replace(document, sections=tuple(each)) for each in parts)
    return (general, states) if general.sections else (document, general)


def _flat(section: Section) -> Iterator[Block]:
    table = 0
    is_entry = _hangs_on_heading(section)
    for index, block in enumerate(section.blocks):
        if block.kind is BlockKind.ROW and block.table != table:
            table = block.table
            header = block.text if block.is_header else ""
            yield _lead(": ".join(filter(None, (section.heading, header))), block)
        elif index == 0 and (is_entry or (block.kind is BlockKind.ITEM and section.heading)):
            yield _lead(section.heading, block)
        if index == 0 and is_entry:
            yield replace(block, kind=BlockKind.ITEM, level=1)
        elif block.kind is not BlockKind.ROW:
            yield block
        elif not block.is_header:
            yield Block(BlockKind.ITEM, block.text, block.page, (Sentence(block.text, block.page),), 1)


def _hangs_on_heading(section: Section) -> bool:
    """Return whether a section begins with an entry that its heading explains: an address, a period."""
    blocks = section.blocks
    if not section.heading or not blocks or blocks[0].kind is not BlockKind.PARAGRAPH:
        return False
    text = blocks[0].text.rstrip()
    is_entry = len(text.split()) <= _ENTRY and not text.endswith((".", ":", "!", "?"))
    return is_entry and (len(blocks) == 1 or blocks[1].kind is BlockKind.PARAGRAPH)


def _lead(text: str, before: Block) -> Block:
    """Return a lead-in that says nothing itself: no sentence of it is quoted."""
    return Block(BlockKind.PARAGRAPH, f"{text}:", before.page, ())

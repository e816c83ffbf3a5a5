"""Annexes: whether what a clause refers to is there and says something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.documents.values.words import folded

if TYPE_CHECKING:
    from vendor_audit.documents.clauses.model import Library
    from vendor_audit.documents.model import Document

BLANKS = re.compile(r"\[[^\]]*\]|\{\{[^}]*\}\}|<[^>]*>|_{3,}|\.{4,}|\u2026{1,}|https?://\S+")
"""What a template leaves to be filled in, and links: no content of the document itself."""
_BLANKS = 3
"""An annex in which one of so many blocks has a blank is a form that nobody filled in."""
_WORDS = 30
"""An annex of fewer words is a form, or a reference to another paper."""


def filled_annexes(document: Document, library: Library) -> frozenset[str]:
    """Return the folded names of the annexes with content: ``annex ii``, ``schedule 3``."""
    words: dict[str, int] = {}
    blocks: dict[str, int] = {}
    blanks: dict[str, int] = {}
    for section in document.sections:
        for heading in section.path:
            match = library.annexes.search(folded(heading)[:60])
            if match and match.start() <= 3:  # noqa: PLR2004 (behind a sign or a number)
                name = " ".join(match.group().split())
                said = sum(len(BLANKS.sub(" ", block.text).split()) for block in section.blocks)
                words[name] = words.get(name, 0) + said
                blocks[name] = blocks.get(name, 0) + len(section.blocks)
                blank = sum(library.placeholder.found(folded(block.text)) for block in section.blocks)
                blanks[name] = blanks.get(name, 0) + blank
    return frozenset(
        name for name, count in words.items() if count >= _WORDS and blanks[name] * _BLANKS < max(blocks[name], 1)
    )

"""A document as it came: the bytes, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

SAVE_IT = "save the document beside the vendor file and name that file"
"""What to do where a page cannot be had as it is."""
SIZE_LIMIT = 50_000_000
"""Bytes of a document; one that has more is not read."""


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes of a document, unread."""

    source: str
    """The path as the target has it, or the URL at the end of its redirects."""
    name: str
    """The file's name, without folder or query; a hint at the format, no more."""
    content: bytes

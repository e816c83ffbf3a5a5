"""What a reader takes in at most. A vendor's paper is hostile input: every size that it chooses has a bound here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one document. Over one that can be cut, the rest is left out and the document says so."""

    bytes: int = 50_000_000
    """Of the file; more is refused."""
    pages: int = 2_000
    """Pages behind these are not read."""
    blocks: int = 50_000
    """Blocks behind these are left out."""
    characters: int = 5_000_000
    """Text behind this many characters is left out."""
    page_characters: int = 100_000
    """Characters of one page of a PDF; the text behind them is left out."""
    unpacked_bytes: int = 200_000_000
    """What unpacks out of a DOCX, counted while it does; more is refused."""
    nesting: int = 256
    """How deep elements may stand in each other in a DOCX; more is refused."""
    columns: int = 100
    """Cells of a table row; those behind them are left out."""

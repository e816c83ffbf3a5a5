"""Bytes in, `Document` out: sniffs the format, has its reader make pieces, and gathers them into sections.

Each format's library is imported only when a document of that format is met. Nothing here touches files, the network
or the clock; a document that takes too long is the caller's to stop, in a process of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vendor_audit.documents import sniff
from vendor_audit.documents.language import language_of
from vendor_audit.documents.limits import Limits
from vendor_audit.documents.model import BlockKind, Document, DocumentError
from vendor_audit.documents.structure import bounded, sections_of

if TYPE_CHECKING:
    from vendor_audit.documents.model import Section
    from vendor_audit.documents.pieces import Reading

__all__ = ["Limits", "read_document"]

_USUAL: Final = Limits()
_AS_WRITTEN: Final = frozenset((sniff.MARKDOWN, sniff.PLAIN))
_MARKUP: Final = 2
"""Times the text that is kept: more of a file that is text itself is not looked at."""
_TITLE: Final = 300
"""Characters of a title; one beyond that is cut."""


_SHORT: Final = 80
"""Characters of a line above all headings that may be the title."""
_FIRST: Final = 10
"""Sections among which a title that the file carries is looked for: it is shown there, then."""


def read_document(content: bytes, *, name: str = "", limits: Limits = _USUAL) -> Document:
    """Return the text of a document with its sections, pages and sentences.

    The name decides nothing but between Markdown and plain text where the bytes leave both open.

    Raises:
        DocumentError: it cannot be read, and why; nothing else, whatever the bytes.
    """
    if len(content) > limits.bytes:
        raise DocumentError("too_large", f"the document has {len(content):,} bytes; at most {limits.bytes:,} are read")
    try:
        return _read(content, name, limits)
    except DocumentError:
        raise
    except Exception as error:
        # The one door out: a fault in a parser is the document's, not the audit's.
        raise DocumentError(
            "damaged", f"the document is damaged and cannot be read ({type(error).__name__})"
        ) from error


def _read(content: bytes, name: str, limits: Limits) -> Document:
    media_type, text = sniff.sniff(content, name)
    longer = media_type in _AS_WRITTEN and len(text) > _MARKUP * limits.characters
    if longer:
        text = text[: _MARKUP * limits.characters]
    reading = _reading(media_type, content, text, limits)
    pieces, cut = bounded(reading.pieces, limits)
    if longer and not cut:
        cut = f"only the first {len(text):,} characters of the file were read"
    sections = sections_of(pieces)
    if not sections:
        raise DocumentError("no_text", "the document holds no text that could be read")
    return Document(
        media_type=reading.media_type,
        pages=reading.pages,
        pages_without_text=reading.pages_without_text,
        language=language_of("\n".join(piece.text for piece in pieces), declared=reading.language),
        title=_title(reading, sections),
        sections=sections,
        cut=" and ".join(filter(None, (reading.cut, cut))),
    )


def _reading(media_type: str, content: bytes, text: str, limits: Limits) -> Reading:
    match media_type:
        case sniff.PDF:
            from vendor_audit.documents import pdf  # noqa: PLC0415 - a library, only when it is needed

            return pdf.read(content, limits)
        case sniff.DOCX:
            from vendor_audit.documents import docx  # noqa: PLC0415

            return docx.read(content, limits)
        case sniff.HTML:
            from vendor_audit.documents import html  # noqa: PLC0415

            return html.read(text, limits)
        case sniff.MARKDOWN:
            from vendor_audit.documents import markdown  # noqa: PLC0415

            return markdown.read(text, limits)
        case _:
            from vendor_audit.documents import plain  # noqa: PLC0415

            return plain.read(text)


def _title(reading: Reading, sections: tuple[Section, ...]) -> str:
    """Return the first heading or what the file carries, whichever its format knows better."""
    heading = next((section.name for section in sections if section.name), "")
    names = (section.heading.casefold() for section in sections[:_FIRST])
    if reading.title and reading.title.casefold() in names:
        return reading.title
    if not sections[0].level:
        first = sections[0].blocks[0]
        is_title = not first.number and len(first.text) <= _SHORT and not first.text.endswith((".", ";", ":", ","))
        heading = first.text if is_title and first.kind is BlockKind.PARAGRAPH else heading
    choice = (reading.title, heading) if reading.title_first else (heading, reading.title)
    return next(filter(None, choice), "")[:_TITLE]

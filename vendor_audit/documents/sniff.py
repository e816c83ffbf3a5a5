"""What format a document is in, told from its bytes: neither its name nor its content type is believed."""

from __future__ import annotations

import codecs
import re
from typing import Final

from vendor_audit.documents.model import DocumentError

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
PLAIN: Final = "text/plain"

_HEAD: Final = 1024
"""Bytes within which ``%PDF`` stands (ISO 32000-1, annex H.3.4.1 of its implementation notes)."""
_SAMPLE: Final = 200_000
"""Characters that are looked at."""
_ADVICE: Final = "save it as PDF or DOCX and name that file"
_FOREIGN: Final = (
    (b"{\\rtf", "a Rich Text (RTF) document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Office document (.doc, .xls), or one that has a password"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"BM", "a picture (BMP)"),
    (b"RIFF", "a picture or a sound (RIFF)"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"7z\xbc\xaf", "a packed file (7z)"),
    (b"Rar!", "a packed file (RAR)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
)
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HTML = re.compile(
    # Atomic: what follows must not make it try the comments in all other ways of ending.
    r"\s*(?>(?:<!--.{0,5000}?-->\s*){0,5})(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!--.{0,5000}?-->\s*){0,5})"
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|main|article|section|h[1-6]|p|table|script|style|link)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_MARKDOWN = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"^\|.{0,2000}\|[ \t]*\n\|[ :|-]{3,}\|", re.MULTILINE),
    re.compile(r"\*\*[^*\n]{1,300}\*\*"),
    re.compile(r"\[[^\[\]\n]{1,300}\]\((?:https?:|mailto:|#|/|\.)[^()\s]{1,500}\)"),
    re.compile(r"\A---\n(?:[\w-]{1,40}:.{0,500}\n){1,50}---\n"),
    re.compile(r"^[^\n]{3,200}\n(?:={3,}|-{3,})$", re.MULTILINE),
    re.compile(r"^[ ]{0,3}[*+] +\S.{0,500}\n[ ]{0,3}[*+] +\S", re.MULTILINE),
)
_BINARY_SHARE: Final = 0.1
"""Control bytes in a file beyond which it is no text."""
_TEXT_CONTROLS: Final = frozenset(b"\t\n\v\f\r\x1b\x00\x1a")


def sniff(content: bytes, name: str = "") -> tuple[str, str]:
    """Return the media type and, of a format that is text, the text; else an empty string.

    A zip is a DOCX here: whether it holds one is seen when it is opened.

    Raises:
        DocumentError: ``unsupported``, with what it is and what to do.
    """
    if b"%PDF" in content[: _HEAD + 4]:
        return PDF, ""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return DOCX, ""
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            raise unsupported(what)
    text = _decode(content)
    if not text.strip("\0 \t\r\n\ufeff"):
        raise DocumentError("no_text", "the document is empty")
    if _HTML.match(text[:_SAMPLE]) or re.search(r"<html[\s>]", text[:_HEAD], re.IGNORECASE):
        return HTML, text
    sample = text[:_SAMPLE].replace("\r\n", "\n")
    signs = sum(bool(pattern.search(sample)) for pattern in _MARKDOWN)
    named = name.lower().endswith((".md", ".markdown", ".mdown"))
    return (MARKDOWN if signs > 1 or (signs and not name.lower().endswith(".txt")) or named else PLAIN), text


def unsupported(what: str) -> DocumentError:
    """Return the error that names a format which is not read and says what to do."""
    return DocumentError("unsupported", f"this is {what}, which is not read: {_ADVICE}")


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    head = content[:4096]
    zeros_even, zeros_odd = head[::2].count(0), head[1::2].count(0)
    if len(head) > 8 and max(zeros_even, zeros_odd) * 3 > len(head):  # noqa: PLR2004 - a Latin text has one in two
        return content.decode("utf-16-le" if zeros_odd > zeros_even else "utf-16-be", "replace")
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in head)  # noqa: PLR2004 - below the space
    if head and (controls + head.count(0)) / len(head) > _BINARY_SHARE:
        raise unsupported("a binary file of no known kind")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(head)
    text = _decoded_as(content, declared[1].decode("ascii")) if declared else ""
    # A file that was cut off inside a letter is no other encoding.
    return text or content.decode("utf-8" if _nearly_utf8(content) else "cp1252", "replace")


def _decoded_as(content: bytes, encoding: str) -> str:
    """Return the text in an encoding that a page declares; empty: it is not in that one, or there is no such one."""
    try:
        info = codecs.lookup(encoding)
        # A page whose tags could be read before its encoding was known is in none of two bytes a letter.
        fits = info._is_text_encoding and not info.name.startswith(("utf-16", "utf-32", "utf-7"))  # noqa: SLF001
        return content.decode(info.name) if fits else ""
    except (LookupError, UnicodeError, ValueError):
        return ""


def _nearly_utf8(content: bytes) -> bool:
    """Whether only a few bytes keep a text from being UTF-8, a file that was cut off, say."""
    sample = content[:_SAMPLE]
    wrong = sample.decode("utf-8", "replace").count("\ufffd")
    high = sum(byte >= 0x80 for byte in sample)  # noqa: PLR2004 - beyond ASCII
    return wrong * 10 < high

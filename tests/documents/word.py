"""Word documents made by hand, part by part."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def paragraph(text: str, style: str = "", properties: str = "", look: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">'
        f"{text}</w:t></w:r></w:p>"
    )


def numbered(text: str, level: int = 0, number: int = 1) -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def cell(content: str, properties: str = "") -> str:
    inside = content if content.startswith("<w:") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows: list[str]) -> str:
    made = [f"<w:tr>{''.join(row)}</w:tr>" for row in rows]
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def part(tag: str, content: str) -> str:
    return f'<w:{tag} xmlns:w="{MAIN}" xmlns:r="{OFFICE}" xmlns:mc="m" xmlns:wps="s">{content}</w:{tag}>'


def level(place: int, style: str, pattern: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText '
        f'w:val="{pattern}"/>{more}</w:lvl>'
    )


def package(body: str | bytes, **parts: str) -> bytes:
    """Return a DOCX; further parts by name, with two underscores for a slash."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        main = body if isinstance(body, bytes) else part("document", f"<w:body>{body}</w:body>").encode()
        archive.writestr("word/document.xml", main)
        for name, content in parts.items():
            archive.writestr(f"{name.replace('__', '/')}", content)
    return buffer.getvalue()

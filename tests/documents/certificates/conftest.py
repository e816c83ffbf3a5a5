"""Certificates and reports for the tests: from files, from text, and built by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from vendor_audit.documents.certificates import Certificate, read_certificate
from vendor_audit.documents.model import Block, BlockKind, Document, Section, Sentence
from vendor_audit.documents.reader import read_document

PAPERS = Path(__file__).parent / "papers"

CERTIFICATE = """# Certificate

Certificate No. X-4711

Kestrel Assurance Ltd certifies that the management system of

Acme Video B.V.

meets the requirements of {standard}

{more}
"""


class Papers:
    """What a test asks for."""

    def file(self, name: str) -> Certificate:
        return read_certificate(read_document((PAPERS / name).read_bytes(), name=name))

    def text(self, markdown: str) -> Certificate:
        return read_certificate(read_document(markdown.encode(), name="paper.md"))

    def certificate(self, *more: str, standard: str = "ISO/IEC 27001:2022") -> Certificate:
        """Read a certificate with further lines."""
        return self.text(CERTIFICATE.format(standard=standard, more="\n\n".join(more)))

    def document(self, *lines: str, pages_without_text: int = 0, language: str = "en") -> Document:
        blocks = tuple(Block(BlockKind.PARAGRAPH, each, 1, (Sentence(each, 1),)) for each in lines)
        section = Section("", "Certificate", 1, 1, ("Certificate",), blocks)
        return Document("application/pdf", 2, pages_without_text, language, "Certificate", (section,))


@pytest.fixture
def papers() -> Papers:
    return Papers()

"""Formats told from bytes; names and claims are not believed."""

from __future__ import annotations

import io
import zipfile

import pytest

from vendor_audit.documents.model import DocumentError
from vendor_audit.documents.sniff import DOCX, HTML, MARKDOWN, PDF, PLAIN, sniff

SENTENCE = "Der Auftragsverarbeiter löscht die Daten \u2013 spätestens nach 30 Tagen."


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "dpa.docx", PDF),
        (b"\xef\xbb\xbf\n junk before\n%PDF-1.4\n", "x", PDF),
        (b"PK\x03\x04rest", "dpa.pdf", DOCX),
        (b"<!DOCTYPE html><title>x</title>", "dpa.md", HTML),
        (b"\n<!-- made by hand -->\n<html><body>x", "", HTML),
        (b'<?xml version="1.0"?><html xmlns="x"><p>x</p></html>', "", HTML),
        (b"# Agreement\n\n**Bold** text\n", "", MARKDOWN),
        (b"---\ntitle: x\n---\n\n- a [link](https://a.example)\n", "a.txt", MARKDOWN),
        (b"Just words.\n", "", PLAIN),
        (b"Just words.\n", "dpa.md", MARKDOWN),
        (b"# not a heading but a comment\n", "notes.txt", PLAIN),
        (b"I < you and a > b", "", PLAIN),
    ],
)
def test_the_bytes_decide(content: bytes, name: str, media_type: str) -> None:
    assert sniff(content, name)[0] == media_type


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])
def test_text_is_decoded(encoding: str) -> None:
    assert sniff(SENTENCE.encode(encoding))[1] == SENTENCE


def test_a_page_may_declare_its_encoding() -> None:
    page = '<html><meta charset="iso-8859-2"><p>Łódź</p>'
    assert sniff(page.encode("iso-8859-2"))[1] == page


@pytest.mark.parametrize("charset", ["no-such-thing", "rot13", "zlib_codec", "idna", "utf-16"])
def test_an_encoding_that_is_none_is_not_believed(charset: str) -> None:
    page = f'<html><meta charset="{charset}"><p>Grün</p>'.encode("cp1252")
    assert "Gr" in sniff(page)[1]


def test_a_text_cut_off_inside_a_letter_is_still_utf_8() -> None:
    assert "ü" * 20 in sniff(("ü" * 30).encode()[:-1] + b"")[1]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"{\\rtf1 x}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\x1f\x8b\x08", "gzip"),
        (bytes(range(1, 20)) * 30, "binary"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(content: bytes, what: str) -> None:
    with pytest.raises(DocumentError, match=rf"{what}.*PDF or DOCX") as error:
        sniff(content)
    assert error.value.kind == "unsupported"


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_nothing_is_no_text(content: bytes) -> None:
    with pytest.raises(DocumentError) as error:
        sniff(content)
    assert error.value.kind == "no_text"


@pytest.mark.parametrize(
    ("member", "what"),
    [("content.xml", "OpenDocument"), ("xl/workbook.xml", "Excel"), ("a.txt", "ZIP archive")],
)
def test_a_zip_that_is_no_docx_says_what_it_is(member: str, what: str) -> None:
    from vendor_audit.documents.reader import read_document  # noqa: PLC0415

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "x")
    with pytest.raises(DocumentError, match=what) as error:
        read_document(buffer.getvalue())
    assert error.value.kind == "unsupported"

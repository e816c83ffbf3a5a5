"""What a vendor's paper may hold to harm who reads it: each ends in its bound, with its own reason, in good time."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from tests.documents.word import cell, package, paragraph, part
from vendor_audit.documents.limits import Limits
from vendor_audit.documents.model import Document, DocumentError
from vendor_audit.documents.reader import read_document

if TYPE_CHECKING:
    from collections.abc import Callable

ACME = Path(__file__).parents[2] / "examples" / "acme" / "documents"
HELLO = b"BT /F1 12 Tf 72 700 Td (Hello, this is a sentence.) Tj ET"
SECONDS = 20
"""Of processor time: what is linear takes a few at most, what is not takes hours."""


def fails(content: bytes, kind: str, name: str = "", limits: Limits | None = None) -> str:
    with pytest.raises(DocumentError) as error:
        read_document(content, name=name, limits=limits or Limits())
    assert error.value.kind == kind
    return error.value.message


def timed(content: bytes, name: str = "") -> Document | None:
    begin = time.process_time()
    try:
        return read_document(content, name=name)
    except DocumentError:
        return None
    finally:
        assert time.process_time() - begin < SECONDS


def text_of(document: Document) -> str:
    return "\n".join(
        text for section in document.sections for text in (section.name, *(block.text for block in section.blocks))
    )


def pdf(
    content: bytes = HELLO,
    change: Callable[[Pdf], None] | None = None,
    encryption: pikepdf.Encryption | None = None,
) -> bytes:
    document = Pdf.new()
    font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    page = document.add_blank_page(page_size=(595, 842))
    page.Contents = Stream(document, content)
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    if change:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer, encryption=encryption)
    return buffer.getvalue()


# DOCX


def test_a_docx_that_unpacks_to_too_much_is_refused_while_it_does() -> None:
    content = package(b"<a>" + b" " * 20_000_000 + b"</a>")
    assert len(content) < 100_000
    assert "1,000,000 bytes" in fails(content, "too_large", limits=Limits(unpacked_bytes=1_000_000))


def test_the_claim_of_a_zip_about_its_sizes_is_not_believed() -> None:
    content = bytearray(package(b"<a>" + b" " * 3_000_000 + b"</a>"))
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    assert fails(bytes(content), "damaged")


def test_a_zip_in_a_zip_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("dpa.docx", package(paragraph("Text.")))
    assert "ZIP archive" in fails(buffer.getvalue(), "unsupported")


def test_a_zip_of_very_many_parts_is_refused_before_they_are_listed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        for number in range(40_000):
            archive.writestr(f"part{number}", "")
    fails(buffer.getvalue(), "too_large")


@pytest.mark.parametrize(
    "main",
    [
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>',
        b'<!DOCTYPE a SYSTEM "http://169.254.169.254/"><a/>',
    ],
    ids=["expansion", "file", "address"],
)
def test_entities_and_document_types_are_refused(main: bytes) -> None:
    assert "document type" in fails(package(main), "damaged")
    assert "document type" in fails(package(paragraph("Text."), **{"word/styles.xml": main.decode()}), "damaged")


def test_elements_too_deep_or_too_many_are_refused() -> None:
    fails(package("<w:sdt>" * 1_000 + "</w:sdt>" * 1_000), "too_large")
    assert timed(package("<w:x/>" * 2_100_000)) is None


def test_cells_that_span_more_than_there_is_are_cut() -> None:
    wide = cell("x", '<w:gridSpan w:val="999999"/>') * 3_000
    document = timed(package(f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>"))
    assert document is not None
    assert len(document.sections[0].blocks[0].cells) == Limits().columns


def test_a_docx_with_a_password_says_so() -> None:
    content = bytearray(package(paragraph("Text.")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + place] |= 1
    fails(bytes(content), "encrypted")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", ["dpa.docx", "dpa.pdf"])
def test_what_was_cut_off_is_damaged_or_read_in_part(name: str, share: float) -> None:
    content = (ACME / name).read_bytes()
    document = timed(content[: int(len(content) * share)])
    assert document is None or document.sections


def test_a_damaged_part_of_a_docx_is_no_fault_of_ours() -> None:
    content = package(paragraph("Text."), **{"word/styles.xml": "<no xml", "word/numbering.xml": ""})
    fails(content, "damaged")


# PDF


@pytest.mark.parametrize("revision", [3, 6])
def test_a_pdf_with_a_password_says_so(revision: Literal[3, 6]) -> None:
    modern = revision == 6
    lock = pikepdf.Encryption(owner="owner", user="user", R=revision, aes=modern, metadata=modern)
    assert "password" in fails(pdf(encryption=lock), "encrypted")


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    document = read_document(pdf(encryption=pikepdf.Encryption(owner="owner", user="")))
    assert text_of(document).strip() == "Hello, this is a sentence."


def test_very_many_objects_are_nothing() -> None:
    def add(document: Pdf) -> None:
        document.Root.Many = Array([document.make_indirect(Dictionary(A=number)) for number in range(100_000)])

    assert timed(pdf(change=add)) is not None


def test_a_form_that_draws_itself_ends() -> None:
    def add(document: Pdf) -> None:
        page = document.pages[0]
        form = document.make_indirect(Stream(document, b"/X Do BT /F1 12 Tf 72 600 Td (Inside.) Tj ET"))
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        form.Resources = Dictionary(XObject=Dictionary(X=form), Font=page.Resources.Font)
        page.Resources.XObject = Dictionary(X=form)
        page.Contents = Stream(document, HELLO + b" /X Do")

    document = timed(pdf(change=add))
    assert document is not None
    assert "Hello" in text_of(document)


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F1 12 Tf 72 700 Td " + b"(A) Tj 1 -1 Td " * 200_000 + b"ET",
        b"BT /F1 12 Tf 72 700 Td (" + b"word " * 200_000 + b") Tj ET",
        HELLO + b" 10 10 100 100 re S" * 100_000,
        b"BT /F1 2 Tf "
        + b"".join(b"1 0 0 1 %d %d Tm (ab) Tj " % (x * 20, y * 4) for y in range(200) for x in range(30))
        + b"ET",
    ],
    ids=["letters", "line", "rectangles", "grid"],
)
def test_a_page_that_is_too_full_is_cut(content: bytes) -> None:
    timed(pdf(content))


def test_lines_and_words_anywhere_are_read_in_good_time() -> None:
    dice = random.Random(7)  # noqa: S311 - not for secrets
    lines = b"".join(b" %d %d %d %d re S" % tuple(dice.randrange(600) for _ in range(4)) for _ in range(5_000))
    words = b"".join(b"1 0 0 1 %d %d Tm (ab) Tj " % (dice.randrange(600), dice.randrange(842)) for _ in range(30_000))
    document = timed(pdf(b"BT /F1 3 Tf " + words + b"ET" + lines))
    assert document is not None


def test_text_beyond_the_page_is_not_read() -> None:
    hidden = b" BT /F1 12 Tf 72 5000 Td (We notify within 24 hours.) Tj ET BT /F1 0.5 Tf 72 500 Td (In specks.) Tj ET"
    assert text_of(read_document(pdf(HELLO + hidden))).strip() == "Hello, this is a sentence."


# Text, Markdown and HTML


@pytest.mark.parametrize(
    "unit",
    [
        "[", "*", "_", "`", ">", "|", "- ", "1. ", "(a) ", "<", "&", "\\", "![", "[a](", "A. ", "...", '"', "<!--",
        "\u0301\u0323", "\u202e", "|a\n", "a|\n|-\n", "a\n\n", "* a\n", "<div>\n\n", "<table>\n", "[a]: b\n", "7.2 x\n",
        "http://a/", "<a@", "[^", "~~~\n", "===\n", "a-\n",
    ],
)  # fmt: skip
def test_markdown_takes_time_by_its_length_only(unit: str) -> None:
    timed(("# Text\n\n**x** " + unit * (600_000 // len(unit))).encode(), "dpa.md")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 1_000_000 + "Text.",
        "<b>" * 300_000 + "x<br>" * 50_000,
        "<ul><li>" * 200_000 + "x",
        "<table><tr><td>" * 100_000 + "x",
        "<table>" + "<tr><td rowspan=65534 colspan=1000>x" * 3_000,
        "<p " + "a=b " * 300_000 + ">x",
        "<a href='" * 200_000,
        "<!--" * 300_000,
        "&#" + "1" * 1_000_000 + ";",
        "<div hidden>" * 200_000 + "x",
        "</div>" * 300_000 + "x",
        "<" * 1_000_000,
    ],
    ids=["div", "b", "ul", "table", "span", "attribute", "quote", "comment", "reference", "hidden", "end", "open"],
)
def test_html_takes_time_by_its_length_only(page: str) -> None:
    timed(f"<html>{page}".encode())


def test_one_huge_line_is_cut_and_said() -> None:
    document = timed(b"word " * 2_000_000, "dpa.txt")
    assert document is not None
    assert document.cut == "only the first 5,000,000 characters were read"


def test_overrides_of_direction_change_no_text() -> None:
    document = read_document(
        "# Not\u202eice\u2066\n\nWe notify within \u202e42\u202c hours.\u200b".encode(), name="dpa.md"
    )
    assert text_of(document) == "Notice\nWe notify within 42 hours."


def test_script_in_a_heading_stays_text_or_goes() -> None:
    document = read_document(
        b"# Terms <script>alert(1)</script>\n\n**<img src=x onerror=alert(1)>**\n\nText.", name="dpa.md"
    )
    assert "<" not in text_of(document)


def test_nul_bytes_part_nothing() -> None:
    document = read_document(b"# Agree\0ment\n\nThe Proc\0essor shall.\n" * 3, name="dpa.md")
    assert document.sections[0].name == "Agreement"
    assert document.sections[0].blocks[0].text == "The Processor shall."


@pytest.mark.parametrize("head", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"# \n", b"\xff\xfe", b"PK\x05\x06"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=2_000))
def test_random_bytes_are_read_or_refused(head: bytes, body: bytes) -> None:
    timed(head + body)


@settings(max_examples=60, deadline=None)
@given(body=st.text(alphabet="<>/=\"' \n&;#apdivtbrhl12*_|-[]()!`\\{}.:", max_size=400))
def test_random_markup_is_read_or_refused(body: str) -> None:
    for name in ("dpa.md", "dpa.txt"):
        timed(body.encode(), name)
    timed(f"<html><body>{body}".encode())


@settings(max_examples=40, deadline=None)
@given(place=st.floats(0, 1), byte=st.integers(0, 255), name=st.sampled_from(["dpa.pdf", "dpa.docx"]))
def test_one_changed_byte_is_read_or_refused(place: float, byte: int, name: str) -> None:
    content = bytearray((ACME / name).read_bytes())
    content[int(place * (len(content) - 1))] = byte
    timed(bytes(content))


def test_a_style_sheet_of_word_may_be_anything() -> None:
    styles = part("styles", '<w:style w:styleId="x"><w:name/><w:basedOn w:val="x"/></w:style><w:style/><w:p/>')
    assert timed(package(paragraph("Text.", "x"), **{"word/styles.xml": styles})) is not None

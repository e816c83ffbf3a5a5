"""PDFs: reading order, paragraphs, headings and tables from where letters stand."""

from __future__ import annotations

import functools
import io
import subprocess
import sys
import time
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from vendor_audit.documents.model import Block, Document, DocumentError
from vendor_audit.documents.pdf_text import Mender
from vendor_audit.documents.reader import read_document

AGREEMENT = Path(__file__).parents[2] / "examples" / "acme" / "documents" / "dpa.pdf"
CLAUSES = [
    f"{number}. The Processor informs the Controller of every change that it intends to make to item {number}, at the "
    "latest thirty days before the change takes effect, and waits for an answer before it begins with the change."
    for number in range(1, 41)
]


@functools.cache
def make(body: str, css: str = "", lang: str = "en") -> bytes:
    style = f"@page {{ size: A4; margin: 2cm }} body {{ font: 10pt 'Liberation Sans' }} {css}"
    page = f"<html lang={lang}><head><style>{style}</style></head><body>{body}</body></html>"
    return bytes(weasyprint.HTML(string=page).write_pdf())


def read(body: str, css: str = "", lang: str = "en") -> Document:
    return read_document(make(body, css, lang))


def blocks(body: str, css: str = "", lang: str = "en") -> list[Block]:
    return [block for section in read(body, css, lang).sections for block in section.blocks]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_two_columns_are_read_one_after_the_other() -> None:
    css = "body { columns: 2; column-gap: 8mm; text-align: justify; font-size: 9pt }"
    found = blocks(paragraphs(*CLAUSES), css)
    assert [f"{block.number}. {block.text}" for block in found] == CLAUSES


def test_a_title_over_two_columns_comes_first() -> None:
    css = "div { columns: 2; column-gap: 8mm; font-size: 9pt } h1 { font-size: 18pt }"
    document = read(f"<h1>Agreement on the processing of data</h1><div>{paragraphs(*CLAUSES[:20])}</div>", css)
    assert document.title == "Agreement on the processing of data"
    assert [block.number for block in document.sections[0].blocks] == [str(number) for number in range(1, 21)]


def test_paragraphs_go_on_over_pages_and_sentences_know_theirs() -> None:
    text = " ".join(f"This is sentence {number} of one long paragraph about nothing." for number in range(1, 150))
    (block,) = blocks(f"<p>{text}</p>")
    assert block.text == text
    assert block.page == 1
    assert {sentence.page for sentence in block.sentences} == {1, 2}
    assert [sentence.page for sentence in block.sentences] == sorted(sentence.page for sentence in block.sentences)


def test_running_headers_and_footers_are_dropped_and_clause_numbers_at_the_top_are_not() -> None:
    css = """
        @page { @top-left { content: "Acme DPA" } @bottom-right { content: counter(page) " / " counter(pages) } }
        p { break-before: page; padding-left: 12mm; text-indent: -12mm }
        span { display: inline-block; width: 12mm; text-indent: 0 }
    """
    body = "".join(f"<p><span>{number}.1</span>The Processor does thing {number} of all.</p>" for number in range(1, 7))
    document = read(body, css)
    found = [block for section in document.sections for block in section.blocks]
    assert [(block.number, block.page) for block in found] == [(f"{number}.1", number) for number in range(1, 7)]
    assert not any("Acme" in block.text or "/" in block.text for block in found)
    assert document.pages == 6


def test_headings_by_size_and_weight_nest() -> None:
    document = read(
        "<h1>Agreement</h1><p>Between two.</p><h2>1. Scope</h2><p>All of it.</p><h3>Details</h3><p>More of it.</p>"
        "<h2>2. Law</h2><p>It is Dutch.</p><h3>Courts</h3><p>In Amsterdam.</p>"
    )
    assert [section.path for section in document.sections] == [
        ("Agreement",), ("Agreement", "1 Scope"), ("Agreement", "1 Scope", "Details"),
        ("Agreement", "2 Law"), ("Agreement", "2 Law", "Courts"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "css",
    [
        "td, th { border: .5pt solid; padding: 4pt }",
        (
            "tr { border-bottom: .5pt solid } table { border-collapse: collapse } td, th { padding: 4pt "
            "8pt; vertical-align: top }"
        ),
        "td, th { padding: 5pt 10pt }",
    ],
    ids=["ruled", "half-ruled", "unruled"],
)
def test_cells_of_several_lines_are_rebuilt(css: str) -> None:
    rows = [
        ("Sub-processor", "Task and data", "Place"),
        (
            "Polder Cloud B.V., Datalaan 12, 1775 ZZ Middenmeer",
            "Hosting of signalling, media servers and recordings",
            "Netherlands",
        ),
        (
            "Nordlicht Rechenzentrum GmbH, Hafenring 8, Hamburg",
            "Backups of all data, encrypted before they leave",
            "Germany",
        ),
        ("Quillmark Mail SAS, 4 quai des Tanneurs, Lyon", "Sending of invitations", "France"),
    ]
    cells = [f"<{tag}>{text}</{tag}>" for tag, row in zip(["th", "td", "td", "td"], rows, strict=True) for text in row]
    lines = ["<tr>" + "".join(cells[place : place + 3]) + "</tr>" for place in range(0, 12, 3)]
    found = blocks(f"<table>{''.join(lines)}</table>", f"{css} table {{ width: 11cm }} th {{ text-align: left }}")
    assert [block.cells for block in found] == rows
    assert [block.is_header for block in found] == [True, False, False, False]
    assert {block.table for block in found} == {1}


def test_a_cell_over_columns_or_rows_stands_in_each() -> None:
    body = (
        "<table><tr><td rowspan=2>Name</td><td colspan=2>Place</td></tr><tr><td>of work</td><td>of seat</td></tr>"
        "<tr><td>Polder</td><td>Hoorn</td><td>Lelystad</td></tr></table>"
    )
    found = blocks(body, "table { border-collapse: collapse } td { border: .5pt solid; padding: 4pt }")
    assert [block.cells for block in found] == [
        ("Name", "Place", "Place"), ("Name", "of work", "of seat"), ("Polder", "Hoorn", "Lelystad"),
    ]  # fmt: skip


def test_a_table_that_goes_on_repeats_no_header() -> None:
    rows = "".join(f"<tr><td>Company {number}</td><td>Task {number}</td><td>NL</td></tr>" for number in range(90))
    body = f"<table><thead><tr><th>Company</th><th>Task</th><th>Place</th></tr></thead>{rows}</table>"
    found = blocks(body, "td, th { border: .5pt solid; padding: 3pt }")
    assert len(found) == 91
    assert sum(block.is_header for block in found) == 1
    assert {block.table for block in found} == {1}
    assert {block.page for block in found} == {1, 2, 3}


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("the pro\u00ad", "cessing of data"), "the processing of data"),
        (("the pro-", "cessing of data"), "the processing of data"),
        (("a sub\u00ad", "processor acts"), "a sub-processor acts"),
        (("DTLS-", "SRTP is used"), "DTLS-SRTP is used"),
        (("Vor-", "und Nachteile"), "Vor- und Nachteile"),
        (("see https://acme.example/", "list now"), "see https://acme.example/list now"),
        (("mail dpo@nordlicht-", "rz.example today"), "mail dpo@nordlicht-rz.example today"),
        (("video\u00ad", "call service"), "video-call service"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_mended(lines: tuple[str, str], text: str) -> None:
    mender = Mender()
    for line in ("processing a sub-processor", "one video and one call"):
        mender.learn(line)
    assert mender.joined((line, 1) for line in lines)[0] == text


def test_hyphenation_by_the_typesetter_is_mended() -> None:
    text = (
        "Der Auftragsverarbeiter unterstützt den Verantwortlichen unter Berücksichtigung der "
        "Verarbeitungstätigkeiten mit "
        "geeigneten technischen und organisatorischen Maßnahmen. Die Datenschutzgrundverordnung verpflichtet den "
        "Auftragsverarbeiter zur Berücksichtigung der Verarbeitungstätigkeiten des Verantwortlichen."
    )
    (block,) = blocks(f"<p>{text}</p>", "p { width: 5cm; hyphens: auto; text-align: justify }", "de")
    assert block.text == text


def test_a_turned_page_reads_like_any_other() -> None:
    source = pikepdf.open(io.BytesIO(make(paragraphs(*CLAUSES[:3]), "@page { size: A4 landscape }")))
    page = source.pages[0]
    width, height = float(page.mediabox[2]), float(page.mediabox[3])
    page.contents_add(f"q 0 1 -1 0 {height} 0 cm".encode(), prepend=True)
    page.contents_add(b"Q")
    page.mediabox = pikepdf.Array([0, 0, height, width])
    page.Rotate = 90
    buffer = io.BytesIO()
    source.save(buffer)
    found = read_document(buffer.getvalue()).sections[0].blocks
    assert [f"{block.number}. {block.text}" for block in found] == CLAUSES[:3]


def test_links_are_kept_with_their_block() -> None:
    found = blocks('<p>See <a href="https://acme.example/list">the list</a>.</p><p>No link here at all.</p>')
    assert [block.links for block in found] == [("https://acme.example/list",), ()]


PICTURE = (
    "<img style='width: 10cm; height: 10cm' src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='>"
)


def test_pages_that_are_pictures_are_counted() -> None:
    document = read(f"<p>Text is here.</p><div style='break-before: page'>{PICTURE}</div>")
    assert (document.pages, document.pages_without_text) == (2, 1)


def test_a_document_of_pictures_says_what_to_do() -> None:
    with pytest.raises(DocumentError, match="OCR") as error:
        read(PICTURE)
    assert error.value.kind == "no_text"


def sixty_pages() -> bytes:
    target = pikepdf.new()
    with pikepdf.open(AGREEMENT) as source:
        for index in range(60):
            target.add_pages_from(source, pages=[index % len(source.pages)])
        buffer = io.BytesIO()
        target.save(buffer)
    return buffer.getvalue()


def test_sixty_pages_take_less_than_a_second_and_little_memory(tmp_path: Path) -> None:
    content = sixty_pages()
    times = []
    for _ in range(3):
        begin = time.process_time()
        assert read_document(content).pages == 60
        times.append(time.process_time() - begin)
    assert min(times) < 1.0
    path = tmp_path / "sixty.pdf"
    path.write_bytes(content)
    # A process's highest use as getrusage tells it begins with that of the one that started it: the kernel's own says.
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("only Linux tells the highest use of memory of one program")
    program = (
        "import sys; from pathlib import Path; from vendor_audit.documents.reader import read_document;"
        "read_document(Path(sys.argv[1]).read_bytes());"
        f"print(Path('{status}').read_text().partition('VmHWM:')[2].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True, text=True)
    assert int(done.stdout) < 150_000

"""Makes the documents and pages of the demonstration vendor from examples/acme/sources. Its outputs are committed.

Run it after a change of a source: ``python script/make_example_documents.py`` (needs weasyprint and python-docx).
On one machine the same sources give the same bytes; on another one fonts may differ, so each PDF carries the SHA-256
of the source that it was made from, and a test compares that.

A source holds both variants of the vendor:

    <!-- flawed: dpa.breach-notice -->
    what Acme Video says
    <!-- sound -->
    what its flawless twin says
    <!-- end -->
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import re
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import weasyprint
from docx.shared import Cm, Pt
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as DocxDocument
    from docx.text.paragraph import Paragraph
    from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "examples" / "acme" / "sources"
STYLES = ROOT / "script" / "example_styles.css"
MADE_ON = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
"""The day that all documents say they were made on."""
FLAWED_PORTS, FLAWLESS_PORTS = ":284", ":285"
"""How the fixed ports of the two vendors begin (vendor_audit/lab/ports.py)."""

_VARIANT = re.compile(
    r"<!-- flawed: [^\n]* -->\n(?P<flawed>.*?)(?:<!-- sound -->\n(?P<sound>.*?))?<!-- end -->\n", re.DOTALL
)
_CLAUSE = re.compile(r"<p>(\d{1,2}\.\d{1,2}|\([A-Z]\)) ")
_HEADING = re.compile(r"<h2>(.*?)</h2>")
_LOGO = (
    '<svg class="logo" viewBox="0 0 190 44" role="img"><rect width="44" height="44" rx="11" fill="#2f5fd0"/>'
    '<path d="M12 13h15a3 3 0 0 1 3 3v3l6-4v14l-6-4v3a3 3 0 0 1-3 3H12a3 3 0 0 1-3-3V16a3 3 0 0 1 3-3z" fill="#fff"/>'
    '<text x="56" y="30" font-family="Liberation Sans" font-size="23" font-weight="bold" fill="#17202e">'
    "Acme Video</text></svg>"
)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


@dataclass(frozen=True)
class Source:
    """A source file in one variant."""

    name: str
    fields: dict[str, str]
    """What stands between the ``---`` lines."""
    text: str
    digest: str
    """SHA-256 of the whole file, both variants."""

    @classmethod
    def read(cls, name: str, *, flawless: bool) -> Source:
        """Return a source in the variant wanted."""
        raw = (SOURCES / name).read_bytes()
        text = choose(raw.decode("utf-8"), flawless=flawless)
        fields: dict[str, str] = {}
        if text.startswith("---\n"):
            head, _, text = text.removeprefix("---\n").partition("---\n")
            fields = {
                key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())
            }
        return cls(name, fields, text, hashlib.sha256(raw).hexdigest())


def choose(text: str, *, flawless: bool) -> str:
    """Return the text with one of the two variants of each marked passage, and the ports of that vendor."""
    # The empty line keeps a passage a paragraph of its own; HTML does not mind it.
    chosen = _VARIANT.sub(lambda match: f"\n{(match['sound'] if flawless else match['flawed']) or ''}", text)
    if "<!-- flawed" in chosen or "<!-- sound" in chosen:
        raise SystemExit("a marked passage is not closed")
    return chosen.replace(FLAWED_PORTS, FLAWLESS_PORTS) if flawless else chosen


def write_pdf(source: Source, body: str, path: Path) -> None:
    """Write an HTML body as PDF."""
    title = source.fields.get("title", "Certificate ISO/IEC 27001")
    page = (
        f'<html lang="en"><head><title>{html.escape(title)}</title><meta name="author" content="Acme Video B.V.">'
        f'<meta name="vendor-audit-source" content="{source.digest}">'
        f'<meta name="dcterms.created" content="{MADE_ON:%Y-%m-%d}"></head>{body}</html>'
    )
    weasyprint.HTML(string=page).write_pdf(
        path,
        stylesheets=[weasyprint.CSS(filename=STYLES)],
        custom_metadata=True,
        pdf_identifier=source.digest.encode()[:16],
    )


def document_body(source: Source, *, cover: bool) -> str:
    """Return the HTML of a document: cover and contents, or a letter head, then the text."""
    fields = {key: html.escape(value) for key, value in source.fields.items()}
    text = _CLAUSE.sub(r'<p class="clause"><span class="n">\1</span> ', _MARKDOWN.render(source.text))
    headings = _HEADING.findall(text)
    for index, heading in enumerate(headings):
        kind = ' class="annex"' if heading.startswith("Annex") else ""
        text = text.replace(f"<h2>{heading}</h2>", f'<h2 id="h{index}"{kind}>{heading}</h2>', 1)
    number = f'<span class="doc-number">{fields["number"]} · Version {fields["version"]}</span>'
    if not cover:
        return (
            f'<body class="letter"><div class="head">{_LOGO}<h1 class="doc-title">{fields["title"]}</h1>'
            f"<p>{fields['parties']}</p><p>{number} · {fields['date']}</p></div>{text}</body>"
        )
    rows = "".join(
        f"<tr><td>{label}</td><td>{value}</td></tr>"
        for label, value in (
            ("Parties", fields["parties"]),
            ("Service", fields["product"]),
            ("Document", number),
            ("Date", fields["date"]),
        )
    )
    contents = "".join(f'<p><a href="#h{index}">{heading}</a></p>' for index, heading in enumerate(headings))
    return (
        f'<body><div class="cover">{_LOGO}<h1 class="doc-title">{fields["title"]}</h1>'
        f'<p class="subtitle">{fields["subtitle"]}</p><table>{rows}</table></div>'
        f'<div class="contents"><h2>Contents</h2>{contents}</div>{text}</body>'
    )


def write_docx(source: Source, path: Path) -> None:
    """Write a Markdown source as DOCX, with real headings and tables."""
    document = docx.Document()
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.4)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Liberation Sans", Pt(10.5)
    fields = source.fields
    document.add_heading(fields["title"], level=0)
    for line in (
        fields["subtitle"],
        fields["parties"],
        f"{fields['number']}, version {fields['version']}",
        fields["date"],
    ):
        document.add_paragraph(line)
    _fill_docx(document, _MARKDOWN.parse(source.text))
    core = document.core_properties
    core.title, core.author, core.last_modified_by = fields["title"], "Acme Video B.V.", "Acme Video B.V."
    core.created = core.modified = MADE_ON.replace(tzinfo=None)
    core.keywords = source.digest
    buffer = io.BytesIO()
    document.save(buffer)
    _write_stable_zip(buffer.getvalue(), path)


def _fill_docx(document: DocxDocument, tokens: Sequence[Token]) -> None:
    rows: list[list[str]] = []
    for index, token in enumerate(tokens):
        # What an opening token opens stands in the token after it.
        content = tokens[index + 1].content if token.nesting == 1 else ""
        match token.type:
            case "heading_open":
                document.add_heading(_plain(content), level=int(token.tag[1]) - 1)
            case "paragraph_open":
                _add_runs(document.add_paragraph(), content)
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "th_open" | "td_open":
                rows[-1].append(_plain(content))
            case "table_close":
                _add_table(document, rows)


def _add_runs(paragraph: Paragraph, text: str) -> None:
    for part in re.split(r"(\*\*.+?\*\*|\*.+?\*)", text):
        run = paragraph.add_run(part.strip("*"))
        run.bold = part.startswith("**")
        run.italic = part.startswith("*") and not run.bold


def _add_table(document: DocxDocument, rows: Sequence[Sequence[str]]) -> None:
    grid = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def _plain(text: str) -> str:
    return text.replace("*", "")


def _write_stable_zip(content: bytes, path: Path) -> None:
    """Write a ZIP again with one fixed time: python-docx takes the clock's."""
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            member = zipfile.ZipInfo(each.filename, MADE_ON.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            new.writestr(member, old.read(each))


def web_page(title: str, description: str, main: str, www: str) -> str:
    """Return a page of the vendor's website: head, navigation, content, foot."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{html.escape(description)}">
<title>{html.escape(title)} - Acme Video</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a class="brand" href="{www}/">Acme Video</a></header>
<main>
{main.strip()}
</main>
<footer><a href="{www}/privacy">Privacy notice</a><a href="{www}/subprocessors">Sub-processors</a>\
<a href="{www}/trust">Trust centre</a><a href="{www}/legal">Legal notice</a></footer>
</body>
</html>
"""


def write_site(folder: Path, *, flawless: bool) -> None:
    """Write the pages that the lab serves."""
    folder.mkdir(parents=True, exist_ok=True)
    www = "https://www.acme.example:28547" if flawless else "https://www.acme.example:28447"
    for name in ("privacy.md", "subprocessors.md"):
        source = Source.read(name, flawless=flawless)
        title = source.fields["title"]
        main = f"<h1>{title}</h1>\n{_MARKDOWN.render(source.text)}"
        page = web_page(title, source.fields["description"], main, www)
        (folder / name).with_suffix(".html").write_text(page, encoding="utf-8")
    for path in sorted((SOURCES / "site").iterdir()):
        text = choose(path.read_text(encoding="utf-8"), flawless=flawless)
        if path.suffix == ".html" and not text.startswith("<!doctype"):
            title = re.sub(r"<.*?>", "", text.splitlines()[0])
            text = web_page(title, title, text, www)
        (folder / path.name).write_text(text, encoding="utf-8")


def write_vendor(folder: Path, *, flawless: bool) -> None:
    """Write all documents and pages of one vendor."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    agreement = Source.read("dpa.md", flawless=flawless)
    write_pdf(agreement, document_body(agreement, cover=True), documents / "dpa.pdf")
    write_docx(agreement, documents / "dpa.docx")
    certificate = Source.read("iso-27001.html", flawless=flawless)
    body = certificate.text[certificate.text.index("<body") : certificate.text.index("</html>")]
    write_pdf(certificate, body, documents / "iso-27001.pdf")
    for name in ("roles.md", "pentest-consent.md", *(("controls.md",) if flawless else ())):
        source = Source.read(name, flawless=flawless)
        write_pdf(source, document_body(source, cover=False), (documents / name).with_suffix(".pdf"))
    notice = Source.read("privacy.md", flawless=flawless)
    (documents / "privacy-notice.md").write_text(
        f"# {notice.fields['title']}\n\n{notice.text.strip()}\n", encoding="utf-8"
    )
    write_site(folder / "site", flawless=flawless)


def main() -> None:
    """Make everything; prints what was written."""
    os.environ["SOURCE_DATE_EPOCH"] = str(int(MADE_ON.timestamp()))
    for name, flawless in (("acme", False), ("flawless", True)):
        folder = ROOT / "examples" / name
        write_vendor(folder, flawless=flawless)
        for path in sorted((folder / "documents").iterdir()):
            sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()

"""PDF: text in reading order with page numbers, by pdfium. Running headers and footers are left out.

What a PDF holds are letters at places. Columns, paragraphs, headings and tables are read from those places as a person
reads them, and may be misread as a person may: a table without ruling lines, text around pictures, bold for emphasis.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

import pypdfium2
import pypdfium2.raw as pdfium

from vendor_audit.documents import pieces
from vendor_audit.documents.characters import one_line
from vendor_audit.documents.model import BlockKind, DocumentError
from vendor_audit.documents.pdf_layout import regions
from vendor_audit.documents.pdf_page import Page, read_page
from vendor_audit.documents.pdf_paragraphs import Measures, Paragraph, paragraphs
from vendor_audit.documents.pdf_running import without_running_lines
from vendor_audit.documents.pdf_text import Mender
from vendor_audit.documents.pieces import Piece, Reading
from vendor_audit.documents.plain import is_shouted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.limits import Limits
    from vendor_audit.documents.pdf_grid import Table
    from vendor_audit.documents.pdf_layout import Line
    from vendor_audit.documents.pdf_page import Run
    from vendor_audit.documents.pdf_rules import Box

_LARGER: Final = 1.12
"""Times the size of the text: what is larger is a heading, if it is short."""
_LONGEST_HEADING: Final = 200
_DEEPEST: Final = 6
_PLAIN: Final = 6
"""The level of a heading that is neither larger nor bold."""


def read(content: bytes, limits: Limits) -> Reading:
    """Return the pieces of a PDF.

    Raises:
        DocumentError: ``encrypted``, ``damaged`` or ``no_text``.
    """
    document = _opened(content)
    try:
        count = len(document)
        if not count:
            raise DocumentError("damaged", "the PDF has no pages")
        title = one_line(document.get_metadata_value("Title"))
        found, cuts = _pages(document, limits)
    finally:
        document.close()
    if count > limits.pages:
        cuts.insert(0, f"only the first {limits.pages:,} pages were read")
    without_running_lines(found)
    empty = sum(not page.runs and page.has_picture for page in found)
    if not any(page.runs for page in found):
        what = "shows pictures of pages and holds no text" if empty else "holds no text"
        raise DocumentError("no_text", f"the PDF {what}: ask for the original, or run text recognition (OCR) on it")
    return Reading(
        "application/pdf", _pieces(found), title, pages=count, pages_without_text=empty, cut=" and ".join(cuts)
    )


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code = pdfium.FPDF_GetLastError()
        if code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY} or "password" in str(error).lower():
            raise DocumentError(
                "encrypted", "the PDF needs a password: save it without one and name that file"
            ) from error
        raise DocumentError("damaged", "the PDF is damaged and cannot be opened: ask for it again") from error


def _pages(document: pypdfium2.PdfDocument, limits: Limits) -> tuple[list[Page], list[str]]:
    """Return the pages, up to the limits on pages and characters, and what was cut."""
    found: list[Page] = []
    cuts = []
    characters = 0
    damaged = 0
    for index in range(min(len(document), limits.pages)):
        try:
            page = read_page(document, index, limits.page_characters)
        except pypdfium2.PdfiumError:
            damaged += 1
            found.append(Page(index + 1, 0, 0))
            continue
        found.append(page)
        characters += sum(len(run.text) for run in page.runs)
        if characters > limits.characters:
            cuts.append(f"only the first {index + 1:,} pages were read")
            break
    if damaged == len(found):
        raise DocumentError("damaged", "no page of the PDF can be read: ask for it again")
    if damaged:
        cuts.append(f"{damaged:,} damaged pages were left out")
    if crowded := [page.number for page in found if page.cut]:
        cuts.append(f"only the first {limits.page_characters:,} characters of page {crowded[0]} were read")
    return found, cuts


def _pieces(pages: list[Page]) -> Iterator[Piece]:
    mender = Mender()
    for page in pages:
        for run in page.runs:
            mender.learn(run.text)
    laid = [region for page in pages if page.runs for region in regions(page)]
    measures = Measures(laid)
    parts = list(paragraphs(laid, measures))
    styles = _styles(parts, measures)
    links = {page.number: page.links for page in pages if page.links}
    tables = 0
    header: tuple[str, ...] = ()
    last: tuple[Table, int] | None = None
    for part in parts:
        if isinstance(part, Paragraph):
            last = None
            yield _piece(part, measures, styles, mender, links)
            continue
        table, number = part
        rows = list(_table_rows(table, number, mender, links))
        again = bool(rows) and rows[0].cells == header
        # A table that goes on in the next column or on the next page may repeat the names of its columns.
        if last and len(rows[0].cells) == len(header) and (again or number == last[1] + 1):
            rows = rows[again:]
        else:
            tables += 1
            header = rows[0].cells
        for made in rows:
            made.table = tables
            yield made
        last = part


def _styles(parts: Sequence[Paragraph | tuple[Table, int]], measures: Measures) -> dict[tuple[float, bool], int]:
    """Return the level of the headings of each style: the larger the higher, bold before plain."""
    styles = Counter(
        _style(part)
        for part in parts
        if isinstance(part, Paragraph)
        and (part.size > _LARGER * measures.size or (part.bold and part.size > measures.size / _LARGER))
        and sum(len(line.text) for line, _ in part.lines) <= _LONGEST_HEADING
    )
    if not styles:
        return {}
    # What is used once, a subtitle or a date on the cover, has nothing under it; the title itself may.
    ordered = [style for style in sorted(styles, reverse=True) if styles[style] > 1 or style == max(styles)]
    return {style: min(level, _DEEPEST - 1) for level, style in enumerate(ordered, 1)} | dict.fromkeys(
        set(styles) - set(ordered), _DEEPEST
    )


def _style(paragraph: Paragraph) -> tuple[float, bool]:
    return round(paragraph.size * 2) / 2, paragraph.bold


def _piece(
    paragraph: Paragraph,
    measures: Measures,
    styles: dict[tuple[float, bool], int],
    mender: Mender,
    links: dict[int, list[tuple[Box, str]]],
) -> Piece:
    text, turns = mender.joined((line.text, page) for line, page in paragraph.lines)
    level = styles.get(_style(paragraph), 0)
    kind = BlockKind.PARAGRAPH
    larger = paragraph.size > _LARGER * measures.size
    if (
        larger
        and level
        and len(text) <= _LONGEST_HEADING
        and not text.endswith((".", ";", ","))
        and not text[0].islower()
    ):
        kind = BlockKind.HEADING
    strong = (larger and not text[0].islower()) or paragraph.bold or (len(paragraph.lines) == 1 and is_shouted(text))
    return Piece(
        kind,
        text,
        paragraph.lines[0][1],
        turns,
        level=level or _PLAIN,
        strong=strong,
        links=tuple(_links_of(paragraph.lines, links))[: pieces.MOST_LINKS],
    )


def _links_of(lines: Sequence[tuple[Line | Run, int]], links: dict[int, list[tuple[Box, str]]]) -> Iterator[str]:
    """Yield the addresses of links over lines, each once."""
    known = set()
    for line, page in lines:
        for box, address in links.get(page, ()):
            middle = line.base - line.size * 0.3
            if (
                address not in known
                and box.top <= middle <= box.bottom
                and box.left < line.right
                and box.right > line.left
            ):
                known.add(address)
                yield address


def _table_rows(table: Table, page: int, mender: Mender, links: dict[int, list[tuple[Box, str]]]) -> Iterator[Piece]:
    for row in table.rows:
        cells = tuple(
            " ".join(
                mender.joined(
                    (" ".join(run.text for run in line), page)
                    for _, line in groupby(cell, key=lambda run: round(run.base))
                )[0].split()
            )
            for cell in row.cells
        )
        inside = [(run, page) for cell in row.cells for run in cell]
        made = pieces.row(cells, 0, page=page, links=tuple(_links_of(inside, links)))
        made.strong = row.is_bold
        yield made

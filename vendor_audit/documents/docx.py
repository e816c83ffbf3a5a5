"""DOCX: headings, numbers, lists and tables as Word would print them, out of the package's XML and of nothing else.

A DOCX has no pages: where Word breaks them depends on fonts and printer. Headers and footers are other parts of the
package, and are not read; what it embeds is never opened.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from vendor_audit.documents import docx_text, pieces
from vendor_audit.documents.characters import clean, one_line
from vendor_audit.documents.docx_package import Package, parse
from vendor_audit.documents.docx_styles import Numbers, Styles, integer
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.pieces import Piece, Reading
from vendor_audit.documents.plain import begins_block
from vendor_audit.documents.sniff import DOCX
from vendor_audit.documents.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vendor_audit.documents.docx_package import Node
    from vendor_audit.documents.limits import Limits

_WRAPPERS: Final = words("sdt sdtContent customXml smartTag ins moveTo AlternateContent Choice")
_BODY_DEPTH: Final = 3
"""Document, body, and in it paragraphs and tables."""
_DEEPEST_TABLE: Final = 5
_LONGEST_CELL: Final = 3_000
_NUMBERED_ITEM = re.compile(r"\d{1,3}\)?")


class _EnoughError(Exception):
    """The limits are reached; what follows is not read."""


def read(content: bytes, limits: Limits) -> Reading:
    """Return the pieces of a DOCX.

    Raises:
        DocumentError: ``damaged``, ``encrypted``, ``too_large`` or ``unsupported``.
    """
    package = Package(content, limits)
    targets = package.targets(package.main)
    parts = {
        name: target
        for name in ("styles", "numbering", "footnotes", "endnotes")
        for target in targets.values()
        if target.endswith(f"{name}.xml")
    }
    styles = Styles(package.tree(parts.get("styles", "word/styles.xml")))
    numbers = Numbers(package.tree(parts.get("numbering", "word/numbering.xml")), styles)
    notes = {
        (kind, node.attributes.get("id", "")): node
        for kind in ("footnote", "endnote")
        for node in getattr(package.tree(parts.get(f"{kind}s", f"word/{kind}s.xml")), "children", ())
        if node.attributes.get("type") in {None, "normal"}
    }
    body = _Body(styles, numbers, notes, targets, limits)
    main = package.read(package.main) or b""
    with suppress(_EnoughError):
        parse(main, limits, body.take, depth=_BODY_DEPTH)
    core = package.tree("docProps/core.xml")
    title = next((node.text for node in core.children if node.tag == "title"), "") if core else ""
    return Reading(DOCX, body.pieces, one_line(title))


class _Body:
    """Takes the elements of the body one after the other and makes pieces of them."""

    def __init__(
        self,
        styles: Styles,
        numbers: Numbers,
        notes: Mapping[tuple[str, str], Node],
        targets: Mapping[str, str],
        limits: Limits,
    ) -> None:
        self.pieces: list[Piece] = []
        self._styles = styles
        self._numbers = numbers
        self._notes = notes
        self._targets = targets
        self._limits = limits
        self._fields = docx_text.Fields()
        self._characters = 0
        self._tables = 0

    def take(self, node: Node) -> None:
        """Take a paragraph, table or wrapper of some."""
        for piece in self._read([node], 0):
            self.pieces.append(piece)
            self._characters += len(piece.text)
            if len(self.pieces) > self._limits.blocks or self._characters > self._limits.characters:
                raise _EnoughError

    def _read(self, nodes: Iterable[Node], depth: int) -> Iterator[Piece]:
        """Yield the pieces of elements; wrappers are opened, what else there is prints nothing."""
        stack = list(reversed(list(nodes)))
        while stack:
            node = stack.pop()
            if node.tag == "p":
                yield from self._paragraph(node, depth)
            elif node.tag == "tbl":
                if depth < _DEEPEST_TABLE:
                    yield from self._table(node, depth)
            elif node.tag in _WRAPPERS and not _is_contents(node):
                stack.extend(reversed(node.children))

    def _paragraph(self, node: Node, depth: int) -> Iterator[Piece]:
        properties = node.child("pPr")
        style = (properties.value("pStyle") if properties is not None else None) or self._styles.default
        look = self._styles.look(style, properties)
        text = docx_text.read(node, self._fields, self._targets, bold=look.bold)
        lines = [" ".join(line.split()) for line in clean("".join(text.parts)).split("\n")]
        empty = not any(lines)
        printed = None
        if not (empty and _is_deleted(properties)):
            printed = self._numbers.next(properties, style)
        if not empty:
            kind, level = BlockKind.PARAGRAPH, 0
            if look.heading:
                kind, level = BlockKind.HEADING, look.heading
            elif printed and not printed.number:
                kind, level = BlockKind.ITEM, printed.level
            for index, group in enumerate(
                _groups(lines) if kind is not BlockKind.HEADING else [list(filter(None, lines))]
            ):
                yield Piece(
                    kind,
                    " ".join(group),
                    level=level,
                    number=printed.number if printed and not index else "",
                    cells=("\n".join(group),),
                    links=tuple(text.links[: pieces.MOST_LINKS]),
                    strong=text.is_strong,
                    is_contents=look.is_contents or text.is_contents,
                )
        for box in text.boxes:
            if depth < _DEEPEST_TABLE:
                yield from self._read(box.children, depth + 1)
        for note in text.notes:
            if note in self._notes and depth < _DEEPEST_TABLE:
                yield from self._read(self._notes[note].children, _DEEPEST_TABLE)

    def _table(self, node: Node, depth: int) -> Iterator[Piece]:
        """Yield the rows of a table; of one that only lays out, what is in it."""
        if not depth:
            self._tables += 1
        number = self._tables
        above: dict[int, str] = {}
        for row in _opened(node, "tr"):
            properties = row.child("trPr")
            if properties is not None and (properties.child("del") is not None or properties.is_on("hidden")):
                continue
            inside: list[Piece] = []
            texts: list[str] = []
            for cell in _opened(row, "tc"):
                look = cell.child("tcPr")
                content = list(self._read((child for child in cell.children if child.tag != "tcPr"), depth + 1))
                inside += content
                text = "\n".join(map(_as_line, content))
                merge = look.value("vMerge") if look is not None else None
                if merge is not None and merge != "restart":
                    text = above.get(len(texts), text)
                wide = (integer(look.value("gridSpan")) if look is not None else None) or 1
                for _ in range(max(1, min(wide, self._limits.columns - len(texts)))):
                    if len(texts) < self._limits.columns:
                        above[len(texts)] = text
                        texts.append(text)
            yield from _row(inside, texts, number, is_header=properties is not None and properties.is_on("tblHeader"))


def _row(inside: list[Piece], texts: list[str], number: int, *, is_header: bool) -> list[Piece]:
    """Return a row as one piece, or as what is in it where the table only lays out the page."""
    size = sum(len(piece.text) for piece in inside)
    if not any(texts):
        return []
    if len(texts) == 1 or size > _LONGEST_CELL * len(texts) or any(p.kind is BlockKind.HEADING for p in inside):
        return inside
    made = pieces.row(tuple(texts), number, is_header=is_header, links=tuple(link for p in inside for link in p.links))
    made.strong = all(piece.strong for piece in inside)
    return [made]


def _opened(node: Node, tag: str) -> Iterator[Node]:
    """Yield the children of a name, also those in wrappers."""
    stack = list(reversed(node.children))
    while stack:
        child = stack.pop()
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            stack.extend(reversed(child.children))


def _groups(lines: list[str]) -> list[list[str]]:
    """Return lines that the document breaks as paragraphs: at empty ones, and before numbers."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if not line:
            groups.append([])
        elif groups[-1] and begins_block(line, groups[-1][-1], wrapped=False):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [group for group in groups if group]


def _as_line(piece: Piece) -> str:
    text = piece.cells[0] if len(piece.cells) == 1 else piece.text
    return f"{piece.number} {text}" if piece.number else text


def _is_deleted(properties: Node | None) -> bool:
    """Whether the mark of a paragraph was deleted: with its text gone too, Word does not count it."""
    look = properties.child("rPr") if properties is not None else None
    return look is not None and look.child("del") is not None


def _is_contents(node: Node) -> bool:
    """Whether a wrapper is the table of contents that Word makes."""
    properties = node.child("sdtPr")
    gallery = properties.child("docPartObj") if properties is not None else None
    return gallery is not None and "table of contents" in (gallery.value("docPartGallery") or "").lower()

"""Markdown, line by line and in one pass: CommonMark and GitHub's tables in what legal papers use of them.

No tree is built and nothing recurses, so neither a million quotation marks nor a million brackets cost more than their
length. Where authors and CommonMark disagree ("(a)" and "7.2" in lines of their own) the authors are followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vendor_audit.documents import inline, pieces
from vendor_audit.documents.characters import clean, one_line
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.pieces import Piece, Reading
from vendor_audit.documents.plain import begins_block, close_double_spacing, ended, is_shouted, usual_width

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from vendor_audit.documents.limits import Limits

_TITLE = re.compile(r"^title:[ \t]*[\"']?(?P<title>[^\n]{1,300}?)[\"']?[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+|$)")
_ITEM = re.compile(r"(?P<indent>[ ]*+)(?P<mark>[-*+]|(?P<number>\d{1,4})(?P<stop>[.)]))(?P<space>[ ]+|$)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,})$")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_QUOTE = re.compile(r" {0,3}(?:>[ \t]?)+")
_REFERENCE = re.compile(r" {0,3}\[(?P<label>[^\[\]^][^\[\]]{0,200})\]:[ \t]*<?(?P<target>[^\s>]{1,2000})", re.MULTILINE)
_HTML = re.compile(
    r" {0,3}</?(?P<tag>table|div|p|ul|ol|dl|details|summary|section|article|center|script|style|pre|h[1-6]|form|iframe"
    r"|header|footer|nav|aside|figure|img|hr|br|a|span)(?=[\s/>])",
    re.IGNORECASE,
)
_UNTIL_CLOSED: Final = frozenset({"table", "script", "style", "pre"})
_INLINE: Final = frozenset({"a", "span", "br", "img"})
_ATTRIBUTES = re.compile(r"\{[#.:][^{}]{0,200}\}\s*$")
_CELLS = re.compile(r"(?<!\\)\|")
_DEEPEST: Final = 9


def read(text: str, limits: Limits) -> Reading:
    """Return the pieces of a decoded Markdown text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title = ""
    if text.startswith("---\n") and (end := text.find("\n---", 3)) > 0:
        match = _TITLE.search(text[4 : end + 1])
        title = one_line(match["title"]) if match else ""
        text = text[text.find("\n", end + 1) + 1 :] if "\n" in text[end + 1 :] else ""
    text = clean(_without_comments(text)).expandtabs(4)
    references = {match["label"].lower().strip(): match["target"] for match in _REFERENCE.finditer(text)}
    return Reading("text/markdown", _Parser(references, limits).pieces(text), title, title_first=True)


def _without_comments(text: str) -> str:
    """Return the text without HTML comments; one that is not closed hides the rest, as in a browser."""
    kept = []
    place = 0
    while (begin := text.find("<!--", place)) >= 0:
        kept.append(text[place:begin])
        end = text.find("-->", begin + 4)
        place = end + 3 if end >= 0 else len(text)
    return "".join((*kept, text[place:]))


@dataclass(slots=True)
class _List:
    """An open list."""

    indent: int
    """Of the content of its items."""
    next_number: int
    """0: it has bullets."""


class _Parser:
    """Takes lines and yields pieces; what is open is a paragraph, and the lists around it."""

    def __init__(self, references: dict[str, str], limits: Limits) -> None:
        self._references = references
        self._limits = limits
        self._lists: list[_List] = []
        self._paragraph: list[str] = []
        self._number = ""
        self._in_item = False
        self._tables = 0
        self._width = 0
        """Characters of a full line, where the lines of the text tell; else 0."""

    def pieces(self, text: str) -> Iterator[Piece]:
        """Yield the pieces of the text."""
        lines, closed = close_double_spacing(text.split("\n"))
        self._width = usual_width(lines) if closed else 0
        index = 0
        while index < len(lines):
            line = lines[index]
            if fence := _FENCE.match(line):
                yield from self._flush()
                index = yield from self._fenced(lines, index + 1, fence["fence"])
            elif (html := _HTML.match(line)) and self._begins_html(html["tag"].lower(), line):
                yield from self._flush()
                index = yield from self._html(lines, index, html["tag"].lower())
            elif self._begins_table(lines, index):
                yield from self._flush()
                index = yield from self._table(lines, index)
            else:
                yield from self._line(line)
                index += 1
        yield from self._flush()

    def _line(self, line: str) -> Iterator[Piece]:
        if line.lstrip().startswith(">"):
            line = _QUOTE.sub("", line, count=1)
        stripped = line.strip()
        if not stripped:
            yield from self._flush()
            return
        if self._paragraph and not self._in_item and set(stripped) in ({"="}, {"-"}) and len(stripped) > 1:
            yield self._piece(BlockKind.HEADING, " ".join(self._paragraph), level=1 if stripped[0] == "=" else 2)
            self._paragraph = []
        elif _RULE.match(line):
            yield from self._flush()
        elif heading := _HEADING.match(line):
            yield from self._flush()
            self._close_lists()
            text = line[heading.end() :].rstrip().rstrip("#")
            yield self._piece(BlockKind.HEADING, _ATTRIBUTES.sub("", text), level=len(heading["marks"]))
        elif (item := _ITEM.match(line)) and self._may_begin(item):
            yield from self._flush()
            self._begin_item(item)
            self._paragraph = [line[item.end() :]] if item.end() < len(line) else []
        elif not _REFERENCE.match(line):
            yield from self._text(line)

    def _may_begin(self, item: re.Match[str]) -> bool:
        """Whether the mark begins an item: inside a paragraph, a number other than 1 is its text."""
        if not self._lists and len(item["indent"]) > 3:  # noqa: PLR2004 - CommonMark 5.2
            return False
        return not self._paragraph or bool(self._lists) or item["number"] in {None, "1"}

    def _begin_item(self, item: re.Match[str]) -> None:
        indent = len(item["indent"])
        same = None
        while self._lists and indent < self._lists[-1].indent:
            same = self._lists.pop()
        number = int(item["number"]) if item["number"] else -1
        if same and same.next_number and number >= 0:
            number = same.next_number
        content = len(item["indent"] + item["mark"]) + min(max(len(item["space"]), 1), 5)
        self._lists.append(_List(content, number + 1))
        self._number = f"{number}{')' if item['stop'] == ')' else ''}" if number >= 0 else ""
        self._in_item = True

    def _text(self, line: str) -> Iterator[Piece]:
        """Take a line of a paragraph."""
        if not self._paragraph:
            indent = len(line) - len(line.lstrip())
            while self._lists and indent < self._lists[-1].indent:
                self._lists.pop()
            self._in_item = bool(self._lists)
        elif (
            begins_block(line.strip().replace("*", "").replace("\\", ""), self._paragraph[-1])
            or ended(self._paragraph[-1], line, self._width)
            or (len(self._paragraph) == 1 and inline.read(self._paragraph[0], {}).strong)
        ):
            yield from self._flush()
        self._paragraph.append(line)

    def _flush(self) -> Iterator[Piece]:
        """Yield the open paragraph."""
        if self._paragraph:
            if self._in_item:
                level = min(len(self._lists), _DEEPEST)
                piece = self._piece(BlockKind.ITEM, "\n".join(self._paragraph), level=level)
                piece.number = self._number
                yield piece
            else:
                yield self._piece(BlockKind.PARAGRAPH, "\n".join(self._paragraph))
        self._paragraph = []
        self._number = ""

    def _close_lists(self) -> None:
        self._lists.clear()
        self._in_item = False

    def _piece(self, kind: BlockKind, text: str, *, level: int = 0) -> Piece:
        read = inline.read(text, self._references)
        return Piece(
            kind,
            read.text,
            level=level,
            links=read.links[: pieces.MOST_LINKS],
            strong=read.strong or (kind is BlockKind.PARAGRAPH and is_shouted(read.text)),
            is_contents=read.whole_link,
        )

    def _fenced(self, lines: list[str], index: int, fence: str) -> Generator[Piece, None, int]:
        """Yield what stands between fences as it is."""
        while index < len(lines) and not lines[index].strip().startswith(fence):
            if text := one_line(lines[index]):
                yield Piece(BlockKind.PARAGRAPH, text)
            index += 1
        return index + 1

    def _begins_table(self, lines: list[str], index: int) -> bool:
        line = lines[index].strip()
        if "|" not in line:
            return False
        if index + 1 < len(lines) and _is_delimiter(lines[index + 1]):
            return True
        return line.startswith("|") and line.endswith("|") and len(line) > 2  # noqa: PLR2004 - a cell at least

    def _table(self, lines: list[str], index: int) -> Generator[Piece, None, int]:
        self._tables += 1
        self._close_lists()
        has_header = index + 1 < len(lines) and _is_delimiter(lines[index + 1])
        first = True
        while index < len(lines):
            line = lines[index].strip()
            if not line and self._goes_on(lines, index + 1):
                index += 1
                continue
            if "|" not in line:
                break
            if not _is_delimiter(line):
                cells = [
                    inline.read(cell.replace("\\|", "|"), self._references, breaks=True)
                    for cell in _CELLS.split(line.removeprefix("|").removesuffix("|"), maxsplit=self._limits.columns)
                ][: self._limits.columns]
                links = tuple(link for cell in cells for link in cell.links)
                if any(cell.text for cell in cells):
                    texts = tuple(cell.text for cell in cells)
                    yield pieces.row(texts, self._tables, is_header=first and has_header, links=links)
                first = False
            index += 1
        return index

    @staticmethod
    def _goes_on(lines: list[str], index: int) -> bool:
        """Whether a table goes on behind an empty line: with a row that begins no table of its own."""
        line = lines[index].strip() if index < len(lines) else ""
        if not (line.startswith("|") and line.endswith("|") and len(line) > 2):  # noqa: PLR2004 - a cell at least
            return False
        return not (index + 1 < len(lines) and _is_delimiter(lines[index + 1]))

    def _begins_html(self, tag: str, line: str) -> bool:
        """Whether a line begins HTML that is read as such: a table, or a block; a lone link stays in its paragraph."""
        return tag not in _INLINE and not (self._paragraph and tag not in _UNTIL_CLOSED) and line.lstrip()[0] == "<"

    def _html(self, lines: list[str], index: int, tag: str) -> Generator[Piece, None, int]:
        """Yield what a block of HTML shows."""
        from vendor_audit.documents import html  # noqa: PLC0415 - only where there is some

        start = index
        closing = f"</{tag}"
        while index < len(lines):
            line = lines[index]
            if tag in _UNTIL_CLOSED:
                index += 1
                if closing in line.lower():
                    break
            elif line.strip():
                index += 1
            else:
                break
        for piece in html.pieces("\n".join(lines[start:index]), self._limits):
            if piece.table:
                piece.table += self._tables
            yield piece
            last_table = piece.table
            self._tables = max(self._tables, last_table)
        return index


def _is_delimiter(line: str) -> bool:
    """Whether a line is the one of strokes under the header of a table."""
    stripped = line.strip()
    return "-" in stripped and "|" in stripped and set(stripped) <= set("|:- ")

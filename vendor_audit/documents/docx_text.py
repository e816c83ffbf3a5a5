"""The text of a paragraph of a DOCX as it is printed: what was inserted stays, what was deleted or hidden goes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_audit.documents.docx_package import Node

_GONE: Final = words(
    """
    del moveFrom pPr rPr txbxContent delText delInstrText sdtPr sdtEndPr commentReference annotationRef
    fldData ruby Fallback
    """
)
_LINK = re.compile(r"HYPERLINK\s+(?P<inner>\\l\s+)?\"(?P<address>[^\"]{1,2000})\"")
_CONTENTS = re.compile(r"\s*(?:TOC|INDEX|TOA)\b")
_SIGNS: Final = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PRINTED: Final = words("t fldChar instrText sym footnoteReference endnoteReference") | _SIGNS.keys()
_HIDING: Final = ("vanish", "strike", "dstrike")
_MOST_FIELDS: Final = 50
_LONGEST_FIELD: Final = 3_000


@dataclass
class Fields:
    """The fields that are open; one may reach over many paragraphs, as a table of contents does."""

    codes: list[str] = field(default_factory=list)
    results: list[bool] = field(default_factory=list)
    """Of each open field, whether its result has begun: that is what is printed."""
    lost: int = 0

    def mark(self, kind: str) -> None:
        """Take the begin, middle or end of a field."""
        if kind == "begin":
            if len(self.codes) < _MOST_FIELDS:
                self.codes.append("")
                self.results.append(False)
            else:
                self.lost += 1
        elif kind == "separate" and self.results and not self.lost:
            self.results[-1] = True
        elif kind == "end":
            if self.lost:
                self.lost -= 1
            elif self.codes:
                self.codes.pop()
                self.results.pop()

    def code(self, text: str) -> None:
        """Take a part of the code of the innermost field."""
        if self.codes and not self.results[-1] and len(self.codes[-1]) < _LONGEST_FIELD:
            self.codes[-1] += text

    @property
    def is_printed(self) -> bool:
        """Whether text stands in results of fields only, or in none."""
        return all(self.results)

    @property
    def is_contents(self) -> bool:
        """Whether text stands in a table of contents."""
        return any(map(_CONTENTS.match, self.codes))

    @property
    def link(self) -> str:
        """Where the innermost field leads; empty: nowhere."""
        match = _LINK.search(self.codes[-1]) if self.codes else None
        return ("#" if match["inner"] else "") + match["address"] if match else ""


@dataclass
class Text:
    """What is in a paragraph."""

    parts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Kind and id of the footnotes and endnotes that it refers to."""
    boxes: list[Node] = field(default_factory=list)
    """Text boxes that hang on it."""
    letters: int = 0
    bold: int = 0
    contents: int = 0

    @property
    def is_strong(self) -> bool:
        """Whether all of it is bold."""
        return 0 < self.letters == self.bold

    @property
    def is_contents(self) -> bool:
        """Whether all of it is of a table of contents."""
        return 0 < self.letters == self.contents


def read(paragraph: Node, fields: Fields, targets: Mapping[str, str], *, bold: bool) -> Text:
    """Return the text of a paragraph. ``bold``: whether its style is; ``targets``: where the document's links lead."""
    text = Text()
    for node, is_bold, link in _printed(paragraph, text, targets, bold=bold):
        if node.tag == "t":
            shown = node.text
        elif node.tag in _SIGNS:
            shown = "" if node.attributes.get("type") in {"page", "column"} else _SIGNS[node.tag]
        elif node.tag == "sym":
            shown = "•" if node.attributes.get("char", "").upper().startswith("F0") else ""
        elif node.tag == "fldChar":
            fields.mark(node.attributes.get("fldCharType", ""))
            continue
        elif node.tag == "instrText":
            fields.code(node.text)
            continue
        else:
            text.notes.append((node.tag.removesuffix("Reference"), node.attributes.get("id", "")))
            continue
        if not fields.is_printed:
            continue
        text.parts.append(shown)
        address = link or fields.link
        if address and shown.strip() and address not in text.links:
            text.links.append(address)
        count = len(shown) - shown.count(" ")
        text.letters += count
        text.bold += count if is_bold else 0
        text.contents += count if fields.is_contents else 0
    return text


def _printed(
    paragraph: Node, text: Text, targets: Mapping[str, str], *, bold: bool
) -> Iterator[tuple[Node, bool, str]]:
    """Yield the elements that print something, or say how, with whether they are bold and where they lead."""
    stack = [(child, bold, "") for child in reversed(paragraph.children)]
    while stack:
        node, is_bold, link = stack.pop()
        if node.tag in _PRINTED:
            yield node, is_bold, link
            continue
        if node.tag == "txbxContent":
            text.boxes.append(node)
        if node.tag in _GONE:
            continue
        children = node.children
        look = node.child("rPr") if node.tag == "r" else None
        if look is not None:
            if any(map(look.is_on, _HIDING)):
                children = [child for child in children if child.tag in {"fldChar", "instrText"}]
            if look.child("b") is not None:
                is_bold = look.is_on("b")
        elif node.tag == "hyperlink":
            anchor = node.attributes.get("anchor", "")
            link = targets.get(node.attributes.get("r:id", ""), f"#{anchor}" if anchor else "")
        elif node.tag == "AlternateContent":
            children = [child for child in children if child.tag == "Choice"][:1] or [
                inner for child in children if child.tag == "Fallback" for inner in child.children
            ]
        stack.extend((child, is_bold, link) for child in reversed(children))

"""The package of a DOCX: parts out of its ZIP and elements out of their XML, each within its bound."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from vendor_audit.documents.model import DocumentError
from vendor_audit.documents.sniff import unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_audit.documents.limits import Limits

_END: Final = b"PK\x05\x06"
_END_LENGTH: Final = 22
_LONGEST_COMMENT: Final = 0xFFFF
_LARGEST_DIRECTORY: Final = 2_000_000
"""Bytes of the ZIP's directory: about ten thousand parts."""
_CHUNK: Final = 1 << 16
_MOST_ELEMENTS: Final = 2_000_000
"""In one part."""
_OTHERS: Final = (
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an EPUB book"),
    ("content.xml", "an OpenDocument file (.odt)"),
)


@dataclass(slots=True)
class Node:
    """An element: its name and attributes without their namespaces."""

    tag: str
    attributes: dict[str, str]
    """By local name; those of the relationships' namespace have ``r:`` before it."""
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def child(self, tag: str) -> Node | None:
        """Return the first child of a name."""
        return next((child for child in self.children if child.tag == tag), None)

    def value(self, tag: str) -> str | None:
        """Return ``val`` of the first child of a name; empty: it has none; None: there is no such child."""
        found = self.child(tag)
        return None if found is None else found.attributes.get("val", "")

    def is_on(self, tag: str) -> bool:
        """Return whether a property that is on or off is there and on."""
        return self.value(tag) not in {None, "0", "false", "off", "none"}

    def walk(self) -> Iterator[Node]:
        """Yield the element and all in it, in order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class Package:
    """The parts of a DOCX."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Open the ZIP.

        Raises:
            DocumentError: ``damaged``, ``encrypted``, ``too_large``, or ``unsupported``: it holds something else.
        """
        self._limits = limits
        self._left = limits.unpacked_bytes
        _check_directory(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise _damaged() from error
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self.main = self._main()

    def _main(self) -> str:
        """Return the name of the part that holds the text."""
        for target in self.targets("", of_type="/officeDocument").values():
            if "word/" in f"{target.lower()}" and target.lower() in self._names:
                return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        for name, what in _OTHERS:
            if name.lower() in self._names:
                raise unsupported(what)
        raise unsupported("a ZIP archive that holds no Word document")

    def read(self, name: str) -> bytes | bytearray | None:
        """Return a part; None: there is no such one.

        Raises:
            DocumentError: ``damaged``, ``encrypted``, or ``too_large``: more unpacks than the limits allow.
        """
        known = self._names.get(name.lower())
        if known is None:
            return None
        entry = self._zip.getinfo(known)
        if entry.flag_bits & 1:
            raise DocumentError("encrypted", "the DOCX needs a password: save it without one and name that file")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _damaged()
        unpacked = bytearray()
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise DocumentError(
                            "too_large",
                            f"the DOCX unpacks to more than {self._limits.unpacked_bytes:,} bytes and was not read",
                        )
                    unpacked += chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise _damaged() from error
        return unpacked

    def tree(self, name: str) -> Node | None:
        """Return the root element of a part; None: there is no such one.

        Raises:
            DocumentError: as `read`, or the part is no XML that is allowed here.
        """
        content = self.read(name)
        if content is None:
            return None
        roots: list[Node] = []
        parse(content, self._limits, roots.append, depth=1)
        return roots[0] if roots else None

    def targets(self, part: str, *, of_type: str = "") -> dict[str, str]:
        """Return where a part's relationships lead, by their id: names of parts, or addresses outside."""
        folder, name = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, str] = {}
        for node in root.children if root else ():
            target = node.attributes.get("Target", "")
            if node.attributes.get("Type", "").endswith(of_type) and target:
                outside = node.attributes.get("TargetMode", "").lower() == "external"
                inside = target.removeprefix("/") if target.startswith("/") else posixpath.join(folder, target)
                found[node.attributes.get("Id", str(len(found)))] = target if outside else posixpath.normpath(inside)
        return found


def _check_directory(content: bytes) -> None:
    """Refuse a ZIP whose directory is larger than any document's, before it is read."""
    tail = content[-(_END_LENGTH + _LONGEST_COMMENT) :]
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_LENGTH:
        raise _damaged()
    size = int.from_bytes(tail[place + 12 : place + 16], "little")
    if size > _LARGEST_DIRECTORY or b"PK\x06\x07" in tail[max(0, place - 20) : place]:
        raise DocumentError("too_large", "the ZIP holds more parts than a Word document has, and was not read")


def _damaged() -> DocumentError:
    return DocumentError("damaged", "the DOCX is damaged and cannot be unpacked: ask for it again")


def parse(content: bytes | bytearray, limits: Limits, take: Callable[[Node], None], *, depth: int) -> None:
    """Give each element that stands at a depth to ``take``, with all in it; the root's depth is 1.

    Raises:
        DocumentError: ``damaged``: no XML, or one with a document type, which Word never writes and which can define
            entities; ``too_large``: too many elements, or too deep in each other.
    """
    stack: list[Node] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS or len(stack) >= limits.nesting:
            raise DocumentError("too_large", "the DOCX has more elements, or deeper ones, than a document needs")
        node = Node(name.rpartition(" ")[2], {_local(key): value for key, value in attributes.items()})
        if len(stack) >= depth:
            stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        node = stack.pop()
        if len(stack) == depth - 1:
            take(node)

    def text(data: str) -> None:
        if len(stack) >= depth:
            stack[-1].text += data

    def refuse(*_: object) -> None:
        raise DocumentError("damaged", "the DOCX has a document type declaration, which no Word document has")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _damaged() from error


def _local(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"r:{local}" if space.endswith("/relationships") else local

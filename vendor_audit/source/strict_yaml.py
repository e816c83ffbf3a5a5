"""YAML as a person expects it, read strictly, with the place of every value.

Norway stays ``NO``: only ``true`` and ``false`` are booleans, ``null``, ``~`` and nothing are null, plain decimals are
numbers, and all else is text. What could hide something is refused: duplicate keys, anchors and aliases, tags, merge
keys, a second document, text that no editor shows. All mistakes of a file are reported together.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vendor_audit.errors import UsageError
from vendor_audit.source.composer import Node, compose
from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError, Place

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    from vendor_audit.source.composer import Mark

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with string keys."""
Path = tuple[str | int, ...]
"""The way from the root of the data to a value: ("endpoints", 0, "url")."""

_BYTE_ORDER_MARK = "\ufeff"
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|(?<!^)\ufeff")
"""What YAML 1.2 (5.1) does not allow as it stands, and three line breaks that only some tools count as such."""
_INVISIBLE_CHARACTERS = 20
"""Diagnostics about such characters; a file with more of them is no text."""


@dataclass(frozen=True)
class SourceDocument:
    """A YAML file as data, with the place of every key and value."""

    file: str
    """As the user named it."""
    text: str
    """As it stands in the file, byte order mark and line breaks included."""
    data: Json
    """What it says."""
    mistakes: tuple[Diagnostic, ...] = ()
    """What strict YAML refuses in it; always empty in what `load_yaml` returns."""
    root: Node | None = field(default=None, repr=False, compare=False)
    """The marks, as a tree of the data's shape."""

    @property
    def sha256(self) -> str:
        """The lower-case hexadecimal SHA-256 of the file's bytes."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file without their line breaks; at least one."""
        return split_lines(self.text)

    def place(self, path: Path) -> Place:
        """Return the place of the value; of its nearest ancestor where there is no such value."""
        return self._place(self._mark(path, at_key=False))

    def key_place(self, path: Path) -> Place:
        """Return the place of the key that the path ends with; of the nearest ancestor's where there is none."""
        return self._place(self._mark(path, at_key=True))

    def written(self, path: Path) -> str:
        """Return a scalar as it is written, ``1.20`` for the number 1.2; empty for lists, mappings and nothing."""
        node = self.root
        for step in path:
            node = node.children.get(step) if node else None
        return node.written if node else ""

    def span(self, path: Path) -> tuple[Place, Place] | None:
        """Return where a value begins and where it has ended (the place after it); None: there is no such value."""
        node = self.root
        for step in path:
            node = node.children.get(step) if node else None
        return (self._place(node.mark), Place(self.file, *node.end)) if node else None

    def diagnostic(self, path: Path, message: str, *, at_key: bool = False) -> Diagnostic:
        """Return a diagnostic about the value, or about the key that the path ends with."""
        mark = self._mark(path, at_key=at_key)
        place = self._place(mark)
        return Diagnostic(place, message, self.lines[place.line - 1] if place.line else "", mark.length if mark else 1)

    def _place(self, mark: Mark | None) -> Place:
        return Place(self.file, mark.line, mark.column) if mark else Place(self.file)

    def _mark(self, path: Path, *, at_key: bool) -> Mark | None:
        node = self.root
        if node is None:
            return None
        mark = node.mark
        for step in path:
            child = node.children.get(step)
            if child is None:
                # What is missing is shown at the key of what it is missing in.
                return mark
            node = child
            mark = node.key if at_key and node.key else node.mark
        return mark


def load_yaml(text: str, file: str) -> SourceDocument:
    """Return the data of a YAML text with its places.

    Args:
        text: the whole file.
        file: its name, as the user named it, for the diagnostics.

    Raises:
        InvalidFileError: the text is not YAML, or says something that strict YAML refuses; all mistakes at once.
    """
    document = parse_yaml(text, file)
    if document.mistakes:
        raise InvalidFileError(list(document.mistakes))
    return document


def parse_yaml(text: str, file: str) -> SourceDocument:
    """Return the data of a YAML text with its places, and as `mistakes` what strict YAML refuses in it.

    For who wants to report the mistakes of the next stage together with these. Where something is refused, the data
    hold what is nearest to it: the first of two equal keys, null for an alias.

    Raises:
        InvalidFileError: the text is not YAML, so that there are no data.
    """
    invisible = _invisible_characters(text, file)
    if invisible:
        raise InvalidFileError(invisible)
    lines = split_lines(text)
    composed = compose(text.removeprefix(_BYTE_ORDER_MARK), lines)
    mistakes = [
        Diagnostic(Place(file, mark.line, mark.column), message, lines[mark.line - 1], mark.length)
        for mark, message in composed.mistakes
    ]
    if composed.root is None:
        raise InvalidFileError(mistakes or [Diagnostic(Place(file), "the file is empty")])
    return SourceDocument(file, text, composed.data, tuple(sorted(mistakes)), composed.root)


def read_yaml(path: FilePath, *, limit: int = 2_000_000, name: str | None = None) -> SourceDocument:
    """Return the data of a YAML file with its places.

    Args:
        path: the file.
        limit: the bytes that it may have.
        name: what the diagnostics call it; the path if left out.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        InvalidFileError: it is too large, not UTF-8, not YAML, or says something that strict YAML refuses.
    """
    return load_yaml(read_text(path, limit=limit, name=name), name or str(path))


def read_text(path: FilePath, *, limit: int = 2_000_000, name: str | None = None) -> str:
    """Return the text of a UTF-8 file as it stands, line breaks and byte order mark included.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        InvalidFileError: it is larger than ``limit`` bytes, or not UTF-8.
    """
    shown = name or str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise UsageError(f"{shown}: there is no such file") from error
    except IsADirectoryError as error:
        raise UsageError(f"{shown}: this is a folder, not a file") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{shown}: the file cannot be read: {reason}") from error
    if len(content) > limit:
        raise InvalidFileError([Diagnostic(Place(shown), f"the file is larger than {limit:,} bytes")])
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content[:2]:
        raise InvalidFileError([Diagnostic(Place(shown), "the file is UTF-16 or UTF-32 text: save it as UTF-8")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = split_lines(content[: error.start].decode("utf-8"))
        place = Place(shown, len(before), len(before[-1].removeprefix(_BYTE_ORDER_MARK)) + 1)
        line = before[-1] + split_lines(content[error.start :].decode("utf-8", "replace"))[0]
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8: save the file as UTF-8"
        raise InvalidFileError([Diagnostic(place, message, line.removeprefix(_BYTE_ORDER_MARK))]) from error


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as editors and YAML count them: ended by CR LF, LF or CR. At least one."""
    return _LINE_BREAK.split(text.removeprefix(_BYTE_ORDER_MARK))


def _invisible_characters(text: str, file: str) -> list[Diagnostic]:
    """Return a diagnostic for each of the first characters that may not stand in YAML as they are."""
    body = text.removeprefix(_BYTE_ORDER_MARK)
    found = []
    starts: list[int] = []
    lines: list[str] = []
    for match in _NOT_TEXT.finditer(body):
        if not starts:
            starts = [0, *(each.end() for each in _LINE_BREAK.finditer(body))]
            lines = split_lines(text)
        number = bisect_right(starts, match.start())
        place = Place(file, number, match.start() - starts[number - 1] + 1)
        message = (
            f"the invisible character U+{ord(match.group()):04X} may not stand here as it is: delete it, or write it "
            'as an escape between double quotes, such as "\\u2028"'
        )
        found.append(Diagnostic(place, message, lines[number - 1]))
        if len(found) == _INVISIBLE_CHARACTERS:
            break
    return found

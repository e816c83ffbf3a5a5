"""The archive of a bundle: a zip of which every byte is laid down here, so that no byte can change unnoticed.

Zip, because a DPO opens it with a double click on any system and needs no program of ours to see what is in it. Stored
and not deflated: the bytes then do not hang on a version of zlib, what is unpacked is never larger than what was
received, and no decompressor ever reads a stranger's bytes. Times are 1980-01-01, names are sorted, there are no extra
fields, no comment and no gap (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).

The reader does not interpret an archive, it compares it: each header must be the one that the writer makes for that
name and that content. Whatever else a zip may do is no bundle's.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO

SIZE_LIMIT = 500_000_000
"""Bytes of a whole bundle. It is read into memory."""
TOO_LARGE = f"larger than {SIZE_LIMIT // 1_000_000} MB, so no bundle of ours"
FILES_LIMIT = 20_000
FIRST = "audit.json"
"""The file with which every bundle begins."""

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCAL_SIGNATURE, _CENTRAL_SIGNATURE, _END_SIGNATURE = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 10
"""Version 1.0 of the format is needed to extract a stored file."""
_UNIX_VERSION = 3 << 8 | _VERSION
_MODE = 0o100644 << 16
_DAY = 1 << 5 | 1
"""1980-01-01, the first day that the format knows, as MS-DOS writes it."""

_NAME = re.compile(r"audit\.json|evidence/[0-9a-f]{64}|signer\.pem|statement(\.dsse)?\.json")
_NAME_LENGTH = 80
_Layout = list[tuple[str, int]]
"""Names and sizes in bytes, in the order of the archive."""


class NoBundleError(UsageError):
    """The file is no bundle at all."""


@dataclass(slots=True)
class Archive:
    """What was read."""

    files: dict[str, memoryview] = field(default_factory=dict)
    """Name -> content, in the order of the archive."""
    damage: dict[str, str] = field(default_factory=dict)
    """The file concerned -> what is not as a bundle is, one sentence."""
    is_whole: bool = True
    """Whether the files could be told apart. If not, `files` is empty."""


def write_archive(out: IO[bytes], members: Iterable[tuple[str, bytes]]) -> None:
    """Write the archive. The same members give the same bytes, whenever and wherever.

    Args:
        out: a file opened for writing in binary mode.
        members: names and contents in the order of their names; each is asked for when its turn comes.

    Raises:
        UsageError: more, or more bytes, than a bundle may have.
        ValueError: a name that no file of a bundle has, or names out of order.
        OSError: the file cannot be written.
    """
    directory: list[bytes] = []
    position, last = 0, ""
    for name, content in members:
        if not _NAME.fullmatch(name) or name <= last:
            raise ValueError(f"'{name}' cannot follow '{last}' in a bundle")
        last = name
        header = _local_header(name, content)
        directory.append(_central_header(header, position))
        position += len(header) + len(content)
        if len(directory) > FILES_LIMIT or position > SIZE_LIMIT:
            raise UsageError(
                f"this audit does not fit into a bundle: one holds {FILES_LIMIT:,} files and "
                f"{SIZE_LIMIT // 1_000_000} MB at most"
            )
        out.write(header)
        out.write(content)
    out.write(_tail(directory, position))


def read_archive(content: bytes) -> list[Archive]:
    """Return the files of an archive and, by the name of the file concerned, what is not as the writer makes it.

    Names and sizes of the files are written twice, before each of them and in the directory. Where the two differ,
    there are two readings, each with its damage; otherwise there is one. Bounded by the size of the archive: nothing is
    unpacked.

    Raises:
        NoBundleError: this is no bundle at all.
    """
    if len(content) > SIZE_LIMIT:
        raise NoBundleError(TOO_LARGE)
    layout, trouble = _by_headers(content)
    readings = [each for each in (layout, _by_directory(content)) if _fits(each, content)]
    if readings:
        return [_compare(content, each) for each in readings[: 1 if readings[0] == readings[-1] else 2]]
    if not layout or layout[0][0] != FIRST:
        raise NoBundleError("is no bundle of ours: it neither begins nor ends as one")
    return [Archive(damage={layout[-1][0]: trouble}, is_whole=False)]


def _compare(content: bytes, layout: _Layout) -> Archive:
    """Hold every byte outside of the files against what the writer puts there."""
    archive, view = Archive(), memoryview(content)
    directory: list[bytes] = []
    position = 0
    for name, size in layout:
        start = position + _LOCAL.size + len(name)
        archive.files[name] = view[start : start + size]
        header = _local_header(name, archive.files[name])
        if content[position:start] != header:
            archive.damage[name] = "its content, or its header in the archive, has been changed"
        directory.append(_central_header(header, position))
        position = start + size
    for name, entry in zip(archive.files, directory, strict=True):
        if content[position : position + len(entry)] != entry:
            archive.damage.setdefault(name, "its entry in the archive's directory has been changed")
        position += len(entry)
    if content[position:] != _tail(directory, position - sum(map(len, directory)))[-_END.size :]:
        archive.damage.setdefault(layout[-1][0], "behind it, the end of the archive has been changed")
    return archive


def _by_headers(content: bytes) -> tuple[_Layout, str]:
    """Return the files as the headers before them tell it, and why there can be no more of them; empty: all is told."""
    layout: _Layout = []
    position, tail_length = 0, _END.size
    while len(content) - position > tail_length:
        name = _text(content, position + _LOCAL.size, _number(content, position + 26, 2))
        last = layout[-1][0] if layout else ""
        if not _NAME.fullmatch(name):
            said = f"a file that is called '{name}'" if name else "what is no file"
            return layout, f"behind it, at byte {position:,}, stands {said}, which no bundle has"
        if name <= last:
            return layout, f"behind it, at byte {position:,}, stands '{name}' a second time or out of order"
        if len(layout) >= FILES_LIMIT:
            return layout, f"behind it stand more files than the {FILES_LIMIT:,} that a bundle may have"
        size = _number(content, position + 18, 4)
        layout.append((name, size))
        position += _LOCAL.size + len(name) + size
        tail_length += _CENTRAL.size + len(name)
    missing = len(content) - position != tail_length
    return layout, "behind it, bytes of the archive are missing or additional" if missing else ""


def _by_directory(content: bytes) -> _Layout:
    """Return the files as the directory tells it, however it does."""
    layout: _Layout = []
    position = _number(content, len(content) - 6, 4)
    while 0 < position < len(content) - _END.size and len(layout) <= FILES_LIMIT:
        name = _text(content, position + _CENTRAL.size, _number(content, position + 28, 2))
        layout.append((name, _number(content, position + 20, 4)))
        position += _CENTRAL.size + len(name)
    return layout


def _fits(layout: _Layout, content: bytes) -> bool:
    """Return whether files of these names and sizes make an archive as long as this one."""
    names = [name for name, _ in layout]
    length = sum(_LOCAL.size + _CENTRAL.size + 2 * len(name) + size for name, size in layout) + _END.size
    is_sorted = all(first < second for first, second in pairwise(names))
    return 0 < len(layout) <= FILES_LIMIT and is_sorted and all(map(_NAME.fullmatch, names)) and length == len(content)


def _number(content: bytes, position: int, size: int) -> int:
    return int.from_bytes(content[max(position, 0) : position + size], "little")


def _text(content: bytes, position: int, length: int) -> str:
    """Return a name; empty where none that can be printed stands there."""
    name = content[position : position + min(length, _NAME_LENGTH)].decode("latin-1")
    return name if name.isprintable() and name.isascii() else ""


def _local_header(name: str, content: bytes | memoryview) -> bytes:
    size = len(content)
    fixed = _LOCAL.pack(_LOCAL_SIGNATURE, _VERSION, 0, 0, 0, _DAY, zlib.crc32(content), size, size, len(name), 0)
    return fixed + name.encode("ascii")


def _central_header(local: bytes, position: int) -> bytes:
    """Return the directory's entry of the file whose local header stands at a position."""
    _, version, flags, method, time, day, crc, size, unpacked, name_length, _ = _LOCAL.unpack_from(local)
    fixed = _CENTRAL.pack(
        _CENTRAL_SIGNATURE, _UNIX_VERSION, version, flags, method, time, day, crc, size, unpacked, name_length,
        0, 0, 0, 0, _MODE, position,
    )  # fmt: skip
    return fixed + local[_LOCAL.size :]


def _tail(directory: list[bytes], position: int) -> bytes:
    """Return the archive's directory and its end."""
    entries = b"".join(directory)
    count = len(directory)
    return entries + _END.pack(_END_SIGNATURE, 0, 0, count, count, len(entries), position, 0)

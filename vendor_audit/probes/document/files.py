"""Documents from the disk: ordinary files only, of the vendor file's folder only, of a bounded size only.

The vendor file was held to the same when it was read; the disk may have changed since.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from vendor_audit.probes.document.original import SIZE_LIMIT, Original
from vendor_audit.probes.interface import ProbeError


def read_file(location: str, folder: Path | None, limit: int = SIZE_LIMIT) -> Original:
    """Return a document that stands on the disk. Blocks; call it beside the event loop.

    Args:
        location: the path as the target has it.
        folder: as in `ProbeContext`: where the path begins and out of which it must not lead; None: anywhere.
        limit: bytes.

    Raises:
        ProbeError: ``file_missing``, ``not_a_file``, ``file_unreadable``, ``too_large`` or ``empty``.
    """
    try:
        path = ((folder or Path()) / location).resolve(strict=True)
        if folder is not None and not path.is_relative_to(folder.resolve()):
            raise ProbeError("not_a_file", f"{location} leads out of the vendor file's folder")
        content = _content(path, location, limit)
    except FileNotFoundError as error:
        raise ProbeError("file_missing", f"there is no file {location}") from error
    except OSError as error:
        raise ProbeError("file_unreadable", f"{location} cannot be read: {error.strerror or error}") from error
    except (ValueError, RuntimeError) as error:  # a null character in the path, a loop of links
        raise ProbeError("file_unreadable", f"{location} cannot be read: {error}") from error
    if not content:
        raise ProbeError("empty", f"{location} is empty")
    return Original(location, path.name, content)


def _content(path: Path, location: str, limit: int) -> bytes:
    # A pipe would be waited for, a link that took the file's place meanwhile would be followed.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise ProbeError("not_a_file", f"{location} is not a file")
        with open(descriptor, "rb", closefd=False) as file:
            content = b"" if state.st_size > limit else file.read(limit + 1)
    finally:
        os.close(descriptor)
    if max(state.st_size, len(content)) > limit:
        raise ProbeError("too_large", f"{location} is larger than {limit:,} bytes")
    return content

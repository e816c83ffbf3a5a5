"""A folder of evidence: each file is named after the SHA-256 of its content, so nothing can change unnoticed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.observation import Evidence

_NAME_LENGTH = 64
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """Evidence on disk, one file a content."""

    folder: Path
    """Made when the first evidence is put into it."""

    def put(self, evidence: Evidence) -> None:
        """Store the evidence; the same content is stored once. A file appears whole or not at all.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self.folder / evidence.sha256
        if path.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
            file.write(evidence.content)
        os.chmod(file.name, 0o644)  # noqa: PTH101 # a temporary file is private; evidence is not
        os.replace(file.name, path)  # noqa: PTH105 # the atomic one

    def get(self, sha256: str) -> bytes | None:
        """Return the content, or None where the store does not have it.

        Raises:
            UsageError: the name is no SHA-256, or the content no longer matches its name.
        """
        if len(sha256) != _NAME_LENGTH or not _HEXADECIMAL.issuperset(sha256):
            raise UsageError(f"'{sha256[:80]}' is not the SHA-256 of a piece of evidence")
        try:
            content = (self.folder / sha256).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise UsageError(f"{self.folder / sha256} has been changed: its content no longer matches its SHA-256")
        return content

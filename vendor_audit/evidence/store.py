"""A folder of evidence: each file is named after the SHA-256 of its content, so nothing can change unnoticed."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

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
        self._write(evidence.sha256, io.BytesIO(evidence.content))

    def copy(self, path: Path, sha256: str) -> None:
        """Store a file that is evidence as it stands, such as the proof of a statement.

        Raises:
            OSError: the file cannot be read, or the folder not be written.
            UsageError: the file no longer has the content of that SHA-256.
        """
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise UsageError(f"{path}: has changed while the audit ran")
            file.seek(0)
            self._write(sha256, file)

    def _write(self, sha256: str, content: BinaryIO) -> None:
        path = self.folder / sha256
        if path.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
            shutil.copyfileobj(content, file)
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

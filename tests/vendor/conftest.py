"""Vendor files on disk, as an operator has them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.vendor.file import VendorFile, read_vendor_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 11, 23)
CHECKS = ("art32.tls-version", "art32.rbac", "art32.dns-hardening", "dpa.audit-rights")
HEAD = "vendor: {name: Acme Video}\nproduct: {name: Acme Meet}\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], VendorFile]:
    """Return a function that writes a vendor file (below a head of two lines) and reads it as of 2026-11-23."""

    def write_and_read(text: str, head: str = HEAD) -> VendorFile:
        path = tmp_path / "acme.yaml"
        path.write_text(head + text, encoding="utf-8", newline="")
        return read_vendor_file(path, known_checks=CHECKS, today=TODAY)

    return write_and_read


@pytest.fixture
def told(read: Callable[[str], VendorFile]) -> Callable[[str], list[str]]:
    """Return a function that gives place and sentence of each mistake; lines count from 1 below the head."""

    def tell(text: str) -> list[str]:
        try:
            read(text)
        except InvalidFileError as error:
            return [
                f"{each.place.line - HEAD.count(chr(10))}:{each.place.column} {each.message}"
                for each in error.diagnostics
            ]
        return []

    return tell


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Return the folder of the vendor file with a few documents in it."""
    (tmp_path / "documents").mkdir()
    for name in ("dpa.pdf", "roles.pdf", "pentest-consent.pdf"):
        (tmp_path / "documents" / name).write_bytes(name.encode())
    return tmp_path

"""A vendor file may come from the vendor: none, however built, costs much time or breaks the program."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "vendor: {name: x}\nproduct: {name: x}\n"
MANY = 95_000
"""Nearly as many values as a file may have."""
SECONDS = 20
"""Far above what any of these takes on a slow machine (about 3), far below what a quadratic step would."""


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines)


BUILT = {
    "billion laughs": _bomb(),
    "open brackets": "[" * 1_900_000,
    "open brackets in lines": "[\n" * 900_000,
    "open braces": "{" * 1_900_000,
    "nested dashes": "- " * 900_000,
    "nested questions": "? " * 900_000,
    "nested keys": "\n".join(" " * n + "a:" for n in range(1800)),
    "one long line of unknown keys": HEAD + "customer: {" + ", ".join(f"k{n}: 1" for n in range(MANY // 2)) + "}",
    "many unknown keys": HEAD + "\n".join(f"key-{n}: 1" for n in range(MANY // 2)),
    "many near keys": HEAD + "customer:\n" + "\n".join(f"  recordin{n}: 1" for n in range(MANY // 2)),
    "many duplicate keys": HEAD + "a: 1\n" * (MANY // 3),
    "many endpoints": HEAD + "endpoints:\n" + "- {url: https://a.example, role: web}\n" * (MANY // 5),
    "many bad endpoints": HEAD + "endpoints:\n" + "- {url: x, roel: web}\n" * (MANY // 5),
    "many statements": HEAD + "statements:\n" + "- {check: a.b, answer: 1}\n" * (MANY // 5),
    "many equal purposes": HEAD + "customer: {recording: {used: true, purposes: [" + "a, " * (MANY - 50) + "]}}",
    "many mixed purposes": HEAD + "customer: {recording: {used: true, purposes: [" + "a, 1, {}, " * 30_000 + "]}}",
    "many secrets in a line": HEAD + "media: {turn: [" + "{password: x}, " * (MANY // 3) + "]}",
    "many credentials": HEAD + "x: " + "//a:b@" * 250_000,
    "many slashes": HEAD + "y: [x\npassword: " + "/" * 1_900_000,
    "many colons": HEAD + "y: 'x\n" + "pass:" * 350_000,
    "a key without an end": "password" * 230_000,
    "a long scalar": HEAD + "x: " + "y" * 1_900_000,
    "a long number": HEAD + "x: " + "9" * 1_900_000,
    "a long host": HEAD + "endpoints: [{url: 'https://" + "ü" * 90_000 + ".example', role: web}]",
    "a long host of dots": HEAD + "endpoints: [{url: 'https://" + "a." * 45_000 + "', role: web}]",
    "a long path": HEAD + "documents: {dpa: " + "a/" * 45_000 + "}",
    "many escapes": HEAD + 'x: "' + "\\x1b" * 400_000 + '"',
    "control characters": "\x1b" * 1_900_000,
    "carriage returns": "\r" * 1_900_000,
    "quotes": "'" * 1_900_001,
    "anchors": "&a " * 600_000,
    "tags": "! " * 900_000,
    "remarks": "# x\n" * 450_000,
    "too large": "#" * 2_000_001,
}


@pytest.mark.parametrize("name", BUILT)
def test_a_hostile_file_ends_soon_with_mistakes_or_without(tmp_path: Path, name: str) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(BUILT[name], encoding="utf-8", newline="")
    started = time.monotonic()
    with pytest.raises(InvalidFileError) as error:
        read_vendor_file(path, known_checks=[f"art32.check-{n}" for n in range(200)])
    assert time.monotonic() - started < SECONDS
    shown = str(error.value)
    assert len(shown) < 200_000
    assert not set(shown) & set("\x1b\r\x07")

"""How a stranger's text gets into a vendor file: in double quotes or on one line behind ``#``. Pure."""

from __future__ import annotations

import json
import unicodedata

from vendor_audit.probes.http.text import cap
from vendor_audit.vendor.hosts import BadHostError, HostPort, host_and_port

_COMMENT = 400
"""Characters of one comment."""
_LONGEST = 2_000
"""Characters of a URL, as in the schema."""


def address_of(url: str) -> HostPort | None:
    """Return where a URL leads; None: a vendor file cannot hold it."""
    try:
        return host_and_port(url) if len(url) <= _LONGEST else None
    except BadHostError:
        return None


def quoted(value: object) -> str:
    """Return a text, or a list of texts, as YAML: JSON's double quotes, which YAML reads alike."""
    if isinstance(value, str):
        value = inert(value)
    return json.dumps(value, ensure_ascii=False)


def comment(text: str, depth: int = 0) -> str:
    """Return a text as one line of comment, two spaces for each step of depth; what is too long ends with …."""
    return f"{'  ' * depth}# {cap(inert(text), _COMMENT)}"


def inert(text: str) -> str:
    """Return the text on one line, with nothing in it that turns directions, hides or acts on a terminal."""
    return " ".join("".join(each if each.isprintable() else _in_place_of(each) for each in text).split())


def _in_place_of(character: str) -> str:
    # Format characters, such as the soft hyphen, have no width: a space would tear the word.
    return "" if unicodedata.category(character) == "Cf" else " "

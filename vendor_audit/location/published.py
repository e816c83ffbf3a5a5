"""Which files operators publish, where, and in which format: the dated data ``location-sources``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vendor_audit.location.dated import dated


@dataclass(frozen=True, slots=True)
class Published:
    """What one operator publishes."""

    name: str
    """``aws``: what the file is called in the cache and on the command line."""
    operator: str
    urls: tuple[str, ...]
    """https, in the order in which the parts of the file are asked for. ``{month}`` stands for 2026-11."""
    format: str
    """A key of `vendor_audit.location.operators.formats.PARSERS`, or ``mmdb``."""
    link: str = ""
    """A regular expression that finds the file's address in the page that the URL leads to; empty: it leads to the file
    itself."""


@cache
def published() -> dict[str, Published]:
    """Return name -> what is published, in the order in which it is asked for."""
    return {
        name: Published(
            name,
            each["operator"]["value"],
            tuple(each["url"]["value"]),
            each["format"]["value"],
            each.get("link", {}).get("value", ""),
        )
        for name, each in dated("location-sources").tree.items()
    }

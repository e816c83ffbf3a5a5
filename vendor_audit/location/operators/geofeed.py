"""Self-published geofeeds, RFC 8805: lines of prefix, country, region, city, postal code."""

from __future__ import annotations

import csv
import re
from datetime import date

from vendor_audit.location.operators.declared import (
    MOST_NETWORKS,
    Declared,
    InvalidOperatorFileError,
    OperatorFile,
    network_of,
)

_COUNTRY = re.compile(r"[A-Z]{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_PLACE = frozenset({"ZZ", "EU", "AP", "XX"})
"""RFC 8805, 2.1.1.2: ZZ is "shall not be located". EU and AP are regions that registries write, XX is nobody's."""
_LONGEST_CITY = 100


def parse(content: bytes) -> OperatorFile:
    """Return what the feed declares. Lines with no valid prefix are skipped, as RFC 8805, 2.1 asks.

    The day is that of a comment in front of the first entry, where one has it ("# Last modified: 2025-07-24").

    Raises:
        InvalidOperatorFileError: it is no text, or no line of it is an entry.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidOperatorFileError("it is no UTF-8 text (RFC 8805, 2.1)") from error
    networks: list[Declared] = []
    edition, skipped = None, 0
    for line in text.splitlines():
        if not line.strip():
            continue
        if line.lstrip().startswith("#"):
            edition = edition or (None if networks else _day(line))
            continue
        declared = _entry(line)
        if declared is None:
            skipped += 1
            continue
        networks.append(declared)
        if len(networks) > MOST_NETWORKS:
            raise InvalidOperatorFileError(f"it has more than {MOST_NETWORKS:,} entries")
    if not networks:
        raise InvalidOperatorFileError("no line of it is an entry of a geofeed (RFC 8805)")
    return OperatorFile(tuple(networks), edition, skipped)


def _entry(line: str) -> Declared | None:
    try:
        fields = [each.strip() for each in next(csv.reader([line]))]
    except (csv.Error, StopIteration):
        return None
    network = network_of(fields[0]) if fields else None
    if network is None:
        return None
    country = fields[1].upper() if len(fields) > 1 else ""
    if not _COUNTRY.fullmatch(country) or country in _NO_PLACE:
        country = ""
    return Declared(network, fields[3][:_LONGEST_CITY] if len(fields) > 3 else "", country)  # noqa: PLR2004 # the city


def _day(comment: str) -> date | None:
    found = _DAY.search(comment)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None

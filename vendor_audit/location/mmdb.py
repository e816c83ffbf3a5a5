"""Databases in the MaxMind DB format that the user has: MaxMind, IPinfo, DB-IP, IP2Location and whoever writes alike.

The format names no schema. Known are the nested one (``country.iso_code``: MaxMind, DB-IP, IP2Location) and the flat
ones (``country`` of IPinfo, ``country_code`` of ip-location-db and older IPinfo files).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import maxminddb

from vendor_audit.errors import UsageError
from vendor_audit.location.model import Address, Claim, ClaimKind

if TYPE_CHECKING:
    from pathlib import Path

_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_COUNTRY = frozenset({"ZZ", "XX", "EU", "AP", "T1", "A1", "A2", "O1"})
"""Codes that databases write for "unknown", for two regions and for proxies."""
_PUBLISHERS = {
    "dbip": "DB-IP",  # first, for its files also name the MaxMind file that they can stand in for
    "db-ip": "DB-IP",
    "geolite": "MaxMind",
    "geoip": "MaxMind",
    "maxmind": "MaxMind",
    "ipinfo": "IPinfo",
    "ip2location": "IP2Location",
    "ipfire": "IPFire",
}
"""A word in the type, the description or the file's name -> who makes it."""
_IPV4 = 4
_FAILURES = (ValueError, KeyError, TypeError, RecursionError, OverflowError, OSError, maxminddb.InvalidDatabaseError)
"""What the library raises over a broken file, by itself and from the machine."""


class MmdbCountries:
    """One such file as a source."""

    checked = None
    licence = ""

    def __init__(self, path: Path, name: str = "") -> None:
        """Open the file, under the name that reports call it: its own if left out.

        Raises:
            UsageError: it cannot be read, or is no database in this format.
        """
        self.name = name or path.name
        try:
            self._reader = maxminddb.open_database(path)
            metadata = self._reader.metadata()
            built = datetime.fromtimestamp(metadata.build_epoch, UTC).date()
            kind = f"{metadata.database_type} {' '.join(map(str, metadata.description.values()))}"
        except FileNotFoundError as error:
            raise UsageError(f"{path}: there is no such file") from error
        except (*_FAILURES, AttributeError) as error:
            raise UsageError(f"{path}: this is no MaxMind DB (.mmdb) that can be read") from error
        self.edition: date | None = built
        self.publisher = _publisher(f"{kind} {path.name}")
        self._only_ipv4 = metadata.ip_version == _IPV4

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return the country that the database gives an address; empty: none, or the file is broken at that place."""
        if self._only_ipv4 and address.version != _IPV4:
            return ()
        try:
            record = self._reader.get(address)
        except _FAILURES:
            return ()
        country = country_of(record)
        if not country:
            return ()
        text = f"{self.name} ({self.publisher or 'publisher not known'}, {self.edition}) says {country}"
        return (Claim(self.name, ClaimKind.DATABASE, text, country, edition=self.edition, publisher=self.publisher),)


def country_of(record: Any) -> str:  # noqa: ANN401 # a database may hold anything
    """Return the country of a record, ISO 3166-1 alpha-2; empty: it has none that we understand.

    Of a nested record it is ``country``, where the address is used, never ``registered_country``.
    """
    if not isinstance(record, dict):
        return ""
    country = record.get("country")
    candidates = [
        country.get("iso_code") if isinstance(country, dict) else country,
        record.get("country_code"),
        record.get("country_short"),
        record.get("iso_code"),
    ]
    for each in candidates:
        code = each.upper() if isinstance(each, str) else ""
        if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRY:
            return code
    return ""


def _publisher(text: str) -> str:
    return next((name for word, name in _PUBLISHERS.items() if word in text.lower()), "")

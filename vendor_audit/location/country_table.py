"""DB-IP Country Lite as it is embedded: the country of every address, reduced to a table of ranges.

IP Geolocation by DB-IP (https://db-ip.com), Creative Commons Attribution 4.0 International. Edition of 1 June 2026,
taken from the npm package @ip-location-db/dbip-country 2.3.2026060120, whose licence file says so; the ranges and
countries are unchanged, their form is not. `script/make_country_table.py` makes it anew. A report that shows what it
says must name DB-IP, with a link where it is a web page: `ATTRIBUTION`.
"""

from __future__ import annotations

import lzma
from datetime import date
from functools import cache
from importlib import resources

from vendor_audit.location.model import Address, Claim, ClaimKind
from vendor_audit.location.ranges import RangeTable

FILE = "dbip-country-lite.ranges.xz"
PUBLISHER = "DB-IP"
LICENCE = "CC BY 4.0"
ATTRIBUTION = "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0"


class EmbeddedCountries:
    """The embedded database as a source."""

    name = "dbip-country-lite"
    checked = None
    licence = LICENCE

    def __init__(self) -> None:
        """Read the table."""
        self._table = _table()
        self.edition = date.fromisoformat(self._table.about["edition"])

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return the country that the database gives an address; empty: it has none."""
        country = self._table.find(address)
        if country is None:
            return ()
        text = f"{PUBLISHER} Country Lite of {self.edition:%B %Y} says {country}"
        return (
            Claim(
                self.name,
                ClaimKind.DATABASE,
                text,
                country,
                edition=self.edition,
                licence=LICENCE,
                publisher=PUBLISHER,
            ),
        )


@cache
def _table() -> RangeTable:
    packed = resources.files("vendor_audit.location").joinpath("data", FILE).read_bytes()
    return RangeTable.from_bytes(lzma.decompress(packed))

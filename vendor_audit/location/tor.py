"""The geoip and geoip6 files of Tor, where they are installed: data of IPFire, CC BY-SA 4.0, not part of this program.

They are 25 MB of sorted text. Nothing is loaded: the line is found by halving, in the mapped file.
"""

from __future__ import annotations

import ipaddress
import mmap
import re
from datetime import date
from pathlib import Path

from vendor_audit.location.model import Address, Claim, ClaimKind

FOLDER = Path("/usr/share/tor")
_DAY = re.compile(rb"\d{4}-\d{2}-\d{2}|(\w{3}) (\d{1,2}) (\d{4})")
_IPV4 = 4
_LINE = 100
"""Bytes of a line of data at most."""
_HEAD = 4096
"""Bytes in which the comment stands that names the edition."""


class TorCountries:
    """The two files as a source."""

    name = "tor-geoip"
    checked = None
    licence = "CC BY-SA 4.0"
    publisher = "IPFire"

    def __init__(self, folder: Path = FOLDER) -> None:
        """Map the files.

        Raises:
            FileNotFoundError: neither is there.
        """
        self._files = {version: _mapped(folder / name) for version, name in ((4, "geoip"), (6, "geoip6"))}
        if not any(self._files.values()):
            raise FileNotFoundError(f"there are no files geoip and geoip6 in {folder}")
        self.edition = _edition(next(each for each in self._files.values() if each))

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return the country that the files give an address; empty: none."""
        content = self._files[address.version]
        country = _country(content, int(address), address.version) if content else ""
        if not country:
            return ()
        text = f"the geoip files of Tor (IPFire, {self.edition or 'without a date'}) say {country}"
        return (
            Claim(
                self.name,
                ClaimKind.DATABASE,
                text,
                country,
                edition=self.edition,
                licence=self.licence,
                publisher=self.publisher,
            ),
        )


def _mapped(path: Path) -> mmap.mmap | None:
    try:
        with path.open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # ValueError: an empty file cannot be mapped
        return None


def _edition(content: mmap.mmap) -> date | None:
    """Return the day in the comment at the head of the file; None: there is none that is a day."""
    head = b"\n".join(each for each in content[:_HEAD].splitlines() if each.startswith(b"#"))
    months = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"]
    for found in _DAY.finditer(head):
        try:
            if found[1] is None:
                return date.fromisoformat(found[0].decode("ascii"))
            return date(int(found[3]), months.index(found[1]) + 1, int(found[2]))
        except ValueError:
            continue
    return None


def _country(content: mmap.mmap, number: int, version: int) -> str:
    """Return the country of the line whose range holds the number; empty: there is none."""
    low, high = 0, len(content)
    # The line that holds the number begins in [low, high).
    while low < high:
        start = content.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = content.find(b"\n", start, start + _LINE)
        if end < 0:
            end = min(len(content), start + _LINE)
        entry = _entry(content[start:end], version)
        if entry is None:
            # A comment: those stand at the head only, so what is looked for comes later.
            low = end + 1
        elif number < entry[0]:
            high = start
        elif number > entry[1]:
            low = end + 1
        else:
            return entry[2]
    return ""


def _entry(line: bytes, version: int) -> tuple[int, int, str] | None:
    """Return first, last and country of a line; None: it is none."""
    try:
        first, last, country = line.strip().decode("ascii").split(",")
        if version == _IPV4:
            return int(first), int(last), _code(country)
        return int(ipaddress.IPv6Address(first)), int(ipaddress.IPv6Address(last)), _code(country)
    except ValueError:
        return None


def _code(text: str) -> str:
    """Return the country; empty for what stands for none: "??" unknown, "EU", "AP" regions, "A1" proxies."""
    return text if re.fullmatch(r"[A-Z]{2}", text) and text not in {"EU", "AP", "ZZ", "XX"} else ""

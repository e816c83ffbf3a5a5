"""The gate: addresses that are announced from many places, or only forward, have no location.

Three lists answer: the shipped one (dated data, location-edges), the operators' own current files where the user
fetched them (`vendor_audit.location.operators.source`), and a census of anycast that the user has.
"""

from __future__ import annotations

import csv
import ipaddress
import re
from datetime import date
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError
from vendor_audit.location.dated import dated
from vendor_audit.location.model import Address, AddressNetwork, Claim, ClaimKind
from vendor_audit.location.ranges import table_of_networks

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_MOST_BYTES = 50_000_000
_MOST_PREFIXES = 500_000
_EDITION = re.compile(r"(\d{4})[/-](\d{2})[/-](\d{2})")
_TEXTS = {
    "anycast": "{address} belongs to {operator}, which announces it from many places: what answers depends on who asks",
    "cdn": "{address} is an edge of a content delivery network, {operator}, which forwards to servers elsewhere",
}


def edge_claim(
    source: str, kind: str, address: Address, operator: str, edition: date | None, checked: date | None = None
) -> Claim:
    """Return the claim that an address is ``anycast`` or of a ``cdn``."""
    text = _TEXTS[kind].format(address=address, operator=operator)
    return Claim(source, ClaimKind(kind), text, operator=operator, edition=edition, checked=checked)


class ShippedEdges:
    """The shipped list as a source."""

    name = "location-edges"
    checked = None

    def __init__(self, fetched: Collection[str] = ()) -> None:
        """Read the list, without what the current files of these operators say better."""
        data = dated("location-edges")
        self.edition = data.as_of
        self.licence = data.licence
        entries = (
            (ipaddress.ip_network(network), {"kind": kind, "operator": each["networks"]["called"]})
            for kind in ("anycast", "cdn")
            for each in data.branch(kind).values()
            if each.get("superseded_by", {}).get("value") not in fetched
            for network in each["networks"]["value"]
        )
        self._table = table_of_networks(entries, {})

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return that the address is an edge; empty: the list does not know it."""
        found = self._table.find(address)
        if found is None:
            return ()
        # Where two entries name one prefix, either is reason enough.
        chosen = found["disputed"][0] if "disputed" in found else found
        return (edge_claim(self.name, chosen["kind"], address, chosen["operator"], self.edition),)


class AnycastCensus:
    """A census of anycast prefixes as CSV with a column ``prefix``, as LACeS publishes it: ``2026/10/10/IPv4.csv``."""

    checked = None
    licence = ""

    def __init__(self, path: Path) -> None:
        """Read the file. Its edition is the day in its path, where there is one.

        Raises:
            UsageError: it cannot be read, or is no such file.
        """
        self.name = path.name
        self.edition = _day(str(path))
        networks = _census(path)
        self._table = table_of_networks(((each, {}) for each in networks), {})

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return that the census saw the address answer from several places; empty: it did not."""
        if self._table.find(address) is None:
            return ()
        text = f"the census {self.name} ({self.edition or 'without a date'}) saw {address} answer from several places"
        return (Claim(self.name, ClaimKind.ANYCAST, text, edition=self.edition),)


def _census(path: Path) -> list[AddressNetwork]:
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        lines = content.decode("utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: this is no CSV file that can be read: {error}") from error
    if len(content) > _MOST_BYTES or len(lines) > _MOST_PREFIXES:
        raise UsageError(f"{path}: a census has at most {_MOST_BYTES:,} bytes and {_MOST_PREFIXES:,} lines")
    networks: list[AddressNetwork] = []
    try:
        rows = csv.DictReader(lines)
        if "prefix" not in (rows.fieldnames or ()):
            raise UsageError(f"{path}: a census of anycast has a column 'prefix', as LACeS publishes it")
        # Not as one expression: the number of those that were read says in which line the mistake is.
        for row in rows:
            networks.append(ipaddress.ip_network(str(row["prefix"]), strict=False))  # noqa: PERF401
    except (csv.Error, ValueError) as error:
        raise UsageError(f"{path}:{len(networks) + 2}: {error}"[:500]) from error
    return networks


def _day(text: str) -> date | None:
    found = _EDITION.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None

"""Addresses that have no place: the blocks of the IANA registries, and IPv6 forms that carry an IPv4 address."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from vendor_audit.location.model import Claim, ClaimKind
from vendor_audit.location.ranges import RangeTable, table_of_networks

if TYPE_CHECKING:
    from vendor_audit.location.model import Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Carried:
    """The address that another one carries."""

    address: ipaddress.IPv4Address
    form: str
    """What carries it, with its RFC: ``IPv4-mapped (RFC 4291)``."""


def carried(address: Address) -> Carried | None:
    """Return the IPv4 address to which packets for an IPv6 address go; None: it carries none.

    Of Teredo it is the client's (RFC 4380, section 4), for the server only introduces.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return None
    number = int(address)
    if address.ipv4_mapped is not None:
        return Carried(address.ipv4_mapped, "IPv4-mapped (RFC 4291)")
    if address in _NAT64:
        return Carried(ipaddress.IPv4Address(number & _WORD), "NAT64 (RFC 6052)")
    if address in _SIX_TO_FOUR:
        return Carried(ipaddress.IPv4Address(number >> 80 & _WORD), "6to4 (RFC 3056)")
    if address in _TEREDO:
        return Carried(ipaddress.IPv4Address(~number & _WORD), "Teredo (RFC 4380)")
    return None


class SpecialPurpose:
    """The registries as a source."""

    name = "iana-special-purpose"
    checked = None

    def __init__(self) -> None:
        """Read the registries."""
        self._table = _table()
        self.edition = date.fromisoformat(self._table.about["as_of"])
        self.licence: str = self._table.about["licence"]

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return what the registries say of an address; empty: it is an ordinary one."""
        found = self._table.find(address)
        if found is None:
            return ()
        kind = ClaimKind.ANYCAST if found["global"] else ClaimKind.SPECIAL_PURPOSE
        text = f"{address} is in {found['block']}, {found['name']} ({found['rfc']}): it has no one place"
        return (Claim(self.name, kind, text, edition=self.edition, licence=self.licence),)


@cache
def _table() -> RangeTable:
    text = resources.files("vendor_audit.location").joinpath("data", "special_purpose.json").read_text(encoding="utf-8")
    shape = json.loads(text)
    blocks = ((ipaddress.ip_network(each["block"]), each) for each in shape["values"])
    return table_of_networks(blocks, {"as_of": shape["as_of"], "licence": shape["licence"]})

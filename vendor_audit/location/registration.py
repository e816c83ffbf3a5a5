"""Whom a registry lists as the holder of an address: an RDAP answer (RFC 9083). Never a location.

What may tell a location is the geofeed that the registration points to (``geofeed1``, RFC 9877): it is the operator's
own declaration. Nothing is fetched here.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_audit.location.model import Address, AddressNetwork, Claim, ClaimKind

if TYPE_CHECKING:
    from datetime import date

    from vendor_audit.location.operators.declared import OperatorFile

_MOST_BYTES = 1_000_000
_LONGEST = 200
"""Characters of a name that a registry gives."""
_COUNTRY = re.compile(r"[A-Z]{2}")


class InvalidRegistrationError(ValueError):
    """The bytes are no RDAP answer about a network. The text says why, for the user."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registry says of a network."""

    networks: tuple[AddressNetwork, ...]
    """What it is about; RFC 9083, 5.4: from ``startAddress`` to ``endAddress``."""
    name: str
    handle: str
    country: str
    """ISO 3166-1 alpha-2 of the registration; empty: none. Where the holder is, not the servers."""
    holder: str
    """The registrant's name; empty: none is given."""
    geofeed: str
    """An https address of an RFC 8805 geofeed (RFC 9877); empty: none."""

    def claim(self, asked: date) -> Claim:
        """Return the claim, which has no country on purpose: a registration is no location."""
        who = self.holder or self.name or self.handle or "somebody"
        where = f" in {self.country}" if self.country else ""
        text = f"registered to {who}{where}; that is the holder, not where the servers are"
        return Claim("rdap", ClaimKind.REGISTRATION, text, operator=who, edition=asked, checked=asked)

    def within(self, feed: OperatorFile) -> OperatorFile:
        """Return a geofeed without the entries outside of the registration: for those it cannot speak (RFC 9632, 5)."""
        kept = tuple(each for each in feed.networks if any(_is_within(each.network, own) for own in self.networks))
        return type(feed)(kept, feed.edition, feed.skipped + len(feed.networks) - len(kept))


def read_registration(content: bytes) -> Registration:
    """Return what an RDAP answer about an IP network says.

    Raises:
        InvalidRegistrationError: it is none.
    """
    if len(content) > _MOST_BYTES:
        raise InvalidRegistrationError(f"an RDAP answer has at most {_MOST_BYTES:,} bytes")
    try:
        shape = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidRegistrationError(f"this is no JSON: {str(error)[:200]}") from error
    if not isinstance(shape, dict) or shape.get("objectClassName") != "ip network":
        raise InvalidRegistrationError("this is no RDAP answer about an IP network (RFC 9083, 5.4)")
    try:
        networks = _between(*(ipaddress.ip_address(_text(shape, key)) for key in ("startAddress", "endAddress")))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRegistrationError("it names no range of addresses") from error
    country = _text(shape, "country").upper()
    return Registration(
        networks,
        _text(shape, "name"),
        _text(shape, "handle"),
        country if _COUNTRY.fullmatch(country) else "",
        _holder(shape.get("entities")),
        _geofeed(shape.get("links")),
    )


def _between(first: Address, last: Address) -> tuple[AddressNetwork, ...]:
    """Return the networks from one address to another; ValueError: they are of two versions, or the wrong way round."""
    if isinstance(first, ipaddress.IPv4Address) and isinstance(last, ipaddress.IPv4Address):
        return tuple(ipaddress.summarize_address_range(first, last))
    if isinstance(first, ipaddress.IPv6Address) and isinstance(last, ipaddress.IPv6Address):
        return tuple(ipaddress.summarize_address_range(first, last))
    raise ValueError("an IPv4 and an IPv6 address")


def _text(shape: dict[str, Any], key: str) -> str:
    value = shape.get(key)
    return value[:_LONGEST] if isinstance(value, str) else ""


def _geofeed(links: object) -> str:
    """Return the target of the link that leads to a geofeed (RFC 9877, 3)."""
    for each in links if isinstance(links, list) else ():
        if isinstance(each, dict) and each.get("rel") in {"geo", "geofeed"}:
            target = each.get("href")
            if isinstance(target, str) and target.startswith("https://") and len(target) <= 2000:  # noqa: PLR2004 # bytes
                return target
    return ""


def _holder(entities: object) -> str:
    """Return the formatted name of the first registrant; RFC 9083, 5.1, in a jCard (RFC 7095)."""
    for entity in entities if isinstance(entities, list) else ():
        roles = entity.get("roles") if isinstance(entity, dict) else None
        if not isinstance(roles, list) or "registrant" not in roles:
            continue
        card = entity.get("vcardArray")
        properties = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else ()
        for each in properties:
            if isinstance(each, list) and len(each) > 3 and each[0] == "fn" and isinstance(each[3], str):  # noqa: PLR2004 # name, parameters, type, value
                return each[3][:_LONGEST]
    return ""


def _is_within(network: AddressNetwork, own: AddressNetwork) -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return isinstance(own, ipaddress.IPv4Network) and network.subnet_of(own)
    return isinstance(own, ipaddress.IPv6Network) and network.subnet_of(own)

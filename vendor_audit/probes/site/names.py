"""Which of the names that video services usually have exist below a domain: A and AAAA records, nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.network import literal
from vendor_audit.probes.site.words import likely_labels

if TYPE_CHECKING:
    from vendor_audit.probes.network import Lookup, Network
    from vendor_audit.probes.public import Address
    from vendor_audit.probes.site.words import LikelyLabel

_NOBODYS = "vendor-audit-no-such-name"
"""A label that exists only where every label does."""
_SHOWN = 2
"""Addresses of a name that are kept."""


@dataclass(frozen=True, slots=True)
class LikelyName:
    """A name that exists; what is behind it is a guess."""

    host: str
    role: str
    """Of an endpoint; ``turn`` or ``stun`` for media."""
    scheme: str
    addresses: tuple[Address, ...]
    """At least one."""
    pinned: bool
    """Whether the operator wrote the addresses."""


async def likely_names(network: Network, domain: str) -> tuple[tuple[LikelyName, ...], str]:
    """Return the likely names of a domain that exist, and why some may be missing; empty: none is.

    Where every name exists (a wildcard), one with the wildcard's addresses says nothing and is left out.
    """
    if literal(domain) is not None or "." not in domain:
        return (), ""
    labels = likely_labels()
    hosts = [*(f"{each.label}.{domain}" for each in labels), f"{_NOBODYS}.{domain}"]
    try:
        *found, nobodys = await asyncio.gather(*map(network.lookup, hosts))
    except ProbeError as error:
        return (), f"the DNS could not be asked for likely names: {error}"
    wild = set(_addresses(nobodys))
    names = tuple(
        LikelyName(host, label.role, label.scheme, _addresses(lookup)[:_SHOWN], lookup.pinned)
        for host, label, lookup in zip(hosts, labels, found, strict=False)
        if _addresses(lookup) and (lookup.pinned or not set(_addresses(lookup)) <= wild)
    )
    return names, _doubt(labels, found, wild=bool(wild), domain=domain)


def _addresses(lookup: Lookup) -> tuple[Address, ...]:
    return (*(lookup.ipv4 or ()), *(lookup.ipv6 or ()))


def _doubt(labels: tuple[LikelyLabel, ...], found: list[Lookup], *, wild: bool, domain: str) -> str:
    if wild:
        return f"every name below {domain} exists (a wildcard): likely names say nothing there"
    silent = [
        label.label for label, lookup in zip(labels, found, strict=True) if lookup.ipv4 is None and lookup.ipv6 is None
    ]
    return f"the DNS did not say whether these names exist below {domain}: {', '.join(silent)}" if silent else ""

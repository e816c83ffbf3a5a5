"""Which addresses the whole Internet reaches: one answer for the policy of the network and for what probes tell."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that the IANA has given out (RFC 4291, 2.4). Pythons differ on what lies outside of it: some call site-local
addresses, a network's own NAT64 prefix or IPv4-compatible addresses global."""
_NOT_GLOBAL_EITHER = (
    ipaddress.IPv6Network("3fff::/20"),  # documentation, RFC 9637
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays, deprecated by RFC 7526
)


def is_public(address: Address) -> bool:
    """Return whether an address is a globally reachable unicast one, by itself; see `carried` for what it carries."""
    if address.is_multicast or not address.is_global:
        return False
    if any(address in network for network in _NOT_GLOBAL_EITHER if network.version == address.version):
        return False
    return isinstance(address, ipaddress.IPv4Address) or address in _GLOBAL_UNICAST


def carried(address: Address) -> tuple[Address, ...]:
    """Return the addresses to which packets for this one may go: those that it carries, or the address itself.

    IPv4-mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380: server and client), NAT64 (RFC 6052).
    """
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    number = int(address)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _SIX_TO_FOUR:
        return (ipaddress.IPv4Address(number >> 80 & 0xFFFFFFFF),)
    if address in _TEREDO:
        return (ipaddress.IPv4Address(number >> 64 & 0xFFFFFFFF), ipaddress.IPv4Address(~number & 0xFFFFFFFF))
    if address in _NAT64:
        return (ipaddress.IPv4Address(number & 0xFFFFFFFF),)
    return (address,)

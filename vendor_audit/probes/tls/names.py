"""Whether a certificate is for a host, after RFC 9525: subject alternative names alone decide."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def name_matches(host: str, names: Iterable[str]) -> bool:
    """Return whether one of the DNS names or IP addresses is the host.

    A DNS name matches without regard to case (RFC 9525, 6.3). ``*`` matches exactly one label, and only as the whole
    leftmost label of a name (6.3). An address matches only as an address (6.4).

    Args:
        host: an A-label DNS name, or an address literal.
        names: of the subject alternative name.
    """
    wanted = _address(host)
    if wanted is not None:
        return any(_address(name) == wanted for name in names)
    labels = host.lower().rstrip(".").split(".")
    return any(_labels_match(labels, name.lower().rstrip(".").split(".")) for name in names)


def _labels_match(host: list[str], name: list[str]) -> bool:
    if len(host) != len(name) or "" in host:
        return False
    if name[0] == "*" and len(name) > 1:
        return host[1:] == name[1:]
    return host == name


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None

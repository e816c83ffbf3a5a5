"""Whether two hosts belong to one registrable domain, by the Public Suffix List that comes with its library."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from vendor_audit.probes.network import literal


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable(host: str) -> str:
    """Return the registrable domain of a host; the host itself where it is an address or a public suffix."""
    host = host.lower().rstrip(".")
    if literal(host) is not None:
        return host
    return str(_suffixes().privatesuffix(host) or host)


def is_third_party(host: str, other: str) -> bool:
    """Return whether two hosts have different registrable domains."""
    return registrable(host) != registrable(other)

"""Amazon's ip-ranges.json, by ``network_border_group``.

The key ``region`` is the parent region even where the servers are elsewhere: 83.119.128.0/18 has region eu-central-1
and border group eu-central-1-ist-1, which is Istanbul. So ``region`` is not read.
"""

from __future__ import annotations

from datetime import date

from vendor_audit.location.operators.declared import (
    Declared,
    OperatorFile,
    entries_of,
    network_of,
    read_json,
    text_of,
)

_EDGES = {
    "CLOUDFRONT": "cdn",
    "CLOUDFRONT_ORIGIN_FACING": "cdn",
    "GLOBALACCELERATOR": "anycast",
    "ROUTE53": "anycast",
}
"""Services whose addresses are announced from many places or only forward; all others are where their group is."""
_EVERYWHERE = "GLOBAL"


def parse(content: bytes) -> OperatorFile:
    """Return what the file declares.

    Raises:
        InvalidOperatorFileError: it is no such file.
    """
    shape = read_json(content)
    networks, skipped = [], 0
    for each in entries_of(shape, "prefixes", "ipv6_prefixes"):
        network = network_of(each.get("ip_prefix") or each.get("ipv6_prefix"))
        if network is None:
            skipped += 1
            continue
        group, service = text_of(each, "network_border_group"), text_of(each, "service")
        edge = _EDGES.get(service, "anycast" if group == _EVERYWHERE else "")
        networks.append(Declared(network, "" if group == _EVERYWHERE else group, edge=edge, service=service))
    return OperatorFile(tuple(networks), _day(text_of(shape, "createDate")), skipped)


def _day(text: str) -> date | None:
    """Return the day of a time such as 2026-08-22-15-17-05."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

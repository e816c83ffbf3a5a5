"""Oracle's public_ip_ranges.json, by region. The first part of a name is no country: eu-jovanovac-1 is in Serbia."""

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


def parse(content: bytes) -> OperatorFile:
    """Return what the file declares.

    Raises:
        InvalidOperatorFileError: it is no such file.
    """
    shape = read_json(content)
    networks, skipped = [], 0
    for region in entries_of(shape, "regions"):
        cidrs = region.get("cidrs")
        for each in cidrs if isinstance(cidrs, list) else ():
            network = network_of(each.get("cidr")) if isinstance(each, dict) else None
            if network is None:
                skipped += 1
            else:
                networks.append(Declared(network, text_of(region, "region")))
    try:
        edition = date.fromisoformat(text_of(shape, "last_updated_timestamp")[:10])
    except ValueError:
        edition = None
    return OperatorFile(tuple(networks), edition, skipped)

"""Microsoft's service tags, by ``properties.region``; a tag without a region names no place."""

from __future__ import annotations

from typing import Any

from vendor_audit.location.operators.declared import (
    MOST_NETWORKS,
    Declared,
    InvalidOperatorFileError,
    OperatorFile,
    entries_of,
    network_of,
    read_json,
    text_of,
)

_EDGES = {"AzureFrontDoor": "cdn", "AzureTrafficManager": "anycast"}
"""System services whose addresses are announced from many places, or only forward."""


def parse(content: bytes) -> OperatorFile:
    """Return what the file declares. It says no day, only a change number.

    Raises:
        InvalidOperatorFileError: it is no such file.
    """
    networks: dict[Any, Declared] = {}
    skipped = count = 0
    for tag in entries_of(read_json(content), "values"):
        properties = tag.get("properties")
        prefixes = properties.get("addressPrefixes") if isinstance(properties, dict) else None
        if not isinstance(properties, dict) or not isinstance(prefixes, list):
            skipped += 1
            continue
        region, service = text_of(properties, "region"), text_of(properties, "systemService")
        edge = _EDGES.get(service, "")
        if not region and not edge:
            continue
        for text in prefixes:
            count += 1
            if count > MOST_NETWORKS:
                raise InvalidOperatorFileError(f"it has more than {MOST_NETWORKS:,} prefixes")
            key = (text, region, edge)
            if not isinstance(text, str) or key in networks:
                continue
            network = network_of(text)
            if network is None:
                skipped += 1
                continue
            networks[key] = Declared(network, "" if edge else region, edge=edge, service=service if edge else "")
    return OperatorFile(tuple(networks.values()), None, skipped)

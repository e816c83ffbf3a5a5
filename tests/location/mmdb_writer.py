"""Writes small MaxMind DB files: the format's specification 2.0, as far as the tests need it."""

from __future__ import annotations

import ipaddress
import struct
from typing import Any

_METADATA = b"\xab\xcd\xefMaxMind.com"
_UINT16, _UINT32, _UINT64 = 5, 6, 9
_KINDS = {
    "binary_format_major_version": _UINT16,
    "binary_format_minor_version": _UINT16,
    "ip_version": _UINT16,
    "node_count": _UINT32,
    "record_size": _UINT16,
}
"""The types that the specification asks for in the metadata."""
_RECORD = 4
"""Bytes of a record: two of them make a node."""


def mmdb(
    records: dict[str, dict[str, Any]],
    *,
    database_type: str = "Test",
    built: int = 1_790_000_000,
    description: str = "",
) -> bytes:
    """Return the file that says of each IPv4 or IPv6 network what the record says."""
    nodes: list[list[Any]] = [[None, None]]
    for network, record in records.items():
        _insert(nodes, network, record)
    data, places = bytearray(), {}
    for record in records.values():
        places[id(record)] = len(data)
        data += _encoded(record)
    count = len(nodes)
    tree = bytearray()
    for node in nodes:
        for each in node:
            number = count if each is None else each if isinstance(each, int) else count + 16 + places[id(each)]
            tree += struct.pack(">I", number)
    metadata = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": built,
        "database_type": database_type,
        "description": {"en": description} if description else {},
        "ip_version": 6,
        "languages": [],
        "node_count": count,
        "record_size": _RECORD * 8,
    }
    head = _head(7, len(metadata)) + b"".join(
        _encoded(key) + _encoded(value, _KINDS.get(key, _UINT64)) for key, value in metadata.items()
    )
    return bytes(tree) + bytes(16) + bytes(data) + _METADATA + head


def _insert(nodes: list[list[Any]], network: str, record: dict[str, Any]) -> None:
    where = ipaddress.ip_network(network)
    number = int(where.network_address)  # IPv4 stands in ::/96
    length = where.prefixlen + (96 if where.version == 4 else 0)
    node = 0
    for depth in range(length):
        bit = number >> (127 - depth) & 1
        if depth == length - 1:
            nodes[node][bit] = record
            return
        following = nodes[node][bit]
        if following is None:
            nodes.append([None, None])
            following = nodes[node][bit] = len(nodes) - 1
        node = following


def _encoded(value: Any, kind: int = _UINT64) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return _head(2, len(text)) + text
    if isinstance(value, dict):
        return _head(7, len(value)) + b"".join(_encoded(key) + _encoded(each) for key, each in value.items())
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_encoded, value))
    if isinstance(value, int):
        number = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _head(kind, len(number)) + number
    raise TypeError(type(value))


def _head(kind: int, size: int) -> bytes:
    extended = b"" if kind < 8 else bytes([kind - 7])
    control = (kind if kind < 8 else 0) << 5
    if size < 29:
        return bytes([control | size]) + extended
    return bytes([control | 29]) + extended + bytes([size - 29])

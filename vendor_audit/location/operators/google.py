"""Google's cloud.json (Google Cloud, by scope) and goog.json (all of Google, without a place)."""

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

_EVERYWHERE = "global"


def parse(content: bytes) -> OperatorFile:
    """Return what cloud.json declares.

    Raises:
        InvalidOperatorFileError: it is no such file.
    """
    shape = read_json(content)
    networks, skipped = [], 0
    for each in entries_of(shape, "prefixes"):
        network = network_of(each.get("ipv4Prefix") or each.get("ipv6Prefix"))
        if network is None:
            skipped += 1
            continue
        scope = text_of(each, "scope")
        if scope in {"", _EVERYWHERE}:
            networks.append(Declared(network, edge="anycast", service=text_of(each, "service")))
        else:
            networks.append(Declared(network, scope, service=text_of(each, "service")))
    return OperatorFile(tuple(networks), _day(text_of(shape, "creationTime")), skipped)


def parse_global(content: bytes) -> OperatorFile:
    """Return what goog.json declares: that these are Google's. It contains Google Cloud, which cloud.json places.

    Raises:
        InvalidOperatorFileError: it is no such file.
    """
    shape = read_json(content)
    entries = [network_of(each.get("ipv4Prefix") or each.get("ipv6Prefix")) for each in entries_of(shape, "prefixes")]
    networks = tuple(Declared(each, service="Google") for each in entries if each is not None)
    return OperatorFile(networks, _day(text_of(shape, "creationTime")), entries.count(None))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

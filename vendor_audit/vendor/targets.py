"""What of a vendor file is looked at: endpoints, media, the hosts behind every URL, documents, the file, statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.observation import Target
from vendor_audit.source.schema import load_schema
from vendor_audit.vendor.hosts import host_and_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.source.strict_yaml import Json
    from vendor_audit.vendor.file import VendorFile


def targets_of(vendor: VendorFile) -> tuple[Target, ...]:
    """Return every target of a vendor file, names unique within their kind, in the order of the file.

    Kinds: ``endpoint`` for each of ``endpoints`` (an address with two roles is one target with both); ``host`` for
    each DNS name among endpoints, media and documents, with the roles of all URLs on it (``turn``, ``whip``, ``room``
    and the names of documents count as roles); ``turn``, ``session`` and ``capture`` for what stands under ``media``;
    ``document`` for each of ``documents``; ``vendor_file``; ``check`` for each statement.
    """
    return (
        *endpoints_of(vendor.data),
        *media_of(vendor.data),
        *hosts_of(vendor.data),
        *documents_of(vendor.data),
        Target("vendor_file", vendor.name),
        *(Target("check", each["check"]) for each in vendor.data["statements"]),
    )


def endpoints_of(data: dict[str, Json]) -> tuple[Target, ...]:
    """Return the endpoints of a validated vendor file; the name is the URL as it was first written."""
    found: dict[object, Target] = {}
    for each in data["endpoints"]:
        url, role = each["url"], each["role"]
        address = host_and_port(url)
        key = same_endpoint(url)
        earlier = found.get(key)
        roles = (*earlier.roles, role) if earlier else (role,)
        found[key] = Target("endpoint", earlier.name if earlier else url, address.host, address.port, roles)
    return tuple(found.values())


def media_of(data: dict[str, Json]) -> tuple[Target, ...]:
    """Return what a validated vendor file names under ``media``.

    ``turn`` for each STUN or TURN URI, called by it; ``session`` for each place to publish or play, called by its URL,
    its provider as its role; ``capture`` for each file, called by its path.
    """
    media = data.get("media", {})
    found: dict[tuple[str, str], Target] = {}
    for each in media.get("turn", []):
        found.setdefault(("turn", each["uri"]), turn_target(each["uri"]))
    for url, provider, _ in sessions_of(data):
        address = host_and_port(url)
        found.setdefault(("session", url), Target("session", url, address.host, address.port, ("session", provider)))
    for path in media.get("captures", []):
        found.setdefault(("capture", path), Target("capture", path, roles=("capture",), location=path))
    return tuple(found.values())


def sessions_of(data: dict[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Yield URL, provider and entry of each place where an auditor may have a media session of its own."""
    media = data.get("media", {})
    if "whip" in media:
        yield media["whip"]["url"], "whip", media["whip"]
    for each in media.get("sessions", []):
        yield each["url"], each["provider"], each


def turn_target(uri: str) -> Target:
    """Return the target that a STUN or TURN URI names (RFC 7064, RFC 7065).

    Raises:
        BadHostError: it leads nowhere.
    """
    address = host_and_port(uri)
    return Target("turn", uri, address.host, address.port, ("stun" if address.scheme.startswith("stun") else "turn",))


def hosts_of(data: dict[str, Json]) -> tuple[Target, ...]:
    """Return the DNS names of a validated vendor file; addresses are no hosts, DNS says nothing of them."""
    roles: dict[str, list[str]] = {}
    for url, role in _urls(data):
        address = host_and_port(url)
        if address.is_name:
            roles.setdefault(address.host, []).append(role)
    return tuple(Target("host", name, name, roles=tuple(dict.fromkeys(names))) for name, names in roles.items())


def documents_of(data: dict[str, Json]) -> tuple[Target, ...]:
    """Return the documents of a validated vendor file, each called by its key, which is its role too."""
    return tuple(_document(name, entry) for name, entry in data.get("documents", {}).items())


def document_kinds() -> tuple[str, ...]:
    """Return the keys that a vendor file may have under ``documents``: every kind of document that there is."""
    return tuple(load_schema("vendor")["properties"]["documents"]["properties"])


def document_location(entry: Json) -> str:
    """Return where a document stands, its URL or path, by its entry in either form; empty: the entry does not say."""
    location = entry.get("at") if isinstance(entry, dict) else entry
    return location if isinstance(location, str) else ""


def same_endpoint(url: str) -> object:
    """Return what is equal for URLs that lead to the same: scheme, host in any script, port written out or not, path.

    Raises:
        BadHostError: the URL leads nowhere.
    """
    address = host_and_port(url)
    return address.scheme, address.host, address.port, address.rest or "/"


def is_url(text: str) -> bool:
    """Return whether a document is given as a URL, not as a path."""
    return "://" in text


def _urls(data: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield every URL of a vendor file with its role."""
    for each in data["endpoints"]:
        yield each["url"], each["role"]
    media = data.get("media", {})
    for server in media.get("turn", []):
        yield server["uri"], "turn"
    for url, provider, _ in sessions_of(data):
        yield url, provider
    if "room" in media:
        yield media["room"], "room"
    for name, entry in data.get("documents", {}).items():
        if is_url(location := document_location(entry)):
            yield location, name


def _document(name: str, entry: Json) -> Target:
    location = document_location(entry)
    language = entry.get("language", "") if isinstance(entry, dict) else ""
    address = host_and_port(location) if is_url(location) else None
    host, port = (address.host, address.port) if address else ("", 0)
    return Target("document", name, host, port, (name,), location, language)

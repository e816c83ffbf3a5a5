"""What a vendor file must satisfy beyond its schema: names that exist, days that make sense, URLs that lead somewhere.

Every rule works on data that may have the wrong shape, so that its mistakes are told together with the schema's.
"""

from __future__ import annotations

import ipaddress
import re
import stat
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from vendor_audit.observation import Target
from vendor_audit.source.formats import date_trouble
from vendor_audit.source.words import did_you_mean, one_of, quoted
from vendor_audit.vendor.hosts import BadHostError, host_and_port, host_name
from vendor_audit.vendor.targets import document_location, is_url, same_endpoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path as FilePath

    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.strict_yaml import Json, Path, SourceDocument

PROOF_LIMIT = 100_000_000
"""Bytes of a document that a statement may point at."""

_ENDPOINT_SCHEMES = ("https", "http", "wss", "ws", "turns")
_WEB_SCHEMES = ("https", "http")
_TURN_SCHEMES = ("turns", "turn", "stuns", "stun")
_URLS = (
    (("endpoints",), "url", _ENDPOINT_SCHEMES),
    (("media", "turn"), "uri", _TURN_SCHEMES),
    (("media", "sessions"), "url", _WEB_SCHEMES),
)
"""Lists of entries that have a URL: where they stand, its key, and the schemes that it may have."""
_LIKE_A_URL = re.compile(r"https?\b|www\.|//", re.IGNORECASE)
_DATED = {"statements": "on", "exceptions": "until", "reviews": "on"}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, for one vendor file."""

    source: SourceDocument
    folder: FilePath
    """Where the file's own paths begin."""
    known_checks: Collection[str] | None
    """None: any check may be named."""
    today: date
    """UTC."""

    def mistakes(self) -> Iterator[Diagnostic]:
        """Yield what is wrong, in no particular order."""
        yield from self._urls()
        yield from self._endpoints_once()
        yield from self._entries()
        yield from self._files()
        yield from self._verifications()
        yield from self._network()

    def warnings(self) -> Iterator[Diagnostic]:
        """Yield what has expired: the audit goes on without it."""
        until = _text(self._at("permission", "valid_until"))
        if until and _is_day(until) and date.fromisoformat(until) < self.today:
            message = f"the permission expired on {until}: nothing beyond a normal client's behaviour will be done"
            yield self.source.diagnostic(("permission", "valid_until"), message)
        for index, entry in self._list("exceptions"):
            until = _text(entry.get("until"))
            if until and _is_day(until) and date.fromisoformat(until) < self.today:
                message = f"the exception expired on {until}: the finding counts again"
                yield self.source.diagnostic(("exceptions", index, "until"), message)

    def _urls(self) -> Iterator[Diagnostic]:
        for path, url, schemes in self._named_urls():
            scheme = url.partition(":")[0].lower()
            trouble = ""
            if scheme not in schemes:
                trouble = f"the scheme '{scheme}' does not fit here: {one_of(schemes)}"
            else:
                try:
                    host_and_port(url)
                except BadHostError as error:
                    trouble = str(error)
            if trouble:
                yield self.source.diagnostic(path, trouble)

    def _named_urls(self) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
        """Yield the path of each URL, the URL, and the schemes that it may have."""
        for section, key, schemes in _URLS:
            for index, entry in self._list(*section):
                if url := _text(entry.get(key)):
                    yield (*section, index, key), url, schemes
        for path in (("media", "whip", "url"), ("media", "room")):
            if url := _text(self._at(*path)):
                yield path, url, _WEB_SCHEMES
        for place, location in self._documents():
            if is_url(location):
                yield place, location, _WEB_SCHEMES

    def _endpoints_once(self) -> Iterator[Diagnostic]:
        seen: dict[object, int] = {}
        for index, entry in self._list("endpoints"):
            try:
                key = (same_endpoint(_text(entry.get("url"))), _text(entry.get("role")))
            except BadHostError:
                continue
            if key in seen:
                line = self.source.place(("endpoints", seen[key])).line
                yield self.source.diagnostic(
                    ("endpoints", index, "url"), f"duplicate endpoint: it stands in line {line}"
                )
            seen.setdefault(key, index)

    def _entries(self) -> Iterator[Diagnostic]:
        """Hold statements, exceptions and reviews to the checks, the targets and the calendar."""
        names = self._target_names()
        for section, day in _DATED.items():
            seen: dict[tuple[str, str], int] = {}
            for index, entry in self._list(section):
                check, target = _text(entry.get("check")), _text(entry.get("target"))
                path: Path = (section, index)
                if self.known_checks is not None and check and check not in self.known_checks:
                    hint = did_you_mean(check, self.known_checks) or "; see: vendor-audit checks list"
                    yield self.source.diagnostic((*path, "check"), f"unknown check {quoted(check)}{hint}")
                if target and target not in names:
                    hint = did_you_mean(target, names) or ": write an endpoint's URL as it stands above, or a host"
                    yield self.source.diagnostic((*path, "target"), f"unknown target {quoted(target)}{hint}")
                if check and (check, target) in seen:
                    line = self.source.place((section, seen[check, target])).line
                    message = f"a second entry for {quoted(check)}: the first stands in line {line}"
                    yield self.source.diagnostic((*path, "check"), message)
                seen.setdefault((check, target), index)
                said = _text(entry.get(day))
                if day == "on":
                    yield from self._not_in_future((*path, day), said)

    def _verifications(self) -> Iterator[Diagnostic]:
        """Hold the verifications of documents to the calendar."""
        for name in self._mapping("documents"):
            said = _text(self._at("documents", name, "verified", "on"))
            yield from self._not_in_future(("documents", name, "verified", "on"), said)

    def _not_in_future(self, path: Path, said: str) -> Iterator[Diagnostic]:
        if _is_day(said) and date.fromisoformat(said) > self.today:
            message = f"{said} is in the future: today is {self.today.isoformat()} (UTC)"
            yield self.source.diagnostic(path, message)

    def _target_names(self) -> set[str]:
        """Return what an exception may name: hosts, services (``host:port``), endpoints, media and documents."""
        endpoints: dict[object, str] = {}
        hosts: set[str] = set()
        media = {_text(each) for each in self._sequence("media", "captures")}
        for path, url, _ in self._named_urls():
            try:
                address = host_and_port(url)
                hosts |= {address.host, Target("endpoint", url, address.host, address.port).service}
                if path[0] == "media":
                    media.add(url)
                if path[0] == "endpoints":
                    endpoints.setdefault(same_endpoint(url), url)
            except BadHostError:
                endpoints[url] = url
        return {*endpoints.values(), *hosts, *media, *self._mapping("documents")}

    def _files(self) -> Iterator[Diagnostic]:
        for path, name in self._named_files():
            trouble = file_trouble(self.folder, name)
            if trouble and _LIKE_A_URL.match(name):
                trouble += "; if it is a URL, it begins with https://"
            elif not trouble and path[0] == "documents" and name.startswith("/"):
                trouble = f"{quoted(name)} is a path of this machine: write it from the folder of this file on"
            if trouble:
                yield self.source.diagnostic(path, trouble)

    def _named_files(self) -> Iterator[tuple[Path, str]]:
        for path, location in self._documents():
            if not is_url(location):
                yield path, location
        for index, entry in self._list("statements"):
            yield ("statements", index, "proof"), _text(entry.get("proof"))
        for parent in (("media", "captures"), ("network", "trust")):
            for index, name in enumerate(self._sequence(*parent)):
                yield (*parent, index), _text(name)
        yield ("permission", "document"), _text(self._at("permission", "document"))

    def _documents(self) -> Iterator[tuple[Path, str]]:
        """Yield the path of each document's location, and the location."""
        for name, entry in self._mapping("documents").items():
            path: Path = ("documents", name, "at") if isinstance(entry, dict) else ("documents", name)
            if location := document_location(entry):
                yield path, location

    def _network(self) -> Iterator[Diagnostic]:
        for index, network in enumerate(self._sequence("network", "allow")):
            if trouble := _network_trouble(_text(network)):
                yield self.source.diagnostic(("network", "allow", index), trouble)
        for name, addresses in self._mapping("network", "resolve").items():
            path: Path = ("network", "resolve", name)
            try:
                host_name(name)
            except BadHostError as error:
                yield self.source.diagnostic(path, str(error), at_key=True)
            several = isinstance(addresses, list)
            for index, address in enumerate(addresses if several else [addresses]):
                if _text(address) and not _is_address(address):
                    place = (*path, index) if several else path
                    yield self.source.diagnostic(place, f"{quoted(address)} is not an IPv4 or IPv6 address")
        for index, server in enumerate(self._sequence("network", "nameservers")):
            if _text(server) and not _is_server(server):
                message = f"{quoted(server)} is not an address with a port: write 127.0.0.1:5353 or [::1]:5353"
                yield self.source.diagnostic(("network", "nameservers", index), message)

    def _at(self, *path: str) -> Json:
        value = self.source.data
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def _mapping(self, *path: str) -> dict[str, Any]:
        value = self._at(*path)
        return value if isinstance(value, dict) else {}

    def _sequence(self, *path: str) -> list[Any]:
        value = self._at(*path)
        return value if isinstance(value, list) else []

    def _list(self, *path: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield index and entry of a list of mappings."""
        return ((index, each) for index, each in enumerate(self._sequence(*path)) if isinstance(each, dict))


def file_trouble(folder: FilePath, name: str) -> str:
    """Return why a file that a vendor file names cannot be used; empty: it can, or there is no name.

    A vendor file often comes from the vendor. So it names files of its own folder only, links resolved: no path of it
    may bring another file of the operator's machine into a report.
    """
    if not name or "://" in name:
        return ""
    try:
        path = (folder / name).resolve(strict=True)
        state = path.stat()
    except FileNotFoundError:
        return f"there is no file {quoted(name)} beside this file"
    except (OSError, ValueError, RuntimeError):  # not readable, a null character in the name, a loop of links
        return f"the file {quoted(name)} cannot be read"
    troubles = {
        f"{quoted(name)} leads out of the folder of this file: copy the document beside it": not path.is_relative_to(
            folder.resolve()
        ),
        f"{quoted(name)} is not a file": not stat.S_ISREG(state.st_mode),
        f"{quoted(name)} is larger than {PROOF_LIMIT:,} bytes": state.st_size > PROOF_LIMIT,
    }
    return next((trouble for trouble, there in troubles.items() if there), "")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _is_day(text: str) -> bool:
    return not date_trouble(text)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _network_trouble(text: str) -> str:
    if not text:
        return ""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        try:
            return f"{quoted(text)} has bits beyond its prefix: write {ipaddress.ip_network(text, strict=False)}"
        except ValueError:
            return f"{quoted(text)} is not a network: write it like 10.1.0.0/16 or fd00:1::/64"
    return ""


def _is_server(text: str) -> bool:
    if _is_address(text):
        return True
    host, _, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host if ":" not in host else ""
    return _is_address(bare) and port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) <= 65_535  # noqa: PLR2004 # the range of ports

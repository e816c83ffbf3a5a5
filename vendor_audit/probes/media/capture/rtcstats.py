"""Dumps of rtcstats: a line of JSON for each call, event and report of a peer connection.

A line is ``[method, connection, value, .., time]``. Format 3 (docs/file-format.md of rtcstats/rtcstats; Chromium 156
writes it too) begins with the line ``RTCStatsDump`` and numbers its methods, types and properties; in it, as under the
older method ``getstats``, a report holds what changed since the last. The oldest form is one JSON document.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.json_text import (
    NotJsonError,
    as_list,
    as_number,
    as_object,
    as_text,
    load,
    load_or_none,
)
from vendor_audit.probes.media.capture.model import Capture, CaptureError
from vendor_audit.probes.media.capture.parts import (
    add_candidate,
    add_configuration,
    add_description,
    browser_of_brands,
    browser_of_header,
    origin,
)
from vendor_audit.probes.media.capture.statistics import PROPERTIES

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Connection

MAGIC: Final = "RTCStatsDump"
_FIELDS: Final = 3
"""Method, connection and value."""
_DELTAS: Final = 3
"""The file format from which every report holds only what changed."""
_SIDES: Final = {
    "setLocalDescription": "local",
    "setLocalDescriptionOnSuccess": "local",
    "setRemoteDescription": "remote",
}
_CONNECTED: Final = frozenset({"connected", "completed"})


@cache
def _names(what: str) -> dict[str, str]:
    """Return number -> name of the methods, types or properties of format 3."""
    text = resources.files(__package__).joinpath("rtcstats_names.json").read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(text)[what]
    return names


def is_event(value: Json) -> bool:
    """Return whether a value is a line of such a dump."""
    return isinstance(value, list) and len(value) >= _FIELDS and isinstance(value[0], str | int)


def is_document(document: dict[str, Json]) -> bool:
    """Return whether a JSON document is the oldest form: all connections in one object."""
    return isinstance(document.get("peerConnections"), dict)


def read_lines(text: str) -> Capture:
    """Return what a dump of lines holds.

    Raises:
        CaptureError: no line is one of a dump, or a line breaks a bound.
    """
    reading = _Reading()
    count = 0
    for line in text.splitlines():
        if not line.strip() or line == MAGIC:
            continue
        count += 1
        if count > limits.EVENTS:
            reading.capture.cut["negotiated"] = f"only the first {limits.EVENTS:,} lines were read"
            break
        try:
            value = load(line)
        except NotJsonError as error:
            # The page of the call was closed while the last line was written.
            if reading.events:
                reading.capture.cut["negotiated"] = "a line is no JSON: what follows it was not read"
                break
            raise CaptureError("damaged", "its first line is no JSON") from error
        if isinstance(value, dict):
            reading.metadata(value)
        elif is_event(value):
            reading.event(value)
    return reading.finish()


def read_list(events: list[Json]) -> Capture:
    """Return what a dump holds whose lines stand in one JSON array.

    Raises:
        CaptureError: no element is an event.
    """
    reading = _Reading()
    for value in events[: limits.EVENTS]:
        if isinstance(value, dict):
            reading.metadata(value)
        elif is_event(value):
            reading.event(value)
    return reading.finish()


def read_document(document: dict[str, Json]) -> Capture:
    """Return what a dump of the oldest form holds.

    Raises:
        CaptureError: no connection has an event.
    """
    reading = _Reading()
    reading.metadata(document)
    for name, events in as_object(document.get("peerConnections")).items():
        for entry in as_list(events)[: limits.EVENTS]:
            found = as_object(entry)
            reading.event([as_text(found.get("type")), name, found.get("value"), found.get("time")])
    return reading.finish()


class _Reading:
    """Takes events one after the other."""

    def __init__(self) -> None:
        self.capture = Capture("rtcstats")
        self.events = 0
        self._format = 0
        self._clock = 0.0
        self._connections: dict[str, Connection | None] = {}

    def metadata(self, value: dict[str, Json]) -> None:
        number = value.get("fileFormat")
        self._format = number if isinstance(number, int) else self._format
        agent = as_object(value.get("userAgentData"))
        browser = browser_of_brands(agent.get("fullVersionList") or agent.get("brands"))
        self.capture.browser = self.capture.browser or browser or browser_of_header(as_text(value.get("userAgent")))

    def event(self, line: list[Json]) -> None:
        self.events += 1
        method = _names("methods").get(str(line[0]), str(line[0]))
        name, value = line[1], line[2]
        moment = as_number(line[-1])
        if moment is not None and len(line) > _FIELDS:
            self._clock = self._clock + moment if self._format >= _DELTAS else moment
        if name is None:
            if isinstance(value, dict) or method == "connectionInfo":
                self.metadata(as_object(load_or_none(value) if isinstance(value, str) else value))
            return
        if method.startswith(("navigator.mediaDevices", "getUserMedia")):
            return
        connection = self._connection(str(name)[: limits.TEXT])
        if connection is not None:
            self._take(connection, method, value, line)

    def finish(self) -> Capture:
        if not self.events:
            raise CaptureError("unsupported", "it is no capture of a kind that is read")
        self.capture.captured = self._clock / 1_000 or None
        return self.capture

    def _connection(self, name: str) -> Connection | None:
        if name not in self._connections and len(self._connections) <= limits.CONNECTIONS:
            self._connections[name] = self.capture.connection()
        return self._connections.get(name)

    def _take(self, connection: Connection, method: str, value: Json, line: list[Json]) -> None:
        if method == "create":
            pages = [origin(as_text(each)) for each in line[_FIELDS:] if isinstance(each, str)]
            connection.page = next(filter(None, pages), connection.page)
            add_configuration(connection, value)
        elif method == "setConfiguration":
            add_configuration(connection, _argument(value))
        elif method in _SIDES:
            found = as_object(_argument(value))
            if as_text(found.get("sdp")):
                kind = as_text(found.get("type"))
                add_description(self.capture, connection, _SIDES[method], kind, found["sdp"])
        elif method.lower() == "onicecandidate":
            add_candidate(connection.local, as_text(as_object(_argument(value)).get("candidate")))
        elif method == "addIceCandidate":
            add_candidate(connection.remote, as_text(as_object(_argument(value)).get("candidate")))
        elif method.lower() == "getstats":
            self._report(connection, as_object(value), changes=method == "getstats" or self._format >= _DELTAS)
        elif method.endswith("connectionstatechange"):
            connection.connected |= as_text(value).strip('"') in _CONNECTED

    def _report(self, connection: Connection, report: dict[str, Json], *, changes: bool) -> None:
        if not changes and report:
            connection.stats.clear()
        for name, entry in report.items():
            if entry is None:
                connection.stats.pop(name, None)
            elif isinstance(entry, dict):
                if name not in connection.stats and len(connection.stats) >= limits.STATS:
                    self.capture.cut["negotiated"] = f"only the first {limits.STATS:,} statistics objects were read"
                    return
                named = {_names("properties").get(key, key): each for key, each in entry.items()}
                kept = {key: each for key, each in named.items() if key in PROPERTIES}
                if "type" in kept:
                    kept["type"] = _names("types").get(str(kept["type"]), kept["type"])
                connection.stats.setdefault(name, {}).update(kept)


def _argument(value: Json) -> Json:
    """Return the first argument of a call: alone or, where there are more, in a list."""
    return value[0] if isinstance(value, list) and value else value

"""Dumps of ``chrome://webrtc-internals``, from those of 2015 to those of Chromium 156.

Current ones were made and read here; the older layouts are those that public importers of such dumps read
(fippo/webrtc-dump-importer): texts like ``type: offer, sdp: v=0..`` in place of JSON, statistics named
``Conn-audio-1-0-googLocalAddress``, dumps without ``statsType``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.json_text import as_list, as_number, as_object, as_text, load_or_none
from vendor_audit.probes.media.capture.model import Capture
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

_LOCAL_CANDIDATE: Final = frozenset({"onicecandidate", "icecandidate"})
_APPLIED: Final = {
    "setlocaldescription": "local",
    "setlocaldescriptiononsuccess": "local",
    "setremotedescription": "remote",
}
_CREATED: Final = frozenset({"createofferonsuccess", "createansweronsuccess"})
_CONNECTED: Final = re.compile(r'"?k?(ICEConnectionState)?(connected|completed)"?', re.IGNORECASE)


def is_dump(document: dict[str, Json]) -> bool:
    """Return whether a JSON document is such a dump."""
    return isinstance(document.get("PeerConnections"), dict)


def read(document: dict[str, Json]) -> Capture:
    """Return what a dump holds."""
    agent = document.get("UserAgentData")
    brands = as_object(agent).get("fullVersionList") or as_object(agent).get("brands") or agent
    capture = Capture(
        "webrtc-internals",
        browser=browser_of_brands(brands) or browser_of_header(as_text(document.get("UserAgent"))),
    )
    ends: list[float] = []
    for entry in as_object(document.get("PeerConnections")).values():
        connection = capture.connection()
        if connection is None:
            break
        dumped = as_object(entry)
        connection.page = origin(as_text(dumped.get("url")))
        add_configuration(connection, dumped.get("rtcConfiguration"))
        _read_log(capture, connection, as_list(dumped.get("updateLog")))
        ends += _read_statistics(capture, connection, as_object(dumped.get("stats")))
    moment = as_number(document.get("timestamp"))
    capture.captured = moment / 1_000 if moment else max(ends, default=None)
    return capture


def _read_log(capture: Capture, connection: Connection, log: list[Json]) -> None:
    if len(log) > limits.EVENTS:
        capture.cut["descriptions"] = f"only the first {limits.EVENTS:,} entries of a log were read"
    created: list[tuple[str, str]] = []
    for entry in log[: limits.EVENTS]:
        name, value = as_text(as_object(entry).get("type")).lower(), as_text(as_object(entry).get("value"))
        if name in _APPLIED:
            kind, sdp = _description(value)
            if sdp:
                add_description(capture, connection, _APPLIED[name], kind, sdp)
        elif name in _CREATED:
            created.append(_description(value))
        else:
            _read_event(connection, name, value)
    if not any(seen.side == "local" for seen in connection.descriptions):
        for kind, sdp in created:
            if sdp:
                add_description(capture, connection, "local", kind, sdp)


def _read_event(connection: Connection, name: str, value: str) -> None:
    if name in _LOCAL_CANDIDATE:
        add_candidate(connection.local, _candidate(value))
    elif name == "addicecandidate":
        add_candidate(connection.remote, _candidate(value))
    elif name == "setconfiguration":
        add_configuration(connection, value)
    elif name.endswith("connectionstatechange"):
        connection.connected |= bool(_CONNECTED.fullmatch(value))


def _description(value: str) -> tuple[str, str]:
    """Return type and SDP of an entry's value; both empty: it has none."""
    if value.startswith("{"):
        found = as_object(load_or_none(value))
        return as_text(found.get("type")), as_text(found.get("sdp"))
    head, found_sdp, sdp = value.partition(", sdp: ")
    return (head.removeprefix("type: ").strip(), sdp) if found_sdp else ("", "")


def _candidate(value: str) -> str:
    if value.startswith("{"):
        return as_text(as_object(load_or_none(value)).get("candidate"))
    return value


def _read_statistics(capture: Capture, connection: Connection, series: dict[str, Json]) -> list[float]:
    """Keep the last value of every series that we look at; return when they ended, in seconds since 1970."""
    ends = []
    for key, entry in series.items():
        name, _, prop = key.rpartition("-")
        if prop not in PROPERTIES or not name:
            continue
        if name not in connection.stats and len(connection.stats) >= limits.STATS:
            capture.cut["negotiated"] = f"only the first {limits.STATS:,} statistics objects were read"
            break
        found = as_object(entry)
        values = found.get("values")
        history = load_or_none(values) if isinstance(values, str) else values
        if not isinstance(history, list) or not history:
            continue
        kept = connection.stats.setdefault(name, {})
        kept[prop] = history[-1]
        if as_text(found.get("statsType")):
            kept["type"] = found["statsType"]
        if (end := _moment(as_text(found.get("endTime")))) is not None:
            ends.append(end)
    return ends


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z") + "+00:00" if text.endswith("Z") else text)
        return moment.timestamp() if moment.tzinfo is UTC or moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None

"""From what a capture holds to facts without personal data, and to the extract that is kept to show them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.descriptions import SECTIONS, description_facts, keying_facts
from vendor_audit.probes.media.capture.negotiated import of_association, of_connection, transports_as_told
from vendor_audit.probes.media.capture.people import NOT_TOLD, far_address, is_address, is_server, server_candidates
from vendor_audit.probes.media.capture.statistics import Statistics
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.srtp_profiles import srtp_profile_name
from vendor_audit.wire.turn_uri import parse_turn_uri
from vendor_audit.wire.versions import version_label

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Association, Capture, Connection

_T = TypeVar("_T")

_OF_CHROMIUM: Final = frozenset({"webrtc-internals", "rtcstats"})
_NOT_CHROMIUM: Final = ("Firefox", "Safari")
_WHERE: Final = {
    "sdp": "session descriptions do not tell it",
    "pcap": "packets do not tell it",
    "about:webrtc": "about:webrtc does not tell it",
    "webrtc-internals": "the dump does not tell it",
    "rtcstats": "the dump does not tell it",
}
_LEGACY_FLAG: Final = "only configurations of Chromium tell it, and the capture holds none"


@dataclass(slots=True)
class Facts:
    """Facts of a capture and what is not known."""

    facts: dict[str, Json]
    unknown: dict[str, str] = field(default_factory=dict)


def facts_of(capture: Capture, sha256: str) -> Facts:
    """Return the facts of a capture."""
    source: dict[str, Json] = {
        "kind": "capture",
        "format": capture.format,
        "supplied_by_person": True,
        "sha256": sha256,
    }
    if (captured := _time(capture.captured)) is not None:
        source["captured"] = captured
    if capture.browser:
        source["browser"] = capture.browser
    found = Facts({"source": source})
    _descriptions(capture, found)
    _negotiated(capture, found)
    _pairs(capture, found)
    _addresses(capture, found)
    _ice_servers(capture, found)
    _frame_encryption(capture, found)
    for name, reason in capture.cut.items():
        found.unknown[name] = "; ".join(filter(None, (found.unknown.get(name), reason)))
    return found


def _kept(found: Facts, name: str, items: list[_T]) -> list[_T]:
    """Return as many of a list as are kept; that there were more is told."""
    if len(items) > limits.FACTS:
        found.unknown[name] = f"only the first {limits.FACTS} of {len(items):,} were kept"
    return items[: limits.FACTS]


def _descriptions(capture: Capture, found: Facts) -> None:
    seen = [(connection, each) for connection in capture.connections for each in connection.descriptions]
    if not seen:
        reason = _WHERE[capture.format] if capture.format == "pcap" else "the capture holds no session description"
        reason = f"{capture.unread} of them cannot be read" if capture.unread else reason
        found.unknown |= {"descriptions": reason, "keying": reason}
        return
    kept = _kept(found, "descriptions", seen)
    found.facts["descriptions"] = [
        description_facts(each.description, _author(connection, each.side), each.type) for connection, each in kept
    ]
    for index, (_, each) in enumerate(kept):
        if len(each.description.sections) > SECTIONS:
            found.unknown[f"descriptions[{index}].sections"] = f"only the first {SECTIONS} were kept"
    keying = found.facts["keying"] = keying_facts(each.description for _, each in seen)
    keying["fingerprint_algorithms"] = _kept(found, "keying.fingerprint_algorithms", keying["fingerprint_algorithms"])
    missing = f"{capture.unread} of the descriptions cannot be read" if capture.unread else ""
    if missing:
        found.unknown["descriptions"] = "; ".join(filter(None, (found.unknown.get("descriptions"), missing)))
    if missing := missing or capture.cut.get("descriptions", ""):
        # What was found stands; what was not found may stand in the rest.
        found.unknown["keying.fingerprint_algorithms"] = missing
        for name in ("sdes", "plain_rtp"):
            if not keying[name]:
                del keying[name]
                found.unknown[f"keying.{name}"] = missing


def _author(connection: Connection, side: str) -> str:
    if side == "local":
        return "client"
    return "vendor" if side == "remote" and is_server(connection) else "unknown"


def _negotiated(capture: Capture, found: Facts) -> None:
    entries = [each for connection in capture.connections for each in of_connection(connection)]
    entries += [of_association(each) for each in capture.associations]
    entries = _kept(found, "negotiated", entries)
    if entries:
        found.facts["negotiated"] = [entry for entry, _ in entries]
        for index, (_, unknown) in enumerate(entries):
            found.unknown |= {f"negotiated[{index}].{name}": reason for name, reason in unknown.items()}
    elif capture.format in {"sdp", "about:webrtc"}:
        found.unknown["negotiated"] = _WHERE[capture.format]
    elif capture.format == "pcap":
        found.unknown["negotiated"] = "no DTLS handshake was seen from its beginning to its end"
    elif any(each.connected for each in capture.connections):
        found.unknown["negotiated"] = "a connection connected, but the dump holds no statistics of its DTLS"
    elif capture.connections:
        found.unknown["negotiated"] = "no connection in the capture is known to have connected"
    else:
        found.unknown["negotiated"] = "the capture holds no connection"


def _pairs(capture: Capture, found: Facts) -> None:
    selected = [
        (connection, local, remote)
        for connection in capture.connections
        for local, remote in Statistics.of(connection.stats).selected_pairs()
    ]
    pairs: list[dict[str, Json]] = []
    for index, (connection, local, remote) in enumerate(_kept(found, "selected_pairs", selected)):
        near: dict[str, Json] = {"type": local.type, "relay_protocol": local.relay_protocol}
        address, reason = far_address(connection, remote)
        far: dict[str, Json] = {"type": remote.type, "protocol": remote.protocol, "address": address}
        if address and remote.port:
            far["port"] = remote.port
        path = f"selected_pairs[{index}]"
        told = {f"{path}.local.type": local.type, f"{path}.remote.type": remote.type}
        found.unknown |= {name: NOT_TOLD for name, value in told.items() if not value}
        if reason:
            found.unknown[f"{path}.remote.address"] = reason
        sides: dict[str, dict[str, Json]] = {"local": near, "remote": far}
        pairs.append({side: {name: value for name, value in each.items() if value} for side, each in sides.items()})
    if pairs:
        found.facts["selected_pairs"] = pairs
    else:
        found.unknown["selected_pairs"] = _WHERE[capture.format]


def _addresses(capture: Capture, found: Facts) -> None:
    told = dict.fromkeys(each for connection in capture.connections for each in server_candidates(connection))
    candidates = _kept(found, "remote_candidates", list(told))
    if candidates:
        found.facts["remote_candidates"] = [
            {"type": kind, "address": address, "port": port, "protocol": protocol}
            for kind, address, port, protocol in candidates
        ]
    else:
        # An empty list would say that the vendor has none.
        no_server = "no candidate is for certain a server's with a public address"
        found.unknown["remote_candidates"] = _WHERE["pcap"] if capture.format == "pcap" else no_server
    relayed = [*capture.relayed]
    gathered = False
    for connection in capture.connections:
        near = [local for local, _ in Statistics.of(connection.stats).selected_pairs()]
        ends = [(each.type, each.address) for each in connection.local_candidates()]
        ends += [(each.type, each.address) for each in near]
        relayed += [address for kind, address in ends if kind == "relay" and is_address(address)]
        gathered |= bool(ends)
    if relayed or gathered:
        found.facts["relayed_addresses"] = _kept(found, "relayed_addresses", list(dict.fromkeys(relayed)))
    else:
        found.unknown["relayed_addresses"] = "the capture holds no candidate of the client's side"


def _ice_servers(capture: Capture, found: Facts) -> None:
    uris: dict[str, None] = {}
    wrong = 0
    told = [uri for connection in capture.connections for uri in connection.ice_servers]
    for uri in told:
        try:
            parse_turn_uri(uri)
        except WireError:
            wrong += 1
        else:
            uris[uri] = None
    configured = any(each.encoded_insertable_streams is not None for each in capture.connections)
    if uris or configured:
        found.facts["ice_servers"] = [{"uri": uri} for uri in _kept(found, "ice_servers", list(uris))]
        if wrong:
            found.unknown["ice_servers"] = f"{wrong} more are no STUN or TURN URIs"
    else:
        found.unknown["ice_servers"] = _WHERE[capture.format]


def _frame_encryption(capture: Capture, found: Facts) -> None:
    flags = [each.encoded_insertable_streams for each in capture.connections]
    chromium = capture.format in _OF_CHROMIUM and not capture.browser.startswith(_NOT_CHROMIUM)
    told = chromium and any(each is not None for each in flags)
    name = "encoded_insertable_streams"
    if any(flags) or (told and f"frame_encryption.{name}" not in capture.cut):
        found.facts["frame_encryption"] = {name: any(flags)}
        capture.cut.pop(f"frame_encryption.{name}", None)
    elif not told:
        found.unknown[f"frame_encryption.{name}"] = _LEGACY_FLAG


def _time(seconds: float | None) -> str | None:
    """Return a moment as UTC, to the second; None: there is none, or none that a clock can show."""
    if seconds is None or not 0 < seconds < 32_503_680_000:  # noqa: PLR2004 # the year 3000
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def extract(capture: Capture, found: Facts) -> bytes:
    """Return what of the capture the facts rest on, as JSON: the file itself tells too much of people."""
    connections: list[dict[str, Json]] = []
    for connection in capture.connections[: limits.FACTS]:
        shown = {"connected": connection.connected, "transports": transports_as_told(connection)}
        connections.append({**({"page": connection.page} if connection.page else {}), **shown})
    content = {
        "facts": found.facts,
        "unknown": found.unknown,
        "connections": connections,
        "handshakes": [_handshake(each) for each in capture.associations[: limits.FACTS]],
    }
    return json.dumps(content, indent=1, sort_keys=True).encode()


def _handshake(association: Association) -> dict[str, Json]:
    return {
        "offered": {
            "versions": [version_label(each) for each in association.offered_versions],
            "cipher_suites": [cipher_suite(each).name for each in association.offered_suites],
            "srtp_profiles": [srtp_profile_name(each) for each in association.offered_profiles],
        },
        "certificates_sha256": list(association.certificates),
    }

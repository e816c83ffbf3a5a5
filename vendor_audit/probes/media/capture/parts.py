"""What the readers of several formats need: descriptions, candidates, configurations, browsers, origins."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.json_text import as_list, as_object, as_text, load_or_none
from vendor_audit.probes.media.capture.model import Seen
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.ice_candidate import Candidate, parse_candidate
from vendor_audit.wire.sdp import parse

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Capture, Connection

_TYPES: Final = {"offer": "offer", "answer": "answer", "pranswer": "answer"}
_ICE_URI: Final = re.compile(r"(?:stun|turn)s?:[^\s,\]\[\"'{}<>]{1,500}")
_CANDIDATE: Final = re.compile(r"candidate:(?=\S)")
"""Older dumps have a label before it: ``candidate: candidate:..``."""
_PRODUCTS: Final = (
    ("Firefox", "Firefox"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("HeadlessChrome", "Chromium"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)
"""Products as a User-Agent header writes them, the most telling first, and what they are called."""
_BRANDS: Final = {"Google Chrome": "Chrome", "Microsoft Edge": "Edge", "Opera": "Opera", "Chromium": "Chromium"}


def add_description(capture: Capture, connection: Connection, side: str, kind: str, sdp: str) -> None:
    """Keep a description with the connection; one that is none is counted."""
    if len(connection.descriptions) >= limits.DESCRIPTIONS:
        capture.cut["descriptions"] = f"only the first {limits.DESCRIPTIONS} of a connection were read"
        return
    try:
        seen = Seen(side, _TYPES.get(kind, "unknown"), parse(sdp))
    except WireError:
        capture.unread += 1
        return
    if seen.type == "unknown" and "actpass" in _setups(seen):
        seen = replace(seen, type="offer")
    # A description is told when it is asked for and when that succeeded.
    same = (each for each in connection.descriptions if (each.side, each.description) == (side, seen.description))
    if not any(seen.type in {"unknown", each.type} for each in same):
        connection.descriptions.append(seen)


def name_answers(connection: Connection) -> None:
    """Name the answers among descriptions in their order: what follows an offer of the other side and takes a role.

    Only an offer says actpass; it may also say active or passive, as an answer must (RFC 8842, 5.2 and 5.3).
    """
    for index, seen in enumerate(connection.descriptions[1:], start=1):
        before = connection.descriptions[index - 1]
        other = seen.side != before.side or seen.side == "unknown"
        if seen.type == "unknown" and before.type == "offer" and other and _setups(seen) & {"active", "passive"}:
            connection.descriptions[index] = replace(seen, type="answer")


def _setups(seen: Seen) -> set[str | None]:
    return {section.transport.setup for section in seen.description.sections}


def add_candidate(found: list[Candidate], text: str) -> None:
    """Keep the candidate that stands somewhere in a text; the end of candidates is an empty one."""
    start = _CANDIDATE.search(text)
    if start is None or len(found) >= limits.CANDIDATES:
        return
    try:
        found.append(parse_candidate(text[start.start() :][:1_000].partition(",")[0]))
    except WireError:
        return


def add_configuration(connection: Connection, value: Json) -> None:
    """Keep what an RTCConfiguration says of ICE servers and frame encryption; credentials are not looked at.

    Current dumps have it as a JSON text, older ones as a text that only looks like it.
    """
    configuration = load_or_none(value) if isinstance(value, str) else value
    if isinstance(configuration, dict):
        for server in as_list(configuration.get("iceServers"))[: limits.FACTS]:
            urls = as_object(server).get("urls", as_object(server).get("url"))
            texts = urls if isinstance(urls, list) else [urls]
            connection.ice_servers += [as_text(each) for each in texts[: limits.FACTS] if as_text(each)]
        streams = configuration.get("encodedInsertableStreams") is True
    elif isinstance(value, str) and value.strip():
        connection.ice_servers += _ICE_URI.findall(value)[: limits.FACTS]
        streams = "encodedInsertableStreams: true" in value
    else:
        return
    connection.encoded_insertable_streams = streams or connection.encoded_insertable_streams is True


def origin(url: str) -> str:
    """Return scheme, host and port of a page's URL; empty: it has none. Path, query and fragment tell of people."""
    if len(url) > limits.TEXT * 10:
        return ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[0-9A-Za-z.\-:]{1,253}", host):
        return ""
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def browser_of_header(header: str) -> str:
    """Return product and major version of a User-Agent header; empty: none that we know."""
    for token, product in _PRODUCTS:
        found = re.search(rf"\b{token}[A-Za-z]{{0,3}}/(\d{{1,4}})", header[: limits.TEXT], re.ASCII)
        if found and (product != "Safari" or "Safari/" in header[: limits.TEXT]):
            return f"{product} {found[1]}"
    return ""


def browser_of_brands(brands: Json) -> str:
    """Return product and major version of the brands of client hints; empty: none that we know."""
    versions = {as_text(as_object(each).get("brand")): as_object(each).get("version") for each in as_list(brands)[:20]}
    for brand, product in _BRANDS.items():
        major = str(versions.get(brand, "")).partition(".")[0]
        if re.fullmatch(r"[0-9]{1,4}", major):
            return f"{product} {major}"
    return ""

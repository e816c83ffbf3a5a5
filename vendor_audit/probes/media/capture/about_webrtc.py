"""What Firefox's about:webrtc gives away: the report that it copies as JSON, and the page that it saves.

The layouts are those of toolkit/content/aboutwebrtc/aboutWebrtc.mjs in mozilla/gecko-dev. Neither tells anything of
DTLS or SRTP: no version, no cipher suite, no profile.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.json_text import as_list, as_number, as_object, as_text, load_or_none
from vendor_audit.probes.media.capture.model import Capture, CaptureError
from vendor_audit.probes.media.capture.parts import (
    add_candidate,
    add_configuration,
    add_description,
    name_answers,
    origin,
)
from vendor_audit.probes.media.capture.statistics import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Connection

_LISTS: Final = ("iceCandidateStats", "iceCandidatePairStats")
_ATTRIBUTES: Final = r"[^<>]{0,2000}"
_PIECE: Final = re.compile(
    rf'<(?P<pane>div{_ATTRIBUTES}\bid="tab_pane_(?P<tab>offer|answer|history)_){_ATTRIBUTES}>'
    rf'|data-l10n-id="about-webrtc-(?P<side>local|remote)-sdp-heading-(?P<type>offer|answer)"'
    rf"|<pre{_ATTRIBUTES}>(?P<text>[^<]*)</pre>"
    rf"|urls: (?P<urls>\[(?:\"[^\"<]{{0,500}}\",?){{0,100}}\])"
    rf"|<tr{_ATTRIBUTES}>(?P<row>(?:\s*<td{_ATTRIBUTES}>[^<]{{0,400}}</td>){{5,9}})"
)
_CELL: Final = re.compile(rf"<td{_ATTRIBUTES}>([^<]{{0,400}})</td>")
_SIDE_OF_PAIR: Final = re.compile(r"(.{1,100}):([0-9]{1,5})/([a-z]{1,5})\(([a-z]{1,10})(?:-([a-z]{1,5}))?\)")
_PAGE: Final = re.compile(r"url=([^)]{1,2000})\)")


def is_report(document: dict[str, Json]) -> bool:
    """Return whether a JSON document is a report, or the history of one."""
    return isinstance(document.get("pcid"), str) or isinstance(document.get("reports"), list)


def read_report(document: dict[str, Json]) -> Capture:
    """Return what a copied report or history holds."""
    capture = Capture("about:webrtc")
    reports = [document] if "pcid" in document else as_list(document.get("reports"))
    by_name: dict[str, Connection] = {}
    moments = []
    for entry in reports:
        report = as_object(entry)
        name = as_text(report.get("pcid"))
        connection = by_name.get(name) or capture.connection()
        if connection is None:
            break
        by_name[name] = connection
        _read_one(capture, connection, report)
        moments.append(as_number(report.get("timestamp")) or 0.0)
    for entry in as_list(document.get("sdpHistories")):
        history = as_object(entry)
        if (connection := by_name.get(as_text(history.get("pcid")))) is not None:
            _read_history(capture, connection, as_list(history.get("sdpHistory")))
    capture.captured = max(moments, default=0.0) / 1_000 or None
    return capture


def _read_one(capture: Capture, connection: Connection, report: dict[str, Json]) -> None:
    found = _PAGE.search(as_text(report.get("pcid"))[: limits.TEXT * 2])
    connection.page = origin(found[1]) if found else ""
    add_configuration(connection, as_object(report.get("configuration")))
    # Encoded streams are an affair of Chromium's: what Firefox is configured with says nothing of them.
    connection.encoded_insertable_streams = None
    offerer = report.get("offerer")
    for side, key, offers in (("local", "localSdp", True), ("remote", "remoteSdp", False)):
        if as_text(report.get(key)):
            kind = ("offer" if offerer is offers else "answer") if isinstance(offerer, bool) else ""
            add_description(capture, connection, side, kind, report[key])
    _read_history(capture, connection, as_list(report.get("sdpHistory")))
    for key, candidates in (("rawLocalCandidates", connection.local), ("rawRemoteCandidates", connection.remote)):
        for each in as_list(report.get(key))[: limits.CANDIDATES]:
            add_candidate(candidates, as_text(each))
    for entry in [each for key in _LISTS for each in as_list(report.get(key))][: limits.STATS]:
        values = as_object(entry)
        connection.stats[as_text(values.get("id"))] = {key: each for key, each in values.items() if key in PROPERTIES}


def _read_history(capture: Capture, connection: Connection, history: list[Json]) -> None:
    for entry in history[: limits.DESCRIPTIONS]:
        found = as_object(entry)
        side = {True: "local", False: "remote"}.get(found.get("isLocal"), "unknown")  # type: ignore[arg-type]  # any JSON
        add_description(capture, connection, side, "", as_text(found.get("sdp")))
    name_answers(connection)


def read_page(text: str) -> Capture:
    """Return what a saved page holds; its connections cannot be told apart and are read as one.

    Raises:
        CaptureError: it is no such page.
    """
    capture = Capture("about:webrtc")
    connection = capture.connection()
    found = False
    sides: dict[str, str] = {}
    tab = heading = ""
    for piece in _PIECE.finditer(text):
        if piece["side"]:
            found = True
            sides = {**sides, piece["type"]: piece["side"]}
            heading = piece["type"]
        elif piece["tab"]:
            found, tab = True, piece["tab"]
        elif piece["text"] is not None and connection is not None:
            sdp = html.unescape(piece["text"])
            if sdp.lstrip().startswith("v=0"):
                kind = tab or heading  # pages of Firefox without tabs have the text under its heading
                if tab != "history":  # what is in it stands in the other two, or was replaced
                    add_description(capture, connection, sides.get(kind, "unknown"), kind, sdp)
        elif piece["urls"] and connection is not None:
            add_configuration(connection, {"iceServers": [{"urls": load_or_none(html.unescape(piece["urls"]))}]})
            connection.encoded_insertable_streams = None
        elif piece["row"] and connection is not None:
            _read_row(connection, [html.unescape(each) for each in _CELL.findall(piece["row"])])
    if not found and not ("about-webrtc" in text and connection is not None and connection.descriptions):
        raise CaptureError("unsupported", "it is a page, but none of about:webrtc")
    return capture


def _read_row(connection: Connection, cells: list[str]) -> None:
    """Keep the pair of a row of the ICE table: state, nominated, selected, local and remote candidate."""
    state, nominated, selected, *sides = (each.strip() for each in cells[:5])
    matches = [_SIDE_OF_PAIR.match(each) for each in sides]
    if not all(matches) or len(connection.stats) >= limits.STATS:
        return
    name = f"row {len(connection.stats)}"
    connection.stats[name] = {
        "type": "candidate-pair",
        "state": state,
        "nominated": nominated,
        "selected": selected,
        "localCandidateId": f"{name} local",
        "remoteCandidateId": f"{name} remote",
    }
    for side, values in zip(("local", "remote"), _sides(matches), strict=True):
        connection.stats[f"{name} {side}"] = {"type": f"{side}-candidate", **values}


def _sides(matches: list[re.Match[str] | None]) -> Iterator[dict[str, Json]]:
    for match in matches:
        if match is not None:
            address, port, protocol, kind, relay = match.groups()
            yield {
                "address": address,
                "port": int(port),
                "protocol": protocol,
                "candidateType": kind,
                **({"relayProtocol": relay} if relay else {}),
            }

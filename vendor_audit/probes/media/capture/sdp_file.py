"""Files that hold session descriptions and nothing else: bare SDP, or JSON with ``type`` and ``sdp``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.json_text import as_list, as_object, as_text
from vendor_audit.probes.media.capture.model import Capture, CaptureError
from vendor_audit.probes.media.capture.parts import add_description, name_answers

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Seen

_START: Final = re.compile(r"^v=0[ \t]*\r?$", re.MULTILINE)
_BOTH: Final = 2
"""Descriptions of one exchange."""
_SIDES: Final = {"local": "local", "remote": "remote"}


def is_document(document: Json) -> bool:
    """Return whether a JSON value is a description, or holds an offer and an answer."""
    return bool(_descriptions(document))


def read_text(text: str) -> Capture:
    """Return the descriptions of a text, each from its ``v=0`` to the next.

    Raises:
        CaptureError: one of them is none.
    """
    starts = [found.start() for found in _START.finditer(text)]
    if len(starts) > limits.DESCRIPTIONS:
        raise CaptureError("too_large", f"it holds more than {limits.DESCRIPTIONS} session descriptions")
    ends = [*starts[1:], len(text)]
    return _read([("unknown", "", text[start:end]) for start, end in zip(starts, ends, strict=True)])


def read_document(document: Json) -> Capture:
    """Return the descriptions of a JSON value.

    Raises:
        CaptureError: one of them is none.
    """
    return _read(_descriptions(document))


def _descriptions(document: Json) -> list[tuple[str, str, str]]:
    """Return side, type and SDP of each description."""
    entries = document[: limits.DESCRIPTIONS] if isinstance(document, list) else [document]
    found: list[tuple[str, str, str]] = []
    for entry in entries:
        values = as_object(entry)
        # about:webrtc copies {"offer": {"side": "local", "sdp": [lines]}, "answer": {..}}.
        named: dict[str, dict[str, Json]] = {
            kind: as_object(values.get(kind)) for kind in ("offer", "answer") if kind in values
        }
        for kind, each in (named or {as_text(values.get("type")): values}).items():
            lines = each.get("sdp")
            sdp = "\n".join(map(as_text, as_list(lines))) if isinstance(lines, list) else as_text(lines)
            if sdp.lstrip().startswith("v="):
                found.append((_SIDES.get(as_text(each.get("side")), "unknown"), kind, sdp))
    return found


def _read(descriptions: list[tuple[str, str, str]]) -> Capture:
    capture = Capture("sdp")
    connection = capture.connection()
    if connection is None:  # pragma: no cover # the first is never one too many
        return capture
    for side, kind, sdp in descriptions:
        add_description(capture, connection, side, kind, sdp)
    if capture.unread or not connection.descriptions:
        raise CaptureError("damaged", "a session description in it cannot be read")
    name_answers(connection)
    connection.descriptions = [_sided(seen, connection.descriptions) for seen in connection.descriptions]
    return capture


def _sided(seen: Seen, all_seen: list[Seen]) -> Seen:
    """Return a description with its side, where a lite agent shows which one is a server's (RFC 8445, 2.5)."""
    lite = [each.description.ice_lite for each in all_seen]
    if seen.side != "unknown" or lite.count(True) != 1:
        return seen
    if seen.description.ice_lite:
        return replace(seen, side="remote")
    return replace(seen, side="local") if len(lite) == _BOTH else seen

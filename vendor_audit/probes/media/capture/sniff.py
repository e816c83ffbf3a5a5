"""What a capture is, by its bytes: never by its name."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import about_webrtc, limits, pcap, rtcstats, sdp_file, webrtc_internals
from vendor_audit.probes.media.capture.json_text import NotJsonError, load
from vendor_audit.probes.media.capture.model import CaptureError
from vendor_audit.probes.media.capture.packets import is_packets

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Capture

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31
"""How zlib is told to expect the frame of gzip."""
_PIECE: Final = 1 << 20
_PAGE: Final = re.compile(r"\s*(?:<!doctype html|<html|<div)", re.IGNORECASE)
_NONE: Final = (
    "it is no capture of a kind that is read: a dump of webrtc-internals, rtcstats or about:webrtc, SDP, pcap"
)


def read(content: bytes) -> Capture:
    """Return what a file holds, packed or not.

    Raises:
        CaptureError: ``too_large``, ``damaged`` or ``unsupported``.
    """
    if content.startswith(_GZIP):
        content = _unpacked(content)
    if is_packets(content):
        return pcap.read(content)
    if b"\0" in content[:1_000]:
        raise CaptureError("unsupported", _NONE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptureError("damaged", "it is no UTF-8 text") from error
    return _read_text(text)


def _unpacked(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    found = bytearray()
    rest = content
    try:
        # In pieces, so that threads beside this one get their turns.
        while rest and not unpacker.eof:
            found += unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
            if len(found) > limits.UNPACKED:
                raise CaptureError("too_large", f"more than {limits.UNPACKED:,} bytes unpack out of it")
    except zlib.error as error:
        raise CaptureError("damaged", "its gzip compression is broken") from error
    if not unpacker.eof:
        raise CaptureError("damaged", "its gzip compression is cut off")
    return bytes(found)


def _read_text(text: str) -> Capture:
    start = text[:1_000].lstrip()
    if start.startswith(rtcstats.MAGIC):
        return rtcstats.read_lines(text)
    if start.startswith("v="):
        return sdp_file.read_text(text)
    if _PAGE.match(start):
        return about_webrtc.read_page(text)
    if start.startswith(("{", "[")):
        try:
            document = load(text)
        except NotJsonError as error:
            if _is_lines(text):
                return rtcstats.read_lines(text)
            raise CaptureError("damaged", "its JSON is broken or cut off") from error
        return _read_json(document)
    raise CaptureError("unsupported", _NONE)


def _is_lines(text: str) -> bool:
    """Return whether the first line is a JSON value of its own: the metadata or the first event of an rtcstats dump."""
    first, more, _ = text.lstrip().partition("\n")
    try:
        value = load(first) if more else None
    except NotJsonError:
        return False
    return isinstance(value, dict) or rtcstats.is_event(value)


def _read_json(document: Json) -> Capture:
    if isinstance(document, dict):
        if webrtc_internals.is_dump(document):
            return webrtc_internals.read(document)
        if rtcstats.is_document(document):
            return rtcstats.read_document(document)
        if about_webrtc.is_report(document):
            return about_webrtc.read_report(document)
    elif any(map(rtcstats.is_event, document)):
        return rtcstats.read_list(document)
    elif rtcstats.is_event(document):
        return rtcstats.read_list([document])
    if sdp_file.is_document(document):
        return sdp_file.read_document(document)
    raise CaptureError("unsupported", _NONE)

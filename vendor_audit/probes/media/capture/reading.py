"""A capture as a target: its file is opened, read beside the event loop, and told without personal data."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from vendor_audit.observation import Evidence, Lead, Sight, Target
from vendor_audit.probes.document.files import read_file
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.facts import extract, facts_of
from vendor_audit.probes.media.capture.model import CaptureError
from vendor_audit.probes.media.capture.sniff import read
from vendor_audit.wire.turn_uri import parse_turn_uri

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.interface import ProbeContext


async def read_capture(target: Target, context: ProbeContext) -> Sight:
    """Return what a capture tells: facts of the schema ``media``, and the ICE servers that it names as leads.

    Raises:
        ProbeError: the file cannot be had (`file_missing`, `not_a_file`, ..) or not be read (`too_large`, `damaged`,
            `unsupported`).
    """
    location = target.location or target.name
    original = await asyncio.to_thread(read_file, location, context.folder, limits.FILE)
    return await asyncio.to_thread(_sight, location, original.content)


def _sight(location: str, content: bytes) -> Sight:
    try:
        capture = read(content)
        found = facts_of(capture, hashlib.sha256(content).hexdigest())
        evidence = Evidence(f"extract of the capture {location}", "application/json", extract(capture, found))
    except CaptureError as error:
        raise ProbeError(error.kind, f"{location}: {error}") from error
    return Sight(found.facts, found.unknown, (evidence,), _leads(found.facts.get("ice_servers", [])))


def _leads(servers: list[Json]) -> tuple[Lead, ...]:
    targets: dict[tuple[object, ...], Target] = {}
    for each in servers:
        uri = parse_turn_uri(each["uri"])
        key = (uri.scheme, uri.host, uri.port, uri.transport)
        role = "turn" if uri.relays else "stun"
        targets.setdefault(key, Target("turn", each["uri"], uri.host, uri.port, (role, "named_by_vendor")))
    return tuple(Lead(target) for target in list(targets.values())[: limits.LEADS])

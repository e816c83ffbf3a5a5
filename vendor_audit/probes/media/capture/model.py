"""What a reader of one format makes of a file, in the words that all formats share. Personal data is still in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.probes.media.capture import limits

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.wire.ice_candidate import Candidate
    from vendor_audit.wire.sdp import Description


_OF_CONNECTIONS = (
    *("descriptions", "negotiated", "selected_pairs", "remote_candidates", "relayed_addresses", "ice_servers"),
    "frame_encryption.encoded_insertable_streams",
)
"""Facts that every connection adds to."""


class CaptureError(Exception):
    """The file cannot be read: one of the kinds of `Failure`, and the sentence that goes with it."""

    def __init__(self, kind: str, message: str) -> None:
        """Take the kind and the sentence, without the file's name."""
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Seen:
    """A session description and how it came."""

    side: str
    """``local`` (the browser that was captured), ``remote`` or ``unknown``."""
    type: str
    """``offer``, ``answer`` or ``unknown``."""
    description: Description


@dataclass(slots=True)
class Connection:
    """A peer connection of the captured browser."""

    page: str = ""
    """Origin of the page that made it; empty: unknown."""
    descriptions: list[Seen] = field(default_factory=list)
    local: list[Candidate] = field(default_factory=list)
    """What trickled out of this side; the descriptions may have more."""
    remote: list[Candidate] = field(default_factory=list)
    stats: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Id -> the last state of each statistics object; each has its ``type`` where the file tells it."""
    ice_servers: list[str] = field(default_factory=list)
    """URIs, unchecked."""
    encoded_insertable_streams: bool | None = None
    """None: the configuration is not in the file."""
    connected: bool = False
    """Whether the browser said that it connected."""

    def remote_candidates(self) -> list[Candidate]:
        """Return all candidates of the other side, from the descriptions and as they trickled in."""
        found = [*self.remote]
        for seen in self.descriptions:
            if seen.side == "remote":
                found += [each for section in seen.description.sections for each in section.transport.candidates]
        return found

    def local_candidates(self) -> list[Candidate]:
        """Return all candidates of the captured side."""
        found = [*self.local]
        for seen in self.descriptions:
            if seen.side == "local":
                found += [each for section in seen.description.sections for each in section.transport.candidates]
        return found


@dataclass(frozen=True, slots=True)
class Association:
    """A DTLS handshake that was seen on the wire, with what both sides said in clear."""

    version: int
    """As chosen by the server."""
    suite: int
    srtp_profile: int | None
    """None: none was chosen, or it is hidden."""
    profile_hidden: bool
    """Whether the choice is encrypted, as in DTLS 1.3."""
    offered_versions: tuple[int, ...] = ()
    offered_suites: tuple[int, ...] = ()
    offered_profiles: tuple[int, ...] = ()
    certificates: tuple[str, ...] = ()
    """SHA-256 of each certificate that went in clear, hexadecimal."""


@dataclass(slots=True)
class Capture:
    """A file as it was read."""

    format: str
    """``webrtc-internals``, ``about:webrtc``, ``rtcstats``, ``sdp`` or ``pcap``."""
    connections: list[Connection] = field(default_factory=list)
    browser: str = ""
    """Product and major version; empty: the file does not say it."""
    captured: float | None = None
    """Seconds since 1970, UTC. None: the file does not say it."""
    associations: list[Association] = field(default_factory=list)
    """Of a packet capture."""
    relayed: list[str] = field(default_factory=list)
    """Relayed addresses that TURN servers gave in the packets."""
    unread: int = 0
    """Descriptions that are none."""
    cut: dict[str, str] = field(default_factory=dict)
    """Fact -> why it is incomplete: a bound was met."""

    def connection(self) -> Connection | None:
        """Return a new connection; None: there are too many."""
        if len(self.connections) >= limits.CONNECTIONS:
            self.cut |= dict.fromkeys(_OF_CONNECTIONS, f"only the first {limits.CONNECTIONS} connections were read")
            return None
        self.connections.append(Connection())
        return self.connections[-1]

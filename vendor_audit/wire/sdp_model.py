"""The nouns of a session description: what of RFC 8866 and of WebRTC's attributes we keep.

Who made the session, its name, its links and the labels of its streams are not kept: they tell of people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vendor_audit.secret import Secret
    from vendor_audit.wire.ice_candidate import Candidate

_SECURE: Final = frozenset({"TLS", "DTLS"})


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A hash of the certificate that the peer will show (RFC 8122, 5)."""

    algorithm: str
    """``sha-256``, ...; lower case."""
    digest: str
    """``AB:CD:...``; upper case."""


@dataclass(frozen=True, slots=True)
class Crypto:
    """A key for SRTP in the description itself: SDES (RFC 4568, 4). RFC 8827, 6.5 forbids it in WebRTC."""

    tag: int
    suite: str
    """``AES_CM_128_HMAC_SHA1_80``, ..."""
    keys: Secret
    """The key parameters, ``inline:...``."""


@dataclass(frozen=True, slots=True)
class Transport:
    """The attributes that belong to a transport: bundled sections share them (RFC 8859, RFC 8843, 7.1.3)."""

    setup: str | None = None
    """``actpass``, ``active``, ``passive`` or ``holdconn`` (RFC 8842, 5.2; RFC 4145, 4). None: not told."""
    fingerprints: tuple[Fingerprint, ...] = ()
    ice_ufrag: str | None = None
    ice_pwd: Secret | None = None
    ice_options: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    end_of_candidates: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A media section, from its ``m=`` line to the next."""

    kind: str
    """``audio``, ``video``, ``application``, ..."""
    port: int
    protocol: str
    """``UDP/TLS/RTP/SAVPF``, ..."""
    formats: tuple[str, ...] = ()
    """Payload types; of a data channel ``webrtc-datachannel``."""
    transport: Transport = field(default_factory=Transport)
    """With what it inherits from the session, and where it has no attributes of its own, from its bundle."""
    mid: str | None = None
    direction: str = "sendrecv"
    rtcp_mux: bool = False
    bundle_only: bool = False
    cryptos: tuple[Crypto, ...] = ()
    sctp_port: int | None = None

    @property
    def rejected(self) -> bool:
        """Whether it is refused or given up: port 0, unless that says that it is only sent bundled (RFC 8843, 6)."""
        return self.port == 0 and not self.bundle_only

    @property
    def names_dtls(self) -> bool:
        """Whether its protocol is one over DTLS (RFC 5764, 9; RFC 8841, 4.2)."""
        return not _SECURE.isdisjoint(self.protocol.upper().split("/"))


@dataclass(frozen=True, slots=True)
class Description:
    """A whole session description."""

    sections: tuple[Section, ...] = ()
    bundles: tuple[tuple[str, ...], ...] = ()
    """The ``mid`` values of each BUNDLE group (RFC 8843, 5)."""
    ice_lite: bool = False
    """Whether its sender says that it is a lite agent (RFC 8839, 5.3)."""
    unread: int = 0
    """How many candidate lines are none, or too many: candidates may be missing."""

"""Writes the one offer that an auditor makes: an audio section with Opus, bundled, ICE, DTLS-SRTP (RFC 8829)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from vendor_audit.wire.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.wire.ice_candidate import Candidate

_NOWHERE: Final = ("0.0.0.0", 9)  # noqa: S104 # not bound to: RFC 8829, 5.2.1 writes so that no default is known yet
_OPUS: Final = 111
_DIRECTIONS: Final = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})
_SETUPS: Final = frozenset({"actpass", "active", "passive"})


def audio_offer(
    *,
    ufrag: str,
    pwd: str,
    candidates: Sequence[Candidate],
    fingerprint: tuple[str, str],
    setup: str,
    direction: str = "sendonly",
) -> str:
    """Return an SDP offer with one Opus section, lines ended by CR LF.

    All candidates stand in it and their end is told (RFC 8840, 4.1): nothing trickles in later.

    Args:
        ufrag: ICE user name fragment, 4 to 256 characters (RFC 8839, 5.4).
        pwd: ICE password, 22 to 256 characters.
        candidates: what the agent gathered; may be empty.
        fingerprint: hash function (``sha-256``) and digest (``AB:CD:..``) of the certificate (RFC 8122, 5).
        setup: ``actpass``, ``active`` or ``passive`` (RFC 8842, 5.2).
        direction: ``sendonly``, ``recvonly``, ``sendrecv`` or ``inactive``.

    Raises:
        WireError: a value does not fit its attribute.
    """
    if setup not in _SETUPS or direction not in _DIRECTIONS:
        raise WireError(f"'{setup}' or '{direction}' is no value of its attribute")
    for each in (ufrag, pwd, *fingerprint):
        if not each or not all("!" <= character <= "~" for character in each):
            raise WireError("an attribute's value is empty or has a character that it may not have")
    address, port = _default(candidates)
    family = "IP6" if ":" in address else "IP4"
    # RFC 8866, 5.2 wants a number that is this session's alone; the ICE user name already is.
    session = int.from_bytes(hashlib.sha256(ufrag.encode()).digest()[:7])
    lines = [
        "v=0",
        f"o=- {session} 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        f"m=audio {port} UDP/TLS/RTP/SAVPF {_OPUS}",
        f"c=IN {family} {address}",
        "a=rtcp-mux",
        "a=mid:0",
        f"a={direction}",
        f"a=ice-ufrag:{ufrag}",
        f"a=ice-pwd:{pwd}",
        f"a=fingerprint:{fingerprint[0]} {fingerprint[1]}",
        f"a=setup:{setup}",
        f"a=rtpmap:{_OPUS} opus/48000/2",
        f"a=fmtp:{_OPUS} minptime=10;useinbandfec=1",
        *(f"a={candidate.encode()}" for candidate in candidates),
        "a=end-of-candidates",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _default(candidates: Sequence[Candidate]) -> tuple[str, int]:
    """Return the default destination: the candidate of the lowest priority, as a relayed one has (RFC 8445, 5.1.4)."""
    usable = [each for each in candidates if each.component == 1 and each.transport == "udp" and each.ip is not None]
    if not usable:
        return _NOWHERE
    chosen = min(usable, key=lambda each: each.priority)
    return chosen.address, chosen.port

"""The answer of the lab's media server to an offer (RFC 8829, 5.3.1): takes audio and video, sends none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.wire.ice_candidate import Candidate

if TYPE_CHECKING:
    from vendor_audit.wire.sdp import Description, Section

_TAKEN = frozenset({"audio", "video"})
_MOST_SECTIONS = 20
_LONGEST_LINE = 500
_MID = re.compile(r"[!-~]{1,64}")
_ROLES = {"actpass": "active", "active": "passive", "passive": "active"}
"""What the offer has for ``setup`` -> what we answer; who may choose becomes the client, as RFC 8842, 5.3 advises."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """What we say of ourselves in one session."""

    fragment: str
    """ICE user name fragment."""
    password: str
    """ICE password."""
    fingerprint: str
    """Of our certificate by SHA-256, ``AB:CD:...``."""
    address: str
    port: int

    def answer(self, offer_text: str, offer: Description) -> str:
        """Return the answer to an offer that `can_be_answered`."""
        taken = [each for each in offer.sections if _is_taken(each)]
        mids = [each.mid for each in taken if each.mid and _MID.fullmatch(each.mid)]
        lines = ["v=0", f"o=- {int(self.fragment, 16)} 1 IN IP4 {self.address}", "s=-", "t=0 0", "a=ice-lite"]
        if len(mids) == len(taken):
            lines.append(f"a=group:BUNDLE {' '.join(mids)}")
        for section in offer.sections:
            lines += self._section(section, offer_text, role_for(offer))
        return "".join(f"{line}\r\n" for line in lines)

    def _section(self, section: Section, offer_text: str, role: str) -> list[str]:
        payload = section.formats[0] if section.formats else "0"
        mid = [f"a=mid:{section.mid}"] if section.mid and _MID.fullmatch(section.mid) else []
        if not _is_taken(section):
            return [f"m={section.kind} 0 {section.protocol} {payload}", "c=IN IP4 0.0.0.0", *mid, "a=inactive"]
        direction = "recvonly" if section.direction in {"sendonly", "sendrecv"} else "inactive"
        candidate = Candidate("1", 1, "udp", 2_130_706_431, self.address, self.port, "host")
        return [
            f"m={section.kind} {self.port} {section.protocol} {payload}",
            f"c=IN IP4 {self.address}",
            *mid,
            "a=rtcp-mux",
            f"a={direction}",
            *_codec(offer_text, payload),
            f"a=setup:{role}",
            f"a=ice-ufrag:{self.fragment}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {self.fingerprint}",
            f"a={candidate.encode()}",
            "a=end-of-candidates",
        ]


def can_be_answered(offer: Description) -> bool:
    """Return whether an offer has something that we take, protected as WebRTC wants it (RFC 8827, 6.5)."""
    taken = [each for each in offer.sections if _is_taken(each)]
    return (
        0 < len(offer.sections) <= _MOST_SECTIONS
        and bool(taken)
        and all(each.transport.fingerprints and each.transport.setup in _ROLES for each in taken)
    )


def role_for(offer: Description) -> str:
    """Return our role in DTLS, ``active`` (client) or ``passive``, for an offer that `can_be_answered`."""
    return next(_ROLES[each.transport.setup or ""] for each in offer.sections if _is_taken(each))


def digests_of(offer: Description) -> set[tuple[str, str]]:
    """Return hash function and digest of every certificate that the client may show."""
    return {
        (each.algorithm, each.digest)
        for section in offer.sections
        if _is_taken(section)
        for each in section.transport.fingerprints
    }


def _is_taken(section: Section) -> bool:
    return section.kind in _TAKEN and section.names_dtls and not section.rejected


def _codec(offer_text: str, payload: str) -> list[str]:
    """Return the offer's lines that say what its first payload type is."""
    starts = (f"a=rtpmap:{payload} ", f"a=fmtp:{payload} ")
    lines = (line.strip() for line in offer_text.splitlines())
    return [line for line in lines if line.startswith(starts) and len(line) <= _LONGEST_LINE][:2]

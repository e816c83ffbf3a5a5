"""The answer to a vendor's offer, for protocols in which the service offers: one audio section, the others refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.wire.sdp import Description, Section

_MID: Final = re.compile(r"[!-~]{1,64}")
_MOST_SECTIONS: Final = 50
_LONGEST_LINE: Final = 500
_OPPOSITE: Final = {"sendonly": "recvonly", "recvonly": "sendonly", "sendrecv": "sendrecv"}


def audio_answer(offer_text: str, offer: Description, own_lines: list[str], setup: str) -> str:
    """Return an answer (RFC 8829, 5.3.1) that takes the offer's first audio section.

    Args:
        offer_text: the offer, from which the description of the chosen codec is copied.
        offer: the same, read.
        own_lines: our ``a=`` lines for ICE, candidates and fingerprint.
        setup: ``active`` or ``passive``.

    Raises:
        ProbeError: the offer has no audio section that can be taken, or too many sections.
    """
    chosen = chosen_section(offer)
    if chosen is None or not chosen.formats or len(offer.sections) > _MOST_SECTIONS:
        raise ProbeError("protocol", "the vendor's offer has no audio section that can be answered")
    bundle = f"a=group:BUNDLE {chosen.mid}" if chosen.mid and _MID.fullmatch(chosen.mid) else ""
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"] + ([bundle] if bundle else [])
    for section in offer.sections:
        formats = section.formats[0] if section.formats else "0"
        taken = section is chosen
        lines += [f"m={section.kind} {9 if taken else 0} {section.protocol} {formats}", "c=IN IP4 0.0.0.0"]
        if section.mid and _MID.fullmatch(section.mid):
            lines.append(f"a=mid:{section.mid}")
        if taken:
            lines += ["a=rtcp-mux", f"a={_OPPOSITE.get(section.direction, 'inactive')}", f"a=setup:{setup}"]
            lines += _codec(offer_text, formats) + own_lines
        else:
            lines.append("a=inactive")
    return "".join(f"{line}\r\n" for line in lines)


def chosen_section(description: Description) -> Section | None:
    """Return the section that carries the session: the first of audio that is not refused; None: there is none."""
    return next((each for each in description.sections if each.kind == "audio" and not each.rejected), None)


def _codec(offer_text: str, payload_type: str) -> list[str]:
    starts = (f"a=rtpmap:{payload_type} ", f"a=fmtp:{payload_type} ")
    found = (line.strip() for line in offer_text.splitlines())
    return [line for line in found if line.startswith(starts) and len(line) <= _LONGEST_LINE][:2]

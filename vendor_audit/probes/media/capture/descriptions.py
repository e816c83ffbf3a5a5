"""Session descriptions as facts: of what kind each section is and how it is keyed, nothing that tells of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.observation import Json
    from vendor_audit.wire.sdp import Description, Section

SECTIONS: Final = 100
"""Of a description that the facts have; a call of many has as many."""
_SETUPS: Final = frozenset({"actpass", "active", "passive"})
_MEDIA: Final = frozenset({"audio", "video"})


def description_facts(description: Description, by: str, kind: str) -> dict[str, Json]:
    """Return a description as the facts have it.

    Args:
        description: as it was parsed.
        by: ``vendor``, ``client`` or ``unknown``.
        kind: ``offer``, ``answer`` or ``unknown``.
    """
    kept = description.sections[:SECTIONS]
    sections = [_section_facts(each, ice_lite=description.ice_lite) for each in kept]
    return {"by": by, "type": kind, "sections": sections}


def _section_facts(section: Section, *, ice_lite: bool) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "kind": section.kind,
        "protocol": section.protocol,
        "fingerprints": [{"algorithm": each.algorithm} for each in section.transport.fingerprints],
        "sdes": bool(section.cryptos),
        "rejected": section.rejected,
    }
    if section.transport.setup in _SETUPS:
        facts["setup"] = section.transport.setup
    if ice_lite:
        facts["ice_lite"] = True
    return facts


def keying_facts(descriptions: Iterable[Description]) -> dict[str, Json]:
    """Return how the media of all descriptions are keyed (RFC 8827, 6.5).

    ``plain_rtp``: whether a section of audio or video that is not rejected names no protocol over DTLS, or has no
    fingerprint.
    """
    sections = [section for each in descriptions for section in each.sections]
    algorithms = {each.algorithm for section in sections for each in section.transport.fingerprints}
    media = [each for each in sections if each.kind in _MEDIA and not each.rejected]
    return {
        "sdes": any(each.cryptos for each in sections),
        "plain_rtp": any(not each.names_dtls or not each.transport.fingerprints for each in media),
        "fingerprint_algorithms": sorted(algorithms),
    }

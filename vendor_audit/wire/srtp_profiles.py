"""The SRTP protection profiles that DTLS negotiates (RFC 5764, 4.1.2), and the one name that the facts use for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vendor_audit.wire.registry import srtp_profile_values


@dataclass(frozen=True, slots=True)
class SrtpProfile:
    """A protection profile."""

    code: int
    name: str
    """As IANA writes it: ``SRTP_AEAD_AES_128_GCM``."""
    encryption: str
    """``AES_128_CM``, ``AES_256_GCM``, ``NULL``, ...; with ``DOUBLE_`` before it where it protects twice (RFC 8723)."""
    aead: bool
    tag_bits: int
    """Bits of the authentication tag of an SRTP packet."""
    spoken: tuple[str, ...]
    """Other spellings of the name in browsers and servers."""


@cache
def srtp_profiles() -> dict[int, SrtpProfile]:
    """Return code point -> profile, by code point."""
    return {each["code"]: SrtpProfile(**{**each, "spoken": tuple(each["spoken"])}) for each in srtp_profile_values()}


def srtp_profile_name(profile: int | str) -> str:
    """Return the IANA name of a profile, given by its code point or in any spelling that is in use.

    A code point that no registry knows is named ``UNKNOWN_0x1234``; a spelling that nobody knows is returned as it is.
    """
    if isinstance(profile, int):
        known = srtp_profiles().get(profile)
        return known.name if known else f"UNKNOWN_0x{profile:04X}"
    return _names().get(profile.strip().upper(), profile)


@cache
def _names() -> dict[str, str]:
    return {text: each.name for each in srtp_profiles().values() for text in (each.name, *each.spoken)}

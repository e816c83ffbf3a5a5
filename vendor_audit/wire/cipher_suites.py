"""What a cipher suite is, read from its name: no table of properties to keep in step with the registry.

A name is ``TLS_<key exchange>_WITH_<cipher>_<hash>``, and in TLS 1.3 ``TLS_<cipher>_<hash>`` (RFC 8446, B.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vendor_audit.wire.registry import suite_names
from vendor_audit.wire.versions import TlsVersion

_HASHES = frozenset({"SHA", "SHA1", "SHA256", "SHA384", "SHA512", "MD5", "SM3", "GOSTR3411", "OMAC", "L", "S"})
"""Last words of a name that belong to the hash or the variant, not to the cipher."""
_AEAD = frozenset({"GCM", "CCM", "POLY1305", "AEGIS", "MGM"})
_EPHEMERAL = frozenset({"DHE", "ECDHE", "DHE_PSK", "ECDHE_PSK", "DHE_EXPORT", "ECCPWD", "SRP", "CECPQ1", "any"})
_CHINESE = frozenset({"ECDHE", "ECC", "IBSDH", "IBC", "RSA"})
"""Key exchanges of the TLCP suites (GB/T 38636), whose names leave out WITH: TLS_ECC_SM4_CBC_SM3."""
_TLS13_ONLY = frozenset({"MGM_L", "MGM_S"})


@dataclass(frozen=True, slots=True)
class CipherSuite:
    """A cipher suite and what its name says about it."""

    code: int
    name: str
    key_exchange: str
    """``ECDHE``, ``RSA``, ``DHE_PSK``, ``RSA_EXPORT``, ...; ``any`` in TLS 1.3."""
    authentication: str
    """``RSA``, ``ECDSA``, ``anon``, ``PSK``, ...; ``any`` in TLS 1.3."""
    encryption: str
    """``AES_128_GCM``, ``RC4_128``, ``NULL``, ..."""
    forward_secret: bool
    """Ephemeral and authenticated key agreement. Anonymous suites are not: whoever sits in between has the key."""
    aead: bool
    tls13: bool
    """Whether it belongs to TLS 1.3; all others belong to TLS 1.2 and older."""


@cache
def cipher_suite(code: int) -> CipherSuite:
    """Return the suite with a code point; one that no registry knows is named ``UNKNOWN_0x1234``."""
    name = suite_names().get(code)
    if name is None:
        nothing = "unknown"
        return CipherSuite(
            code,
            f"UNKNOWN_0x{code:04X}",
            key_exchange=nothing,
            authentication=nothing,
            encryption=nothing,
            forward_secret=False,
            aead=False,
            tls13=False,
        )
    words = name.removeprefix("OLD_").removeprefix("TLS_")
    exchange, found, cipher = words.partition("_WITH_")
    tls13 = cipher[-5:] in _TLS13_ONLY
    if not found:
        first, _, rest = words.partition("_")
        tls13 = first not in _CHINESE
        exchange, cipher = ("any_any", words) if tls13 else (f"{first}_{'RSA' if first == 'RSA' else 'SM2'}", rest)
    elif tls13:
        exchange = "any_any"
    key_exchange, authentication = _exchange(exchange)
    return CipherSuite(
        code,
        name,
        key_exchange,
        authentication,
        _encryption(cipher),
        forward_secret=key_exchange in _EPHEMERAL,
        aead=not _AEAD.isdisjoint(cipher.split("_")),
        tls13=tls13,
    )


def _exchange(words: str) -> tuple[str, str]:
    """Return key exchange and authentication of the part of the name before WITH."""
    plain, export, _ = words.partition("_EXPORT")
    if plain in {"DHE_PSK", "ECDHE_PSK"}:
        return plain, "PSK"
    if plain == "RSA_PSK":
        return plain, "RSA"
    if plain.startswith("SRP_SHA"):
        return "SRP", plain.removeprefix("SRP_SHA").removeprefix("_") or "SRP"
    if plain.startswith(("GOST", "FORTEZZA")):
        return plain, plain
    exchange, _, authentication = plain.removesuffix("_FIPS").partition("_")
    return exchange + ("_EXPORT" if export else ""), authentication or exchange


def _encryption(words: str) -> str:
    parts = words.split("_")
    # RFC 9150: TLS_SHA256_SHA256 protects integrity alone. NULL_NULL is the state before the first handshake.
    if parts[0] == "NULL" or all(each in _HASHES for each in parts):
        return "NULL"
    while len(parts) > 1 and parts[-1] in _HASHES:
        parts.pop()
    return "_".join(parts)


@cache
def suites_of(version: TlsVersion) -> tuple[int, ...]:
    """Return the code points that make sense in a version, the widespread ones first.

    Before TLS 1.2 there is no AEAD (RFC 5246, 6.2.3.3); everything else is offered there, although some of it was
    defined later, because a server may be wrong. SSL 3.0 has no MAC but those of MD5 and SHA-1 (RFC 6101, A.6).
    """
    found = [cipher_suite(code) for code in suite_names()]
    if version is TlsVersion.TLS13:
        chosen = [each for each in found if each.tls13]
    elif version is TlsVersion.SSL3:
        chosen = [each for each in found if not each.tls13 and each.name.endswith(("_SHA", "_MD5"))]
    else:
        chosen = [each for each in found if not each.tls13 and (version >= TlsVersion.TLS12 or not each.aead)]
    return tuple(each.code for each in sorted(chosen, key=_rarity))


def _rarity(suite: CipherSuite) -> tuple[bool, bool, bool, int]:
    """Return a sort key: what nearly every server has comes first."""
    return (
        suite.key_exchange not in {"ECDHE", "DHE", "RSA", "any"},
        not suite.encryption.startswith(("AES", "CHACHA20", "3DES", "CAMELLIA", "RC4")) or "CCM" in suite.encryption,
        suite.authentication not in {"RSA", "ECDSA", "any"},
        suite.code,
    )

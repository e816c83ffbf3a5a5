"""Key shares of TLS 1.3 (RFC 8446, 4.2.8), for servers that do not answer without one and to open the server's flight.

The hybrids follow draft-ietf-tls-ecdhe-mlkem.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vendor_audit.wire.registry import groups

if TYPE_CHECKING:
    from collections.abc import Callable

_CURVES: Final[dict[str, type[ec.EllipticCurve]]] = {
    "secp256r1": ec.SECP256R1,
    "secp384r1": ec.SECP384R1,
    "secp521r1": ec.SECP521R1,
    "brainpoolP256r1tls13": ec.BrainpoolP256R1,
    "brainpoolP384r1tls13": ec.BrainpoolP384R1,
    "brainpoolP512r1tls13": ec.BrainpoolP512R1,
}
_EVERYDAY: Final = (29, 23)


@dataclass(frozen=True, slots=True)
class Share:
    """Our half of a key agreement."""

    group: int
    public: bytes
    agree: Callable[[bytes], bytes] | None
    """Gives the shared secret for the server's half; raises ValueError for one that makes no sense. None: the public
    half is only for show."""


def new_share(group: int) -> Share | None:
    """Return a fresh share in a group, or None where our library has no such group."""
    try:
        public, agree = _half(groups()[group].name)
    except (KeyError, UnsupportedAlgorithm):
        return None
    return Share(group, public, agree)


@cache
def public_share(group: int) -> bytes | None:
    """Return a public key in a group, always the same, or None where our library has no such group."""
    share = new_share(group)
    return share.public if share else None


@cache
def everyday_shares() -> tuple[tuple[int, bytes], ...]:
    """Return group and public key for x25519 and secp256r1, as nearly every client offers them."""
    return tuple((group, public) for group in _EVERYDAY if (public := public_share(group)))


_Half = tuple[bytes, "Callable[[bytes], bytes] | None"]


def _half(name: str) -> _Half:
    if name in _CURVES:
        return _curve(_CURVES[name]())
    if name.startswith("ffdhe"):
        size = int(name.removeprefix("ffdhe")) // 8
        return b"\x7f" + secrets.token_bytes(size - 1), None  # below every prime of that size
    return _OTHERS[name]()


def _curve(curve: ec.EllipticCurve) -> _Half:
    key = ec.generate_private_key(curve)

    def agree(theirs: bytes) -> bytes:
        return key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, theirs))

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), agree


def _x25519() -> _Half:
    key = x25519.X25519PrivateKey.generate()
    return (
        key.public_key().public_bytes_raw(),
        lambda theirs: key.exchange(x25519.X25519PublicKey.from_public_bytes(theirs)),
    )


def _x448() -> _Half:
    key = x448.X448PrivateKey.generate()
    return (
        key.public_key().public_bytes_raw(),
        lambda theirs: key.exchange(x448.X448PublicKey.from_public_bytes(theirs)),
    )


class _PublicKem(Protocol):
    def public_bytes_raw(self) -> bytes: ...


class _Kem(Protocol):
    def public_key(self) -> _PublicKem: ...
    def decapsulate(self, ciphertext: bytes, /) -> bytes: ...


def _kem(key: _Kem) -> _Half:
    return key.public_key().public_bytes_raw(), key.decapsulate


def _both(first: _Half, second: _Half, cut: int) -> _Half:
    """Put two halves together. The server's answer is cut after ``cut`` bytes; the secrets follow the same order."""
    (public_one, agree_one), (public_two, agree_two) = first, second

    def agree(theirs: bytes) -> bytes:
        if agree_one is None or agree_two is None:
            raise ValueError("a half that is only for show")
        return agree_one(theirs[:cut]) + agree_two(theirs[cut:])

    return public_one + public_two, agree


_CIPHERTEXT_768: Final = 1_088
_OTHERS: Final[dict[str, Callable[[], _Half]]] = {
    "x25519": _x25519,
    "x448": _x448,
    "MLKEM768": lambda: _kem(mlkem.MLKEM768PrivateKey.generate()),
    "MLKEM1024": lambda: _kem(mlkem.MLKEM1024PrivateKey.generate()),
    # ML-KEM stands first beside X25519, and second beside the NIST curves.
    "X25519MLKEM768": lambda: _both(_kem(mlkem.MLKEM768PrivateKey.generate()), _x25519(), _CIPHERTEXT_768),
    "SecP256r1MLKEM768": lambda: _both(_curve(ec.SECP256R1()), _kem(mlkem.MLKEM768PrivateKey.generate()), 65),
    "SecP384r1MLKEM1024": lambda: _both(_curve(ec.SECP384R1()), _kem(mlkem.MLKEM1024PrivateKey.generate()), 97),
}

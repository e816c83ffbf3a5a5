"""Real public keys for the key shares of TLS 1.3, for servers that do not answer a hello without one.

RFC 8446, 4.2.8; the hybrids after draft-ietf-tls-ecdhe-mlkem. The private halves are thrown away: no handshake is ended
with them, so for a finite field any number in range does.
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Final

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


@cache
def everyday_shares() -> tuple[tuple[int, bytes], ...]:
    """Return group and public key for x25519 and secp256r1, as nearly every client offers them."""
    return tuple((code, _named(groups()[code].name)) for code in _EVERYDAY)


@cache
def public_share(code: int) -> bytes | None:
    """Return a public key in a group, or None where our library has no such group."""
    try:
        return _named(groups()[code].name)
    except (KeyError, UnsupportedAlgorithm):
        return None


def _named(name: str) -> bytes:
    if name in _CURVES:
        return _curve(_CURVES[name]())
    if name.startswith("ffdhe"):
        size = int(name.removeprefix("ffdhe")) // 8
        return b"\x7f" + secrets.token_bytes(size - 1)  # below every prime of that size
    return _OTHERS[name]()


def _curve(curve: ec.EllipticCurve) -> bytes:
    point = ec.generate_private_key(curve).public_key()
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _x25519() -> bytes:
    return x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()


def _x448() -> bytes:
    return x448.X448PrivateKey.generate().public_key().public_bytes_raw()


def _mlkem768() -> bytes:
    return mlkem.MLKEM768PrivateKey.generate().public_key().public_bytes_raw()


def _mlkem1024() -> bytes:
    return mlkem.MLKEM1024PrivateKey.generate().public_key().public_bytes_raw()


_OTHERS: Final[dict[str, Callable[[], bytes]]] = {
    "x25519": _x25519,
    "x448": _x448,
    "MLKEM768": _mlkem768,
    "MLKEM1024": _mlkem1024,
    # The order of the halves differs: ML-KEM first with X25519, the curve first with the NIST curves.
    "X25519MLKEM768": lambda: _mlkem768() + _x25519(),
    "SecP256r1MLKEM768": lambda: _curve(ec.SECP256R1()) + _mlkem768(),
    "SecP384r1MLKEM1024": lambda: _curve(ec.SECP384R1()) + _mlkem1024(),
}

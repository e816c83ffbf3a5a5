"""The code points of TLS as data: each file says where it comes from and when it was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


def _values(name: str) -> Any:  # noqa: ANN401 # the shape differs from file to file; each caller below knows its own
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    return json.loads(text)["values"]


@cache
def suite_names() -> dict[int, str]:
    """Return code point -> name of every cipher suite, by code point."""
    return {int(code, 16): name for code, name in _values("cipher_suites.json").items()}


@dataclass(frozen=True, slots=True)
class Group:
    """A named group for key agreement."""

    code: int
    name: str
    """As IANA writes it."""
    kind: str
    """``curve``, ``finite field``, ``kem`` or ``hybrid`` (a curve and a KEM together)."""
    tls12: bool
    """Whether it has a meaning in TLS 1.2 and older."""
    tls13: bool
    """Whether it has a meaning in TLS 1.3."""


@cache
def groups() -> dict[int, Group]:
    """Return code point -> group, by code point."""
    return {each["code"]: Group(**each) for each in _values("groups.json")}


@cache
def signature_schemes() -> tuple[int, ...]:
    """Return the code points of the signature schemes, in the order in which a hello offers them."""
    return tuple(int(code, 16) for code in _values("signature_schemes.json"))


@cache
def signature_scheme_names() -> dict[int, str]:
    """Return code point -> name of the signature schemes."""
    return {int(code, 16): name for code, name in _values("signature_schemes.json").items()}


@cache
def alert_names() -> dict[int, str]:
    """Return number -> name of the alerts."""
    return {int(code): name for code, name in _values("alerts.json").items()}


@cache
def srtp_profile_values() -> tuple[dict[str, Any], ...]:
    """Return the entries of the SRTP protection profiles; `vendor_audit.wire.srtp_profiles` gives them a type."""
    return tuple(_values("srtp_profiles.json"))


@dataclass(frozen=True, slots=True)
class NamedPrime:
    """A prime for finite-field key agreement that an RFC names, as the RFC constructs it."""

    name: str
    source: str
    bits: int
    constant: str
    """``e`` (RFC 7919) or ``pi`` (RFC 2409, RFC 3526)."""
    addend: int


@cache
def named_primes() -> tuple[NamedPrime, ...]:
    """Return the recipes of the primes; `vendor_audit.wire.primes` cooks them."""
    return tuple(NamedPrime(**each) for each in _values("primes.json"))

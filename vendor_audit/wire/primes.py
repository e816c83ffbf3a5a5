"""The primes for finite-field Diffie-Hellman that RFCs name, computed from their definitions instead of copied.

Each is 2^b - 2^(b-64) + (floor(2^(b-130) * c) + x) * 2^64 - 1, with c = e in RFC 7919 and c = pi in RFC 2409 and 3526.
"""

from __future__ import annotations

from functools import cache

from vendor_audit.wire.registry import NamedPrime, named_primes

_GUARD_BITS = 64
"""Bits beyond those that are needed, so that the truncated series cannot touch them."""


def prime_name(prime: int) -> str | None:
    """Return the name of a prime that an RFC defines (``ffdhe2048``, ``modp2048``), or None for any other number."""
    return _by_value().get(prime)


@cache
def _by_value() -> dict[int, str]:
    return {prime_value(each): each.name for each in named_primes()}


def prime_value(recipe: NamedPrime) -> int:
    """Return the prime that a recipe describes."""
    bits = recipe.bits
    fraction = (_e(bits) if recipe.constant == "e" else _pi(bits)) >> 130
    return (1 << bits) - (1 << (bits - 64)) + ((fraction + recipe.addend) << 64) - 1


def _e(bits: int) -> int:
    """Return floor(e * 2^bits): the sum of 1/n!."""
    term = total = 1 << (bits + _GUARD_BITS)
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    return total >> _GUARD_BITS


def _pi(bits: int) -> int:
    """Return floor(pi * 2^bits) by Machin: pi = 16 atan(1/5) - 4 atan(1/239)."""
    one = 1 << (bits + _GUARD_BITS)
    return (16 * _arc_tangent(one, 5) - 4 * _arc_tangent(one, 239)) >> _GUARD_BITS


def _arc_tangent(one: int, inverse: int) -> int:
    power = total = one // inverse
    odd = 1
    while power:
        power //= -inverse * inverse
        odd += 2
        total += power // odd
    return total

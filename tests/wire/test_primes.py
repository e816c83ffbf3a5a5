"""The primes that RFCs name are computed right."""

from __future__ import annotations

import pytest

from vendor_audit.wire.primes import prime_name, prime_value
from vendor_audit.wire.registry import NamedPrime, named_primes

SAFE = {recipe.name: recipe for recipe in named_primes()}


def is_probably_prime(number: int) -> bool:
    """Fermat's test with two bases: a wrong digit anywhere fails it."""
    return all(pow(base, number - 1, number) == 1 for base in (2, 7))


@pytest.mark.parametrize("name", [name for name, recipe in SAFE.items() if recipe.bits <= 3072])
def test_each_is_a_safe_prime_of_its_length(name: str) -> None:
    prime = prime_value(SAFE[name])
    assert prime.bit_length() == SAFE[name].bits
    assert is_probably_prime(prime)
    assert is_probably_prime(prime // 2)


@pytest.mark.parametrize("recipe", named_primes())
def test_each_is_found_by_its_value(recipe: NamedPrime) -> None:
    assert prime_name(prime_value(recipe)) == recipe.name
    assert prime_name(prime_value(recipe) + 2) is None


def test_the_first_digits_are_those_of_the_rfcs() -> None:
    # RFC 7919, A.1 and RFC 2409, 6.2.
    assert f"{prime_value(SAFE['ffdhe2048']):X}".startswith("FFFFFFFFFFFFFFFFADF85458A2BB4A9AAFDC5620273D3CF1")
    assert f"{prime_value(SAFE['oakley2']):X}".startswith("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD1")

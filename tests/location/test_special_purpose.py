from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.location.model import ClaimKind
from vendor_audit.location.special_purpose import SpecialPurpose, carried


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("10.1.2.3", "private use"),
        ("100.64.0.1", "shared address space"),
        ("127.0.0.1", "loopback"),
        ("192.0.2.1", "documentation"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "limited broadcast"),
        ("::1", "loopback"),
        ("fd00:ec2::254", "unique local"),
        ("fe80::1", "link local"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
    ],
)
def test_an_address_of_a_special_block_is_told_with_its_rfc(address: str, word: str) -> None:
    (claim,) = SpecialPurpose().claims(ipaddress.ip_address(address))
    assert claim.kind is ClaimKind.SPECIAL_PURPOSE
    assert word in claim.text
    assert "RFC" in claim.text


@pytest.mark.parametrize("address", ["192.0.0.10", "192.31.196.1", "2001:1::2", "2620:4f:8000::1"])
def test_what_is_global_in_the_registry_is_anycast(address: str) -> None:
    (claim,) = SpecialPurpose().claims(ipaddress.ip_address(address))
    assert claim.kind is ClaimKind.ANYCAST


@pytest.mark.parametrize("address", ["52.59.186.1", "11.0.0.0", "9.255.255.255", "2a05:d014::1", "2001:200::1"])
def test_an_ordinary_address_is_in_no_registry(address: str) -> None:
    assert SpecialPurpose().claims(ipaddress.ip_address(address)) == ()


@pytest.mark.parametrize(
    ("address", "inner", "form"),
    [
        ("::ffff:52.59.186.1", "52.59.186.1", "IPv4-mapped (RFC 4291)"),
        ("64:ff9b::343b:ba01", "52.59.186.1", "NAT64 (RFC 6052)"),
        ("2002:343b:ba01::1", "52.59.186.1", "6to4 (RFC 3056)"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45", "Teredo (RFC 4380)"),
    ],
)
def test_an_address_that_carries_another_is_unwrapped(address: str, inner: str, form: str) -> None:
    found = carried(ipaddress.ip_address(address))
    assert found is not None
    assert (str(found.address), found.form) == (inner, form)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_carries_none(address: ipaddress.IPv4Address) -> None:
    assert carried(address) is None


@given(st.ip_addresses(v=4))
def test_what_is_wrapped_comes_out_again(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for wrapped in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        found = carried(ipaddress.IPv6Address(wrapped))
        assert found is not None
        assert found.address == address

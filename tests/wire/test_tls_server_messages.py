"""Server messages are read to the byte, and no bytes raise anything but a WireError."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import vector
from vendor_audit.wire.tls_server_messages import (
    KeyExchange,
    parse_application_protocol,
    parse_certificate_status,
    parse_certificates,
    parse_certificates_13,
    parse_extensions,
    parse_key_exchange,
    parse_server_hello,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RANDOM = bytes(range(32))
PARSERS: list[Callable[[bytes], Any]] = [
    parse_application_protocol,
    parse_certificate_status,
    parse_certificates,
    parse_certificates_13,
    parse_extensions,
    parse_server_hello,
    *(lambda body, kind=kind: parse_key_exchange(body, kind) for kind in ("ECDHE", "DHE", "DHE_PSK", "RSA", "SRP")),
]


@given(st.sampled_from(PARSERS), st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_wire_error(parse: Callable[[bytes], Any], body: bytes) -> None:
    try:
        parse(body)
    except WireError:
        return


@given(st.binary(min_size=1, max_size=400))
def test_a_cut_server_hello_is_an_error_and_never_a_shorter_one(extra: bytes) -> None:
    whole = bytes.fromhex("0303") + RANDOM + b"\0" + bytes.fromhex("c02f00") + vector(2, b"\0\x17\0\0")
    assert parse_server_hello(whole).suite == 0xC02F
    with pytest.raises(WireError):
        parse_server_hello(whole + extra)
    with pytest.raises(WireError):
        parse_server_hello(whole[: -(1 + len(extra) % 4)])


def test_a_hello_of_tls_12_is_read() -> None:
    hello = parse_server_hello(bytes.fromhex("0303") + RANDOM + b"\0" + bytes.fromhex("c02f01"))
    assert (hello.version, hello.suite, hello.compression, hello.retry, hello.group) == (0x0303, 0xC02F, 1, False, None)


def test_a_hello_retry_request_names_its_group() -> None:
    extensions = bytes.fromhex("002b00020304") + bytes.fromhex("0033000211ec")
    magic = hashlib.sha256(b"HelloRetryRequest").digest()
    hello = parse_server_hello(bytes.fromhex("0303") + magic + b"\0" + bytes.fromhex("130100") + vector(2, extensions))
    assert (hello.version, hello.suite, hello.retry, hello.group, hello.share) == (0x0304, 0x1301, True, 4588, b"")


def test_an_extension_that_comes_twice_is_an_error() -> None:
    with pytest.raises(WireError, match="extension 23 comes twice"):
        parse_extensions(bytes.fromhex("00170000") * 2)


def test_certificates_are_read_in_the_order_in_which_they_came() -> None:
    entries = vector(3, b"leaf") + vector(3, b"issuer")
    assert parse_certificates(vector(3, entries)) == (b"leaf", b"issuer")
    status = bytes.fromhex("0005") + vector(2, b"\1" + vector(3, b"response"))
    sealed = vector(3, b"leaf") + vector(2, status) + vector(3, b"issuer") + vector(2, b"")
    assert parse_certificates_13(b"\0" + vector(3, sealed)) == ((b"leaf", b"issuer"), True)


def test_more_than_a_thousand_certificates_are_refused() -> None:
    with pytest.raises(WireError, match="more than 1000 certificates"):
        parse_certificates(vector(3, vector(3, b"") * 1001))


def test_curve_and_prime_are_read() -> None:
    assert parse_key_exchange(bytes.fromhex("03001d20") + bytes(32), "ECDHE") == KeyExchange(group=29)
    assert parse_key_exchange(bytes.fromhex("01"), "ECDHE") == KeyExchange()
    assert parse_key_exchange(vector(2, b"\x17") + b"...", "DHE") == KeyExchange(prime=23)
    assert parse_key_exchange(vector(2, b"hint") + vector(2, b"\x17"), "DHE_PSK") == KeyExchange(prime=23)
    assert parse_key_exchange(b"", "RSA") == KeyExchange()
    with pytest.raises(WireError, match="a prime of 5000 bytes"):
        parse_key_exchange(vector(2, bytes(5_000)), "DHE")


def test_an_empty_staple_is_none() -> None:
    assert parse_certificate_status(b"\1" + vector(3, b"der")) is True
    assert parse_certificate_status(b"\1" + vector(3, b"")) is False
    with pytest.raises(WireError):
        parse_certificate_status(b"\1\0")


def test_exactly_one_protocol_is_chosen() -> None:
    assert parse_application_protocol(vector(2, vector(1, b"h2"))) == "h2"
    with pytest.raises(WireError):
        parse_application_protocol(vector(2, vector(1, b"h2") * 2))

"""The ClientHello of DTLS, written and read; the SRTP profiles in all their spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire import tls_client_hello as offer
from vendor_audit.wire.dtls_hello import (
    DtlsClientHello,
    parse_dtls_client_hello,
    parse_hello_verify_request,
    parse_use_srtp,
    use_srtp,
)
from vendor_audit.wire.dtls_records import Assembler, Message
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.srtp_profiles import srtp_profile_name, srtp_profiles
from vendor_audit.wire.versions import DtlsVersion, TlsVersion, version_label

codes = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=200).map(tuple)


@given(codes, codes, st.binary(max_size=255), st.binary(max_size=32), st.integers(0, 3))
def test_what_is_written_is_read(
    suites: tuple[int, ...], profiles: tuple[int, ...], cookie: bytes, session: bytes, number: int
) -> None:
    extensions = (offer.supported_groups((29, 23)), offer.signature_algorithms((0x0403,)), use_srtp(profiles))
    hello = DtlsClientHello(DtlsVersion.DTLS12, suites, bytes(range(32)), cookie, session, (0,), extensions)
    assembler = Assembler(next_number=number)
    (message,) = [each for datagram in hello.to_datagrams(number) for each in assembler.feed(datagram)]
    assert isinstance(message, Message)
    read = parse_dtls_client_hello(message.body)
    assert read == hello
    assert (read.groups, read.signature_schemes, read.srtp_profiles) == ((29, 23), (0x0403,), profiles)


@given(st.binary(max_size=500))
def test_no_bytes_raise_anything_but_a_wire_error(body: bytes) -> None:
    for read in (parse_dtls_client_hello, parse_hello_verify_request, parse_use_srtp):
        try:
            read(body)
        except WireError:
            continue


def test_a_hello_whose_lists_are_malformed_is_refused_at_once_and_not_when_it_is_used() -> None:
    hello = DtlsClientHello(DtlsVersion.DTLS12, (1,), bytes(32), extensions=(offer.Extension(14, b"\0\3\0\1\2\0"),))
    with pytest.raises(WireError, match="cannot hold numbers of 2 bytes"):
        parse_dtls_client_hello(hello.encode())


def test_the_versions_come_from_the_extension_or_else_from_the_field_alone() -> None:
    old = DtlsClientHello(DtlsVersion.DTLS12, (1,), bytes(32))
    new = DtlsClientHello(DtlsVersion.DTLS12, (1,), bytes(32), extensions=(offer.supported_versions((0xFEFC, 0xFEFD)),))
    assert old.versions == (DtlsVersion.DTLS12,)
    assert new.versions == (DtlsVersion.DTLS13, DtlsVersion.DTLS12)


def test_a_cookie_request_says_nothing_but_its_cookie() -> None:
    assert parse_hello_verify_request(b"\xfe\xff\x03abc") == b"abc"


@pytest.mark.parametrize(
    ("number", "label"),
    [(0xFEFF, "DTLSv1.0"), (0xFEFD, "DTLSv1.2"), (0xFEFC, "DTLSv1.3"), (0x0303, "TLSv1.2"), (0xFEFE, "0xFEFE")],
)
def test_versions_have_the_names_that_the_facts_use(number: int, label: str) -> None:
    assert version_label(number) == label


def test_each_version_of_dtls_goes_by_the_right_version_of_tls() -> None:
    assert [each.tls for each in DtlsVersion] == [TlsVersion.TLS11, TlsVersion.TLS12, TlsVersion.TLS13]


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("AES_CM_128_HMAC_SHA1_80", "SRTP_AES128_CM_HMAC_SHA1_80"),
        ("srtp_aes128_cm_hmac_sha1_80", "SRTP_AES128_CM_HMAC_SHA1_80"),
        ("AEAD_AES_256_GCM", "SRTP_AEAD_AES_256_GCM"),
        (8, "SRTP_AEAD_AES_256_GCM"),
        (0x7777, "UNKNOWN_0x7777"),
        ("ROT13", "ROT13"),
    ],
)
def test_a_profile_has_one_name_in_all_spellings(spelling: int | str, name: str) -> None:
    assert srtp_profile_name(spelling) == name


def test_no_two_profiles_share_a_spelling() -> None:
    spelt = [text for each in srtp_profiles().values() for text in (each.name, *each.spoken)]
    assert len(spelt) == len(set(spelt))

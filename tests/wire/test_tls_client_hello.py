"""A hello says what it was told to say, in the bytes of the RFCs, and real TLS libraries read it."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire import tls_client_hello as offer
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.tls_client_hello import ClientHello
from vendor_audit.wire.versions import TlsVersion

RANDOM = bytes(range(32))


def test_a_hello_of_ssl_3_is_spelt_as_the_rfc_says() -> None:
    hello = ClientHello(TlsVersion.SSL3, (0x002F, 0x000A), RANDOM)
    assert hello.to_records() == (
        bytes.fromhex("16 0300 002f 01 00002b 0300") + RANDOM + bytes.fromhex("00 0004 002f 000a 01 00")
    )


def test_tls_13_hides_behind_tls_12() -> None:
    hello = ClientHello(
        TlsVersion.TLS13,
        (0x1301,),
        RANDOM,
        session_id=b"s" * 32,
        extensions=(offer.supported_versions((0x0304,)), offer.key_share(())),
    )
    data = hello.to_records()
    assert data[:3] == bytes.fromhex("160301")
    assert data[9:11] == bytes.fromhex("0303")
    assert data.endswith(bytes.fromhex("002b 0003 02 0304 0033 0002 0000"))


def test_extensions_are_spelt_as_the_rfcs_say() -> None:
    spelt = {
        offer.server_name("a.example"): "0000 000e 000c 00 0009 612e6578616d706c65",
        offer.supported_groups((29, 23)): "000a 0006 0004 001d 0017",
        offer.signature_algorithms((0x0403,)): "000d 0004 0002 0403",
        offer.application_protocols(("h2", "http/1.1")): "0010 000e 000c 02 6832 08 687474702f312e31",
        offer.status_request(): "0005 0005 01 0000 0000",
        offer.renegotiation_info(): "ff01 0001 00",
        offer.extended_master_secret(): "0017 0000",
        offer.key_share(((29, b"kk"),)): "0033 0008 0006 001d 0002 6b6b",
        offer.psk_key_exchange_modes(): "002d 0002 01 01",
        offer.point_formats(): "000b 0004 03 000102",
    }
    assert {each.encode().hex(): None for each in spelt} == {text.replace(" ", ""): None for text in spelt.values()}


@given(st.integers(1, 250))
def test_a_padded_hello_never_has_a_length_that_old_servers_choke_on(count: int) -> None:
    hello = ClientHello(TlsVersion.TLS12, tuple(range(count)), RANDOM, extensions=(offer.renegotiation_info(),))
    size = len(hello.padded().encode())
    assert not 256 <= size < 512
    assert size >= len(hello.encode())


@given(
    st.sampled_from(list(TlsVersion)),
    st.lists(st.integers(-1, 70_000), max_size=50),
    st.binary(max_size=400),
    st.text(max_size=300),
)
def test_no_value_raises_anything_but_a_wire_error(
    version: TlsVersion, suites: list[int], session: bytes, name: str
) -> None:
    try:
        hello = ClientHello(version, tuple(suites), RANDOM, session, extensions=(offer.server_name(name),))
        hello.padded().to_records()
    except WireError:
        return


def test_a_long_hello_goes_over_several_records() -> None:
    data = ClientHello(TlsVersion.TLS12, tuple(range(20_000)), RANDOM).to_records()
    assert data[:5] == bytes.fromhex("16 0301 4000")
    assert data[5 + 0x4000 :][:3] == bytes.fromhex("16 0301")


@pytest.mark.parametrize("version", [TlsVersion.TLS12, TlsVersion.TLS13])
def test_openssl_reads_the_hello_to_its_end(version: TlsVersion) -> None:
    extensions = [
        offer.server_name("a.example"),
        offer.supported_groups((29, 23)),
        offer.signature_algorithms((0x0403, 0x0804)),
        offer.status_request(),
        offer.application_protocols(("h2",)),
    ]
    if version is TlsVersion.TLS13:
        extensions += [offer.supported_versions((version,)), offer.key_share(()), offer.psk_key_exchange_modes()]
    suites = (0x1301,) if version is TlsVersion.TLS13 else (0xC02B, 0xC02F)
    hello = ClientHello(version, suites, RANDOM, bytes(32), extensions=tuple(extensions)).padded()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    seen: list[str] = []
    context.sni_callback = lambda _tls, name, _context: seen.append(name or "")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(hello.to_records())
    # Without a certificate there is no shared suite; a hello that cannot be parsed fails before the name is looked at.
    with pytest.raises((ssl.SSLError, ssl.SSLWantReadError)):
        tls.do_handshake()
    assert seen == ["a.example"]

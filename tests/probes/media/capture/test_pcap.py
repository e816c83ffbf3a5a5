"""Packet captures tell what a DTLS handshake said in clear, whatever the network that carried it."""

from __future__ import annotations

import ipaddress
import json
import struct
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.capture.packet_files import CLIENT, LINKS, SERVER, Sent, handshake, packet, pcap, pcapng
from vendor_audit.probes.interface import ProbeError
from vendor_audit.wire.dtls_hello import DtlsClientHello, use_srtp
from vendor_audit.wire.dtls_records import encode_handshake, encode_record
from vendor_audit.wire.reader import numbers, vector
from vendor_audit.wire.stun import Attribute, AttributeType, Message, MessageClass, Method, encode
from vendor_audit.wire.stun_attributes import Endpoint, xor_address_value
from vendor_audit.wire.tls_client_hello import Extension
from vendor_audit.wire.tls_records import ContentType

if TYPE_CHECKING:
    from tests.probes.media.capture.conftest import Reader

GCM, CM = "SRTP_AEAD_AES_256_GCM", "SRTP_AES128_CM_HMAC_SHA1_80"
SIX = (("2001:db8::44", 50_000), ("2a00:1450:4001::1", 3_478))


@pytest.fixture(scope="module")
def sent() -> list[Sent]:
    return handshake()


def of(sent: list[Sent]) -> list[bytes]:
    return [each.packet() for each in sent]


async def test_a_handshake_tells_version_suite_and_profile(look: Reader, sent: list[Sent]) -> None:
    sight = await look(pcap(of(sent)))
    assert sight.facts["source"]["format"] == "pcap"
    assert sight.facts["source"]["captured"] == f"2020-09-13T12:26:4{len(sent) - 1}Z"
    (entry,) = sight.facts["negotiated"]
    assert (entry["version"], entry["srtp_profile"], entry["peer"]) == ("DTLSv1.2", GCM, "unknown")
    assert entry["cipher_suite"].startswith("TLS_ECDHE_ECDSA_WITH_")
    offered = json.loads(sight.evidence[0].content)["handshakes"][0]["offered"]
    assert offered["srtp_profiles"] == [GCM, CM]
    assert "DTLSv1.2" in offered["versions"]
    assert len(json.loads(sight.evidence[0].content)["handshakes"][0]["certificates_sha256"]) == 2


async def test_no_address_of_a_packet_is_kept(look: Reader, sent: list[Sent]) -> None:
    sight = await look(pcap(of(sent)))
    kept = repr(sight) + sight.evidence[0].content.decode()
    assert CLIENT[0] not in kept
    assert SERVER[0] not in kept
    assert set(sight.unknown) >= {"selected_pairs", "remote_candidates", "keying", "descriptions", "ice_servers"}


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("order", ["<", ">"])
async def test_every_link_layer_and_byte_order_is_read(look: Reader, sent: list[Sent], link: str, order: str) -> None:
    for content in (pcap(of(sent), link, order), pcapng(of(sent), (link,), order)):
        assert len((await look(content)).facts["negotiated"]) == 1


async def test_fine_clocks_many_interfaces_and_ipv6_are_read(look: Reader, sent: list[Sent]) -> None:
    six = [each.packet(*SIX) for each in sent]
    for content in (pcap(of(sent), nanoseconds=True), pcapng(six, ("raw", "ethernet", "sll2")), pcap(six, "null")):
        facts = (await look(content)).facts
        assert len(facts["negotiated"]) == 1
        assert facts["source"]["captured"].startswith("2020-09-13T12:26:4")


async def test_lost_and_doubled_packets_do_no_harm_and_missing_ones_are_told(look: Reader, sent: list[Sent]) -> None:
    doubled = [each for each in of(sent) for _ in range(2)]
    assert len((await look(pcap(doubled))).facts["negotiated"]) == 1
    for missing in range(len(sent)):
        sight = await look(pcap(of(sent[:missing] + sent[missing + 1 :])))
        assert "negotiated" not in sight.facts
        assert sight.unknown["negotiated"] == "no DTLS handshake was seen from its beginning to its end"


async def test_a_second_handshake_on_the_same_path_is_another_one(look: Reader, sent: list[Sent]) -> None:
    data = [Sent(by_client=True, payload=b"\x17\xfe\xfd\0\1\0\0\0\0\0\5\0\1x")]
    sight = await look(pcap(of(sent + data + handshake(b"SRTP_AES128_CM_SHA1_80"))))
    assert [each["srtp_profile"] for each in sight.facts["negotiated"]] == [GCM, CM]


async def test_a_handshake_within_a_turn_channel_or_indication_is_read(look: Reader, sent: list[Sent]) -> None:
    channel = [Sent(each.by_client, b"\x40\x01" + vector(2, each.payload) + b"\0\0") for each in sent]
    peer = Endpoint(ipaddress.ip_address("9.9.9.9"), 5_000)
    wrapped = []
    for each in sent:
        transaction = bytes(12)
        attributes = (
            Attribute(AttributeType.XOR_PEER_ADDRESS, xor_address_value(peer, transaction)),
            Attribute(AttributeType.DATA, each.payload),
        )
        method = Method.SEND if each.by_client else Method.DATA
        wrapped.append(Sent(each.by_client, encode(Message(MessageClass.INDICATION, method, transaction, attributes))))
    for form in (channel, wrapped):
        assert len((await look(pcap(of(form)))).facts["negotiated"]) == 1


async def test_the_address_that_a_turn_server_gave_is_told(look: Reader) -> None:
    value = xor_address_value(Endpoint(ipaddress.ip_address("9.9.9.9"), 50_000), bytes(12))
    answer = Message(
        MessageClass.SUCCESS, Method.ALLOCATE, bytes(12), (Attribute(AttributeType.XOR_RELAYED_ADDRESS, value),)
    )
    facts = (await look(pcap([packet(SERVER, CLIENT, encode(answer))] * 3))).facts
    assert facts["relayed_addresses"] == ["9.9.9.9"]


def spoken(version: int, chosen: tuple[Extension, ...], *, fatal: bool = False) -> list[bytes]:
    """A handshake put together by hand: what the server chose, and encrypted records of both sides."""
    hello = DtlsClientHello(0xFEFD, (0xC02B,), bytes(32), extensions=(use_srtp((5, 6, 7)),))
    extensions = b"".join(each.encode() for each in chosen)
    body = numbers(2, (version,)) + bytes([1] * 32) + b"\0" + numbers(2, (0xC02B,)) + b"\0" + vector(2, extensions)
    sealed = b"\x16\xfe\xfd\0\1\0\0\0\0\0\1\0\4abcd"
    alert = [packet(SERVER, CLIENT, encode_record(ContentType.ALERT, 0xFEFD, 5, b"\2\50"))] if fatal else []
    return [
        *(packet(CLIENT, SERVER, each) for each in hello.to_datagrams()),
        *(packet(SERVER, CLIENT, each) for each in encode_handshake(2, 0, body, 0xFEFD, 0)),
        *alert,
        packet(CLIENT, SERVER, sealed),
        packet(SERVER, CLIENT, sealed),
    ]


async def test_dtls_13_hides_the_profile(look: Reader) -> None:
    chosen = (Extension(43, b"\xfe\xfc"), Extension(51, b"\0\x1d" + vector(2, bytes(32))))
    sight = await look(pcap(spoken(0xFEFD, chosen)))
    (entry,) = sight.facts["negotiated"]
    assert entry["version"] == "DTLSv1.3"
    assert "srtp_profile" not in entry
    assert sight.unknown["negotiated[0].srtp_profile"] == "DTLS 1.3 encrypts the choice: packets do not show it"


async def test_a_version_that_is_none_is_not_told(look: Reader) -> None:
    sight = await look(pcap(spoken(0x0303, ())))
    assert "version" not in sight.facts["negotiated"][0]
    assert sight.unknown["negotiated[0].version"] == "the server chose TLSv1.2, which is no version of DTLS"


async def test_a_null_profile_is_told(look: Reader) -> None:
    sight = await look(pcap(spoken(0xFEFD, (use_srtp((5,)),))))
    assert sight.facts["negotiated"][0]["srtp_profile"] == "SRTP_NULL_HMAC_SHA1_80"


async def test_a_handshake_without_a_profile_keys_no_media(look: Reader) -> None:
    sight = await look(pcap(spoken(0xFEFD, ())))
    assert "srtp_profile" not in sight.facts["negotiated"][0]
    assert sight.unknown["negotiated[0].srtp_profile"].startswith("the server chose no SRTP profile")


async def test_a_handshake_that_an_alert_ended_negotiated_nothing(look: Reader) -> None:
    assert "negotiated" not in (await look(pcap(spoken(0xFEFD, (), fatal=True)))).facts


async def test_a_capture_that_is_cut_off_tells_so(look: Reader, sent: list[Sent]) -> None:
    for content in (pcap(of(sent) * 2), pcapng(of(sent) * 2)):
        sight = await look(content[:-30])
        assert len(sight.facts["negotiated"]) == 1
        assert "cut off" in sight.unknown["negotiated"]


async def test_a_network_that_is_not_read_is_told(look: Reader) -> None:
    content = bytearray(pcap([bytes(60)]))
    content[20:24] = struct.pack("<I", 127)
    with pytest.raises(ProbeError, match=r"link type 127") as error:
        await look(bytes(content))
    assert error.value.failure.kind == "unsupported"

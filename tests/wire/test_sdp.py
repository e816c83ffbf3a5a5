"""Session descriptions are read as the RFCs have them, and no text raises anything but a WireError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.sdp import Description, Section, parse

PRINT = ":".join(["AB"] * 32)
HEAD = "v=0\r\no=jane 1 1 IN IP4 198.51.100.7\r\ns=Jane's call\r\nt=0 0\r\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\n"
LINES = (
    "v=0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "m=video 0 RTP/AVP 96",
    "a=setup:active",
    f"a=fingerprint:sha-256 {PRINT}",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:key",
    "a=candidate:1 1 udp 1 192.0.2.1 9 typ host",
    "a=group:BUNDLE 0 1",
    "a=mid:0",
    "a=ice-pwd:x",
)


def only(text: str) -> Section:
    (section,) = parse(text).sections
    return section


def test_a_section_has_what_its_lines_say() -> None:
    section = only(
        HEAD
        + AUDIO
        + f"a=mid:a1\r\na=recvonly\r\na=rtcp-mux\r\na=setup:actpass\r\na=fingerprint:SHA-256 {PRINT.lower()}\r\n"
        + "a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=ice-options:trickle renomination\r\n"
        + "a=candidate:1 1 udp 2 192.0.2.1 5000 typ host\r\na=end-of-candidates\r\n"
    )
    assert (section.kind, section.port, section.protocol) == ("audio", 9, "UDP/TLS/RTP/SAVPF")
    assert section.formats == ("111", "63")
    assert (section.mid, section.direction, section.rtcp_mux) == ("a1", "recvonly", True)
    assert section.transport.setup == "actpass"
    assert [(each.algorithm, each.digest) for each in section.transport.fingerprints] == [("sha-256", PRINT)]
    assert section.transport.ice_ufrag == "abcd"
    assert section.transport.ice_options == ("trickle", "renomination")
    assert [each.address for each in section.transport.candidates] == ["192.0.2.1"]
    assert section.transport.end_of_candidates
    assert section.names_dtls
    assert not section.rejected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_may_end_either_way(end: str) -> None:
    assert parse((HEAD + AUDIO).replace("\r\n", end)) == parse(HEAD + AUDIO)


def test_what_the_session_says_holds_for_sections_that_do_not_say_otherwise() -> None:
    other = ":".join(["CD"] * 20)
    first, second = parse(
        f"{HEAD}a=fingerprint:sha-256 {PRINT}\r\na=setup:active\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=inactive\r\n"
        f"{AUDIO}{AUDIO}a=fingerprint:sha-1 {other}\r\na=setup:passive\r\na=sendonly\r\n"
    ).sections
    assert first.transport.fingerprints[0].algorithm == "sha-256"
    assert (first.transport.setup, first.direction, first.transport.ice_ufrag) == ("active", "inactive", "u")
    assert [each.algorithm for each in second.transport.fingerprints] == ["sha-1"]
    assert (second.transport.setup, second.direction, second.transport.ice_ufrag) == ("passive", "sendonly", "u")


def test_bundled_sections_share_the_transport_of_the_first() -> None:
    audio, video, alone = parse(
        f"{HEAD}a=group:BUNDLE 0 1\r\n{AUDIO}a=mid:0\r\na=setup:active\r\na=fingerprint:sha-256 {PRINT}\r\n"
        "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=bundle-only\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 97\r\na=mid:2\r\n"
    ).sections
    assert video.transport == audio.transport
    assert not video.rejected
    assert not alone.transport.fingerprints


def test_port_zero_is_a_rejection_unless_the_section_is_only_sent_bundled() -> None:
    assert only(HEAD + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n").rejected
    assert not only(HEAD + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=bundle-only\r\n").rejected


def test_keys_in_the_description_are_read_and_hidden() -> None:
    section = only(
        f"{HEAD}m=audio 4000 RTP/SAVP 0\r\na=ice-pwd:canary-pwd\r\n"
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:canary-key|2^20 UNENCRYPTED_SRTCP\r\n"
    )
    assert [(each.tag, each.suite) for each in section.cryptos] == [(1, "AES_CM_128_HMAC_SHA1_80")]
    assert section.cryptos[0].keys.reveal().startswith("inline:canary-key")
    assert section.transport.ice_pwd is not None
    assert section.transport.ice_pwd.reveal() == "canary-pwd"
    assert "canary" not in repr(section)
    assert not section.names_dtls


def test_who_made_the_session_is_not_kept() -> None:
    text = repr(parse(HEAD + AUDIO + "a=msid:stream camera-of-jane\r\na=ssrc:1 cname:jane@example.com\r\n"))
    assert "jane" not in text.lower()
    assert "198.51.100.7" not in text


def test_a_data_channel_names_its_port() -> None:
    section = only(HEAD + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:5000\r\n")
    assert (section.kind, section.sctp_port, section.names_dtls) == ("application", 5000, True)


def test_a_lite_agent_says_so_before_the_sections() -> None:
    assert parse(HEAD + "a=ice-lite\r\n" + AUDIO).ice_lite
    assert not parse(HEAD + AUDIO).ice_lite


def test_a_candidate_that_is_none_is_counted_and_the_rest_is_read() -> None:
    description = parse(HEAD + AUDIO + "a=candidate:nonsense\r\na=candidate:1 1 udp 2 192.0.2.1 5000 typ host\r\n")
    assert description.unread == 1
    assert len(description.sections[0].transport.candidates) == 1


def test_candidates_beyond_the_bound_are_counted() -> None:
    description = parse(HEAD + AUDIO + "a=candidate:1 1 udp 2 192.0.2.1 5000 typ host\r\n" * 1_005)
    assert len(description.sections[0].transport.candidates) == 1_000
    assert description.unread == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o=v=0",
        "v=1\r\n",
        HEAD + "m=audio\r\n",
        HEAD + "m=audio x UDP/TLS/RTP/SAVPF 0\r\n",
        HEAD + "m=audio 65536 UDP/TLS/RTP/SAVPF 0\r\n",
        HEAD + "m=au\x1b[31mdio 9 UDP/TLS/RTP/SAVPF 0\r\n",
        HEAD + AUDIO + "a=setup:sideways\r\n",
        HEAD + AUDIO + "a=fingerprint:sha-256 nonsense\r\n",
        HEAD + AUDIO + "a=fingerprint:sha-256\r\n",
        HEAD + AUDIO + "a=crypto:one AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
        HEAD + AUDIO + "a=sctp-port:99999\r\n",
        HEAD + AUDIO + "no type\r\n",
        HEAD + AUDIO * 1_001,
        HEAD + "a=x\r\n" * 50_001,
        HEAD + "a=" + "x" * 2_000_001,
        HEAD + AUDIO + f"a=fingerprint:sha-256 {PRINT}\r\n" * 65,
    ],
)
def test_what_is_no_description_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        parse(text)


@given(st.text(max_size=400))
def test_no_text_raises_anything_but_a_wire_error(text: str) -> None:
    for each in (text, HEAD + text, HEAD + AUDIO + text, HEAD + AUDIO + "a=" + text):
        try:
            assert isinstance(parse(each), Description)
        except WireError:
            continue


@given(st.lists(st.sampled_from(LINES), max_size=12), st.integers(0, 600))
def test_lines_in_any_order_and_cut_anywhere_raise_nothing_but_a_wire_error(lines: list[str], end: int) -> None:
    text = "v=0\r\n" + "\r\n".join(lines)
    for each in (text, text[:end]):
        try:
            parse(each)
        except WireError:
            continue

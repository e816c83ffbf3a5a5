"""The offer that an auditor makes is read back as it was meant, by us and by a WebRTC stack."""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.ice_candidate import Candidate, parse_candidate
from vendor_audit.wire.sdp import audio_offer, parse

HOST = Candidate("1", 1, "udp", 2130706431, "192.0.2.7", 5000, "host")
RELAY = Candidate("2", 1, "udp", 16777215, "2001:db8::9", 6000, "relay", "192.0.2.7", 5000)
PRINT = ":".join(["AB"] * 32)


def offer(**changes: object) -> str:
    values: dict[str, object] = {
        "ufrag": "abcd",
        "pwd": "p" * 24,
        "candidates": [HOST, RELAY],
        "fingerprint": ("sha-256", PRINT),
        "setup": "actpass",
        **changes,
    }
    return audio_offer(**values)  # type: ignore[arg-type]  # tests give wrong types too


def test_an_offer_is_read_back_as_it_was_written() -> None:
    description = parse(offer(direction="sendrecv"))
    (section,) = description.sections
    assert description.bundles == (("0",),)
    assert section.transport.candidates == (HOST, RELAY)
    assert section.transport.setup == "actpass"
    assert section.transport.ice_pwd is not None
    assert section.transport.ice_pwd.reveal() == "p" * 24
    assert [(each.algorithm, each.digest) for each in section.transport.fingerprints] == [("sha-256", PRINT)]
    assert (section.direction, section.rtcp_mux, section.names_dtls) == ("sendrecv", True, True)
    assert section.transport.end_of_candidates


def test_an_offer_is_understood_by_a_webrtc_stack() -> None:
    (media,) = SessionDescription.parse(offer()).media
    assert media.kind == "audio"
    assert media.ice is not None
    assert media.ice.usernameFragment == "abcd"
    assert [each.ip for each in media.ice_candidates] == ["192.0.2.7", "2001:db8::9"]
    assert media.ice_candidates_complete
    assert [each.mimeType for each in media.rtp.codecs] == ["audio/opus"]


def test_the_default_destination_is_the_candidate_most_likely_to_work() -> None:
    assert "m=audio 6000 " in offer()
    assert "c=IN IP6 2001:db8::9\r\n" in offer()
    assert "c=IN IP4 192.0.2.7\r\n" in offer(candidates=[HOST])


def test_without_a_usable_candidate_the_default_destination_is_left_open() -> None:
    hidden = Candidate("1", 1, "udp", 1, "0a0b.local", 5000, "host")
    for candidates in ([], [hidden]):
        assert "m=audio 9 " in offer(candidates=candidates)
        assert "c=IN IP4 0.0.0.0\r\n" in offer(candidates=candidates)


@pytest.mark.parametrize(
    "changes",
    [
        {"ufrag": "ab\r\na=crypto:1"},
        {"ufrag": ""},
        {"pwd": "p p"},
        {"fingerprint": ("sha-256", "AB\nCD")},
        {"setup": "sideways"},
        {"direction": "upwards"},
        {"candidates": [Candidate("1", 1, "udp", 1, "192.0.2.7 9 typ relay\r\na=x", 5000, "host")]},
    ],
)
def test_a_value_that_would_forge_another_line_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WireError):
        offer(**changes)


def test_a_candidate_written_is_the_candidate_read() -> None:
    for each in (HOST, RELAY, Candidate("3", 2, "tcp", 5, "192.0.2.7", 9, "host", tcptype="active")):
        assert parse_candidate(each.encode()) == each

"""An answer to a vendor's offer takes one audio section and refuses the others, and has nothing in it of the offer but
names of sections and the codec."""

from __future__ import annotations

import pytest

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.session.answering import audio_answer
from vendor_audit.wire.sdp import parse

OFFER = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE v a
m=video 9 UDP/TLS/RTP/SAVPF 96
a=mid:v
a=sendonly
a=rtpmap:96 VP8/90000
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
a=mid:a
a=sendonly
a=setup:actpass
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=rtpmap:111 opus/48000/2
a=fmtp:111 useinbandfec=1
a=rtpmap:0 PCMU/8000
""".replace("\n", "\r\n")
OWN = ["a=ice-ufrag:wxyz", "a=ice-pwd:zyxwvutsrqponmlkjihgfe", f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}"]


def test_the_audio_section_is_taken_and_the_others_are_refused() -> None:
    text = audio_answer(OFFER, parse(OFFER), OWN, "active")
    video, audio = parse(text).sections
    assert (video.kind, video.rejected, video.mid) == ("video", True, "v")
    assert (audio.kind, audio.rejected, audio.direction, audio.formats) == ("audio", False, "recvonly", ("111",))
    assert audio.transport.setup == "active"
    assert audio.transport.ice_ufrag == "wxyz"
    assert "a=rtpmap:111 opus/48000/2" in text
    assert "PCMU" not in text
    assert parse(text).bundles == (("a",),)


def test_an_offer_without_audio_cannot_be_answered() -> None:
    offer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
    with pytest.raises(ProbeError, match="no audio section"):
        audio_answer(offer, parse(offer), OWN, "passive")

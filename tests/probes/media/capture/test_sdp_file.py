"""Files of session descriptions: who offered and who answered is told where the file tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.capture.test_webrtc_internals import sdp
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from tests.probes.media.capture.conftest import Reader
    from vendor_audit.observation import Json

OFFER, ANSWER = sdp("actpass"), sdp("active", "a=candidate:1 1 udp 1 8.8.8.8 443 typ host\r\n", "a=ice-lite\r\n")
SDES = (
    "v=0\nm=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:canary\n"
    "m=video 0 RTP/AVP 31\nm=video 4002 RTP/AVP 31\n"
)


async def test_an_offer_and_its_answer_are_told_apart_by_their_roles(look: Reader) -> None:
    sight = await look(OFFER + ANSWER)
    assert [(each["by"], each["type"]) for each in sight.facts["descriptions"]] == [
        ("client", "offer"),
        ("vendor", "answer"),
    ]
    assert sight.facts["descriptions"][1]["sections"] == [
        {
            "kind": "audio",
            "protocol": "UDP/TLS/RTP/SAVPF",
            "setup": "active",
            "fingerprints": [{"algorithm": "sha-256"}],
            "sdes": False,
            "rejected": False,
            "ice_lite": True,
        }
    ]
    assert sight.facts["remote_candidates"] == [{"type": "host", "address": "8.8.8.8", "port": 443, "protocol": "udp"}]
    assert sight.unknown["negotiated"] == "session descriptions do not tell it"
    assert sight.unknown["ice_servers"] == "session descriptions do not tell it"


@pytest.mark.parametrize("text", [sdp("active"), sdp("active") + sdp("passive")])
async def test_descriptions_that_take_a_role_without_an_offer_before_them_may_be_either(
    look: Reader, text: str
) -> None:
    facts = (await look(text)).facts
    assert {(each["by"], each["type"]) for each in facts["descriptions"]} == {("unknown", "unknown")}


@pytest.mark.parametrize(
    "document",
    [
        [{"type": "offer", "sdp": OFFER}, {"type": "answer", "sdp": ANSWER}],
        {
            "offer": {"side": "local", "sdp": OFFER.split("\r\n")},
            "answer": {"side": "remote", "sdp": ANSWER.split("\r\n")},
        },
    ],
    ids=["descriptions", "as about:webrtc copies them"],
)  # fmt: skip
async def test_json_says_itself_what_each_is(look: Reader, document: Json) -> None:
    facts = (await look(document)).facts
    assert facts["source"]["format"] == "sdp"
    assert [(each["by"], each["type"]) for each in facts["descriptions"]] == [("client", "offer"), ("vendor", "answer")]


async def test_a_single_description_in_json_is_read(look: Reader) -> None:
    facts = (await look({"type": "answer", "sdp": OFFER})).facts
    assert [each["type"] for each in facts["descriptions"]] == ["answer"]


async def test_keys_in_the_description_and_media_in_clear_are_told(look: Reader) -> None:
    sight = await look(SDES)
    assert sight.facts["keying"] == {"sdes": True, "plain_rtp": True, "fingerprint_algorithms": []}
    sections = sight.facts["descriptions"][0]["sections"]
    assert [each["sdes"] for each in sections] == [True, False, False]
    assert [each["rejected"] for each in sections] == [False, True, False]
    assert "canary" not in repr(sight) + sight.evidence[0].content.decode()


async def test_a_rejected_section_is_not_media_in_clear(look: Reader) -> None:
    facts = (await look(f"{OFFER}m=video 0 RTP/AVP 31\r\n")).facts
    assert not facts["keying"]["plain_rtp"]


@pytest.mark.parametrize(
    "content", [f"{OFFER}a=setup:sideways\r\n", json.dumps({"type": "offer", "sdp": "v=0\r\nnonsense"})]
)
async def test_a_description_that_cannot_be_read_is_damage(look: Reader, content: str) -> None:
    with pytest.raises(ProbeError) as error:
        await look(content)
    assert error.value.failure.kind == "damaged"

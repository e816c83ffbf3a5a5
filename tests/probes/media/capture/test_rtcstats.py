"""Dumps of rtcstats tell the same of a call, in all their forms."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.capture.chromium import CANARIES
from tests.probes.media.capture.test_webrtc_internals import ECDSA, sdp
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from tests.probes.media.capture.conftest import Reader
    from vendor_audit.observation import Json

LITE = sdp("active", session="a=ice-lite\r\n")
TRANSPORT = {"type": "transport", "tlsVersion": "FEFD", "dtlsCipher": ECDSA, "dtlsState": "connected"}
CALL: list[Json] = [
    ["create", "PC_0", {"iceServers": [{"urls": "turn:turn.acme.example", "credential": "canary"}]}, 1_600_000_000_000],
    ["setLocalDescription", "PC_0", {"type": "offer", "sdp": sdp("actpass")}, 1_600_000_000_100],
    ["setRemoteDescription", "PC_0", {"type": "answer", "sdp": LITE}, 1_600_000_000_200],
    ["getStats", "PC_0", {"T": TRANSPORT}, 1_600_000_001_000],
]


def lines(*values: Json) -> str:
    return "\n".join(each if isinstance(each, str) else json.dumps(each) for each in values) + "\n"


async def test_chromium_tells_the_same_in_both_its_dumps(look: Reader, internals: bytes, rtcstats: bytes) -> None:
    one, other = await look(internals), await look(rtcstats)
    assert other.facts["source"]["format"] == "rtcstats"
    assert other.facts["source"]["browser"] == "Chromium 156"
    for each in (one, other):
        del each.facts["source"]
    assert one.facts == other.facts
    assert one.unknown == other.unknown
    assert one.leads == other.leads
    kept = json.dumps(other.facts) + other.evidence[0].content.decode()
    assert "canary-token" in gzip.decompress(rtcstats).decode()
    for canary in (*CANARIES, "192.0.2.2", "fd00::2"):
        assert canary not in kept


@pytest.mark.parametrize(
    "content",
    [
        lines({"userAgent": "Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0"}, *CALL),
        [{"userAgent": "Firefox/140.0"}, *CALL],
        {
            "userAgent": "Firefox/140.0",
            "peerConnections": {
                "PC_0": [{"type": each[0], "value": each[2], "time": each[3]} for each in CALL]
            },
        },
    ],
    ids=["lines", "array", "document"],
)  # fmt: skip
async def test_older_dumps_are_read_in_each_form(look: Reader, content: str | Json) -> None:
    facts = (await look(content)).facts
    assert facts["negotiated"] == [{"version": "DTLSv1.2", "cipher_suite": ECDSA, "peer": "vendor"}]
    assert facts["source"]["browser"] == "Firefox 140"
    assert facts["source"]["captured"] == "2020-09-13T12:26:41Z"
    assert facts["ice_servers"] == [{"uri": "turn:turn.acme.example"}]
    assert [each["by"] for each in facts["descriptions"]] == ["client", "vendor"]
    assert "canary" not in json.dumps(facts)


async def test_numbered_names_and_reports_of_changes_are_put_together(look: Reader) -> None:
    report = {"0": {"type": 5, "128": "FEFD", "129": ECDSA, "123": "connecting"}, "1": {"type": 6}}
    text = lines(
        "RTCStatsDump",
        {"fileFormat": 3},
        [39, "1", {"iceServers": []}, "https://meet.acme.example/room?name=canary", 1_600_000_000_000],
        [8, "1", [{"type": "answer", "sdp": LITE}], "id", 10],
        ["g", "1", report, 10],
        [1, "1", {"0": {"123": "connected", "131": "SRTP_AEAD_AES_128_GCM"}, "1": None}, 1_000],
    )
    sight = await look(text)
    assert sight.facts["negotiated"] == [
        {"version": "DTLSv1.2", "cipher_suite": ECDSA, "srtp_profile": "SRTP_AEAD_AES_128_GCM", "peer": "vendor"}
    ]
    assert sight.facts["source"]["captured"] == "2020-09-13T12:26:41Z"
    assert "canary" not in sight.evidence[0].content.decode()
    assert "https://meet.acme.example" in sight.evidence[0].content.decode()


async def test_a_full_report_replaces_the_one_before(look: Reader) -> None:
    events = [*CALL, ["getStats", "PC_0", {"U": {**TRANSPORT, "tlsVersion": "FEFC"}}, 1_600_000_002_000]]
    facts = (await look(lines({}, *events))).facts
    assert [each["version"] for each in facts["negotiated"]] == ["DTLSv1.3"]


async def test_legacy_names_in_a_report_of_changes_are_understood(look: Reader) -> None:
    report = {
        "Channel-audio-1": {"type": "googComponent", "dtlsCipher": ECDSA, "srtpCipher": "AES_CM_128_HMAC_SHA1_80"}
    }
    facts = (await look(lines({}, ["getstats", "PC_0", report, 1_500_000_000_000]))).facts
    assert facts["negotiated"] == [
        {"cipher_suite": ECDSA, "srtp_profile": "SRTP_AES128_CM_HMAC_SHA1_80", "peer": "unknown"}
    ]


async def test_a_dump_that_ends_within_a_line_tells_that_it_is_incomplete(look: Reader) -> None:
    sight = await look(lines({}, *CALL) + '["getStats", "PC_0", {"T": {"ty')
    assert len(sight.facts["negotiated"]) == 1
    assert sight.unknown["negotiated"] == "a line is no JSON: what follows it was not read"


async def test_compressed_descriptions_that_cannot_be_put_together_are_not_taken_for_read(look: Reader) -> None:
    sight = await look(lines({}, *CALL, ["setRemoteDescription", "PC_0", {"type": "answer", "sdp": "v=\r\nm=\r\n"}, 1]))
    assert sight.unknown["descriptions"] == "1 of the descriptions cannot be read"
    assert len(sight.facts["descriptions"]) == 2
    assert sight.facts["keying"] == {"fingerprint_algorithms": ["sha-256"]}
    assert set(sight.unknown) >= {"keying.sdes", "keying.plain_rtp", "keying.fingerprint_algorithms"}


async def test_what_was_found_stands_although_a_description_cannot_be_read(look: Reader) -> None:
    keyed = sdp("actpass", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:canary\r\n")
    events = [["setRemoteDescription", "PC_0", {"type": "offer", "sdp": each}, 1] for each in (keyed, "v=\r\nm=\r\n")]
    sight = await look(lines({}, *events))
    assert sight.facts["keying"]["sdes"]
    assert "keying.plain_rtp" in sight.unknown
    assert "keying.sdes" not in sight.unknown


async def test_a_dump_whose_server_took_out_addresses_and_descriptions_tells_the_rest(look: Reader) -> None:
    report = {
        "T": {**TRANSPORT, "selectedCandidatePairId": "P"},
        "P": {"type": "candidate-pair", "localCandidateId": "L", "remoteCandidateId": "R", "state": "in-progress"},
        "L": {"type": "local-candidate", "candidateType": "relay", "address": "9.9.9.9", "relayProtocol": "tls"},
        "R": {
            "type": "remote-candidate",
            "candidateType": "host",
            "address": "x.x.x.x",
            "port": 10000,
            "protocol": "udp",
        },
    }
    text = lines(
        ["connectionInfo", None, {"userAgent": "Mozilla/5.0 Chrome/117.0.0.0 Safari/537.36"}, 1_600_000_000_000],
        ["identity", None, {"displayName": "canary", "confName": "canary"}, 1_600_000_000_001],
        ["create", "PC_0", {"iceServers": [{"urls": "turns:a.example:443?transport=tcp", "username": "canary"}]}, 2],
        ["setRemoteDescription", "PC_0", "", 1_600_000_000_002],
        ["onicecandidate", "PC_0", {"candidate": "candidate:1 1 UDP 1 x.x.x.x 5 typ host ufrag canary"}, 3],
        ["onicecandidate", "PC_0", None, 1_600_000_000_003],
        ["onconnectionstatechange", "PC_0", "connected", 1_600_000_000_004],
        ["getstats", "PC_0", report, 1_600_000_000_005],
    )
    sight = await look(text)
    assert sight.facts["source"]["browser"] == "Chrome 117"
    assert sight.facts["negotiated"] == [{"version": "DTLSv1.2", "cipher_suite": ECDSA, "peer": "unknown"}]
    assert sight.facts["selected_pairs"] == [
        {"local": {"type": "relay", "relay_protocol": "tls"}, "remote": {"type": "host", "protocol": "udp"}}
    ]
    assert sight.facts["relayed_addresses"] == ["9.9.9.9"]
    assert sight.unknown["descriptions"] == "the capture holds no session description"
    assert "canary" not in repr(sight) + sight.evidence[0].content.decode()


async def test_a_flag_of_chromiums_says_nothing_of_another_browser(look: Reader) -> None:
    sight = await look(lines({"userAgent": "Firefox/140.0"}, *CALL))
    assert "frame_encryption" not in sight.facts
    assert "frame_encryption.encoded_insertable_streams" in sight.unknown


async def test_connections_beyond_the_bound_leave_every_fact_incomplete(look: Reader) -> None:
    created = [["create", f"PC_{index}", {"iceServers": []}, 1] for index in range(201)]
    sight = await look(lines({}, *created, *CALL))
    assert "only the first 200 connections were read" in sight.unknown["negotiated"]
    assert "frame_encryption" not in sight.facts
    for name in ("descriptions", "ice_servers", "frame_encryption.encoded_insertable_streams"):
        assert "only the first 200" in sight.unknown[name]


@pytest.mark.parametrize("text", ["RTCStatsDump\n", 'RTCStatsDump\n{"fileFormat":3}\n', '{"fileFormat":3}\n[]\n'])
async def test_a_dump_without_an_event_is_none(look: Reader, text: str) -> None:
    with pytest.raises(ProbeError) as error:
        await look(text)
    assert error.value.failure.kind == "unsupported"

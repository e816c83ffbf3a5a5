"""Dumps of webrtc-internals, of today and of the years before, tell what the call was encrypted with."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.capture.chromium import CANARIES

if TYPE_CHECKING:
    from tests.probes.media.capture.conftest import Reader
    from vendor_audit.observation import Json

ECDSA = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
RSA = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
PRINT = ":".join(["AB"] * 32)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n{session}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    f"a=setup:{{setup}}\r\na=fingerprint:sha-256 {PRINT}\r\n{{lines}}"
)


def sdp(setup: str, lines: str = "", session: str = "") -> str:
    return SDP.format(setup=setup, lines=lines, session=session)


def series(kind: str, name: str, **values: Json) -> dict[str, Json]:
    """Statistics as current dumps have them: a history of each property."""
    return {
        f"{name}-{key}": {
            "startTime": "2026-01-02T03:04:05.000Z",
            "endTime": "2026-01-02T03:04:07.000Z",
            "statsType": kind,
            "values": json.dumps([None, value]),
        }
        for key, value in values.items()
    }


def dump(stats: dict[str, Json], log: list[Json] = [], **more: Json) -> dict[str, Json]:  # noqa: B006 # never changed
    connection = {"rtcConfiguration": '{"iceServers":[]}', "stats": stats, "updateLog": log, "url": "", **more}
    return {"UserAgent": "", "PeerConnections": {"1-1": connection}}


async def test_a_real_dump_tells_what_each_connection_agreed_upon(look: Reader, internals: bytes) -> None:
    facts = (await look(internals)).facts
    assert facts["source"] == {
        "kind": "capture",
        "format": "webrtc-internals",
        "supplied_by_person": True,
        "sha256": hashlib.sha256(internals).hexdigest(),
        "captured": "2026-11-24T16:56:39Z",
        "browser": "Chromium 156",
    }
    shared = {"srtp_profile": "SRTP_AES128_CM_HMAC_SHA1_80", "fingerprint_matches": True}
    newest = {**shared, "version": "DTLSv1.3", "cipher_suite": "TLS_AES_128_GCM_SHA256", "peer": "unknown"}
    assert facts["negotiated"] == [
        {**newest, "dtls_role": "client"},
        {**newest, "dtls_role": "server"},
        {
            **shared,
            "version": "DTLSv1.2",
            "cipher_suite": ECDSA,
            "dtls_role": "client",
            "peer": "vendor",
        },
    ]
    assert facts["keying"] == {"sdes": False, "plain_rtp": False, "fingerprint_algorithms": ["sha-256", "sha-512"]}
    assert facts["ice_servers"] == [{"uri": "turn:127.0.0.1:13478?transport=udp"}]
    assert facts["relayed_addresses"] == ["127.0.0.1"]
    assert facts["frame_encryption"] == {"encoded_insertable_streams": True}


async def test_a_real_dump_keeps_the_lite_servers_address_and_no_participants(look: Reader, internals: bytes) -> None:
    sight = await look(internals)
    between, also_between, to_server = sight.facts["selected_pairs"]
    assert between == also_between == {"local": {"type": "host"}, "remote": {"type": "host", "protocol": "udp"}}
    assert to_server["local"] == {"type": "relay", "relay_protocol": "udp"}
    assert to_server["remote"]["address"] == "127.0.0.1"
    assert sight.unknown["selected_pairs[0].remote.address"] == "the address is private or hidden: it is not kept"
    assert [(each["by"], each["type"]) for each in sight.facts["descriptions"]] == [
        ("client", "offer"),
        ("unknown", "answer"),
        ("unknown", "offer"),
        ("client", "answer"),
        ("client", "offer"),
        ("vendor", "answer"),
        ("client", "offer"),
    ]


async def test_nothing_personal_leaves_a_real_dump(look: Reader, internals: bytes) -> None:
    sight = await look(internals)
    raw = gzip.decompress(internals).decode()
    kept = json.dumps([sight.facts, sight.unknown]) + repr(sight.leads) + sight.evidence[0].content.decode()
    log = [entry for each in json.loads(raw)["PeerConnections"].values() for entry in each["updateLog"]]
    fragments = {
        line.partition(":")[2]
        for entry in log
        if "Description" in entry["type"] and entry["value"]
        for line in json.loads(entry["value"])["sdp"].splitlines()
        if line.startswith(("a=ice-ufrag", "a=ice-pwd", "a=msid:", "a=ssrc"))
    }
    assert len(fragments) >= 8
    for personal in (*CANARIES, "192.0.2.2", "fd00::2", *fragments):
        assert personal not in kept, personal
    assert "canary-token" in raw
    assert "192.0.2.2" in raw
    assert '"page": "https://meet.acme.example"' in kept


async def test_the_ice_servers_of_a_dump_are_leads_without_credentials(look: Reader, internals: bytes) -> None:
    (lead,) = (await look(internals)).leads
    assert lead.credentials is None
    assert (lead.target.kind, lead.target.name) == ("turn", "turn:127.0.0.1:13478?transport=udp")
    assert (lead.target.host, lead.target.port) == ("127.0.0.1", 13478)
    assert lead.target.roles == ("turn", "named_by_vendor")


async def test_plain_and_packed_dumps_tell_the_same(look: Reader, internals: bytes) -> None:
    packed, plain = await look(internals), await look(gzip.decompress(internals))
    for each in (packed, plain):
        each.facts["source"].pop("sha256")
    assert packed.facts == plain.facts


async def test_objects_are_known_by_their_type_whatever_their_ids(look: Reader) -> None:
    stats = {
        **series("transport", "RTCTransport_0_1", tlsVersion="FEFD", dtlsState="connected",
                 srtpCipher="AES_CM_128_HMAC_SHA1_80", dtlsCipher=ECDSA, selectedCandidatePairId="x-y"),
        **series("candidate-pair", "x-y", localCandidateId="CF1", remoteCandidateId="T02"),
        **series("local-candidate", "CF1", candidateType="relay", relayProtocol="tls", ip="9.9.9.9"),
        **series("remote-candidate", "T02", candidateType="host", address="8.8.8.8", port=443, protocol="tcp"),
    }  # fmt: skip
    log = [
        {
            "type": "setRemoteDescription",
            "value": json.dumps({"type": "answer", "sdp": sdp("active", session="a=ice-lite\r\n")}),
        }
    ]
    facts = (await look(dump(stats, log))).facts
    assert facts["negotiated"] == [
        {
            "version": "DTLSv1.2",
            "cipher_suite": ECDSA,
            "srtp_profile": "SRTP_AES128_CM_HMAC_SHA1_80",
            "peer": "vendor",
        }
    ]
    assert facts["selected_pairs"] == [
        {
            "local": {"type": "relay", "relay_protocol": "tls"},
            "remote": {"type": "host", "address": "8.8.8.8", "port": 443, "protocol": "tcp"},
        }
    ]
    assert facts["relayed_addresses"] == ["9.9.9.9"]


def old_series(name: str, kind: str | None, **values: Json) -> dict[str, Json]:
    """Statistics as they were before the names of the W3C: all values texts."""
    typed = {} if kind is None else {"statsType": kind}
    return {
        f"{name}-{key}": {"startTime": "2016-05-01T10:00:00.000Z", "endTime": "2016-05-01T10:01:00.000Z",
                          "values": json.dumps([value]), **typed}
        for key, value in values.items()
    }  # fmt: skip


OLD_ANSWER = sdp("passive", "a=candidate:1 1 udp 9 8.8.4.4 443 typ host\n", "a=ice-lite\n")
OLD_CANDIDATE = "candidate:7 1 udp 1 9.9.9.9 50000 typ relay raddr 192.0.2.77 rport 4 generation 0"
OLD_LOG = [
    {"time": "1.5.2016, 10:00:00", "type": "createOfferOnSuccess", "value": f"type: offer, sdp: {sdp('actpass')}"},
    {"time": "1.5.2016, 10:00:00", "type": "setLocalDescription", "value": f"type: offer, sdp: {sdp('actpass')}"},
    {"time": "1.5.2016, 10:00:01", "type": "setRemoteDescription", "value": f"type: answer, sdp: {OLD_ANSWER}"},
    {"type": "onIceCandidate", "value": f"sdpMid: audio, sdpMLineIndex: 0, candidate: {OLD_CANDIDATE}"},
    {"time": "1.5.2016, 10:00:03", "type": "iceConnectionStateChange", "value": "ICEConnectionStateConnected"},
]
OLD_CONFIGURATION = "{ iceServers: [turn:turn.acme.example:3478, stun:stun.acme.example], iceTransportPolicy: all }"
OLD_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/50.0.2661.94 Safari/537.36"


@pytest.mark.parametrize("typed", [True, False])
async def test_a_dump_of_2016_tells_its_cipher_and_pair(look: Reader, *, typed: bool) -> None:
    stats = {
        **old_series("Channel-audio-1", "googComponent" if typed else None, dtlsCipher=RSA,
                     srtpCipher="AES_CM_128_HMAC_SHA1_80", selectedCandidatePairId="Conn-audio-1-0"),
        **old_series("Conn-audio-1-0", "googCandidatePair" if typed else None, googActiveConnection="true",
                     googLocalAddress="192.0.2.77:5000", googRemoteAddress="8.8.4.4:443", googTransportType="udp",
                     googLocalCandidateType="local", googRemoteCandidateType="local"),
        **old_series("ssrc_1234_send", "ssrc" if typed else None, googCodecName="opus", bytesSent="5"),
        **old_series("bweforvideo", "VideoBwe" if typed else None, googTransmitBitrate="5"),
    }  # fmt: skip
    document = dump(
        stats,
        OLD_LOG,
        rtcConfiguration=OLD_CONFIGURATION,
    )
    document["UserAgent"] = OLD_BROWSER
    sight = await look(document)
    facts = sight.facts
    assert facts["source"]["browser"] == "Chrome 50"
    assert facts["source"]["captured"] == "2016-05-01T10:01:00Z"
    assert facts["negotiated"] == [
        {
            "cipher_suite": RSA,
            "srtp_profile": "SRTP_AES128_CM_HMAC_SHA1_80",
            "peer": "vendor",
        }
    ]
    assert sight.unknown["negotiated[0].version"] == "the browser's statistics do not tell it"
    assert facts["selected_pairs"] == [
        {"local": {"type": "host"}, "remote": {"type": "host", "address": "8.8.4.4", "port": 443, "protocol": "udp"}}
    ]
    assert facts["relayed_addresses"] == ["9.9.9.9"]
    assert facts["remote_candidates"] == [{"type": "host", "address": "8.8.4.4", "port": 443, "protocol": "udp"}]
    assert [each["uri"] for each in facts["ice_servers"]] == ["turn:turn.acme.example:3478", "stun:stun.acme.example"]
    assert [(each["by"], each["type"]) for each in facts["descriptions"]] == [("client", "offer"), ("vendor", "answer")]
    assert facts["frame_encryption"] == {"encoded_insertable_streams": False}
    assert "192.0.2.77" not in json.dumps(facts) + sight.evidence[0].content.decode()


async def test_connections_that_never_connected_negotiated_nothing(look: Reader, internals: bytes) -> None:
    document = json.loads(gzip.decompress(internals))
    alone = list(document["PeerConnections"].values())[-1]
    document["PeerConnections"] = {"1-9": alone}
    sight = await look(document)
    assert "negotiated" not in sight.facts
    assert sight.unknown["negotiated"] == "no connection in the capture is known to have connected"
    assert [each["type"] for each in sight.facts["descriptions"]] == ["offer"]


async def test_a_dump_without_connections_says_so(look: Reader) -> None:
    sight = await look({"PeerConnections": {}, "getUserMedia": []})
    assert set(sight.facts) == {"source"}
    assert sight.unknown["negotiated"] == "the capture holds no connection"


async def test_a_dump_without_statistics_does_not_tell_what_was_negotiated(look: Reader, internals: bytes) -> None:
    document = json.loads(gzip.decompress(internals))
    for each in document["PeerConnections"].values():
        each["stats"] = {}
    sight = await look(document)
    assert "negotiated" not in sight.facts
    assert sight.unknown["negotiated"] == "a connection connected, but the dump holds no statistics of its DTLS"
    assert sight.unknown["selected_pairs"] == "the dump does not tell it"
    assert sight.facts["relayed_addresses"] == ["127.0.0.1"]


async def test_a_failed_handshake_negotiated_nothing(look: Reader) -> None:
    stats = series("transport", "T01", tlsVersion="FEFD", dtlsState="failed", dtlsCipher=ECDSA)
    assert "negotiated" not in (await look(dump(stats))).facts


async def test_a_null_profile_and_a_key_in_the_description_are_told(look: Reader) -> None:
    stats = series("transport", "T01", tlsVersion="FEFF", dtlsState="connected", srtpCipher="SRTP_NULL_SHA1_80")
    line = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:canary\r\n"
    log = [{"type": "setRemoteDescription", "value": json.dumps({"type": "offer", "sdp": sdp("actpass", line)})}]
    sight = await look(dump(stats, log))
    assert sight.facts["keying"]["sdes"]
    assert sight.facts["negotiated"][0]["version"] == "DTLSv1.0"
    assert "canary" not in repr(sight)


async def test_a_certificate_that_the_description_does_not_name_is_told(look: Reader, internals: bytes) -> None:
    document = json.loads(gzip.decompress(internals))
    for each in document["PeerConnections"].values():
        for entry in each["updateLog"]:
            if entry["type"] == "setRemoteDescription":
                description = json.loads(entry["value"])
                head, mark, rest = description["sdp"].partition("a=fingerprint:")
                name, _, digest = rest.partition(" ")
                swapped = digest[3:5] + digest[2] + digest[:2] + digest[5:]
                entry["value"] = json.dumps({**description, "sdp": f"{head}{mark}{name} {swapped}"})
    facts = (await look(document)).facts
    assert [each["fingerprint_matches"] for each in facts["negotiated"]] == [False, False, False]


async def test_what_no_registry_knows_is_not_repeated(look: Reader) -> None:
    stats = series(
        "transport",
        "T01",
        tlsVersion="\x1b[31m",
        dtlsState="connected",
        dtlsCipher="<script>",
        srtpCipher="\x1b]0;evil\x07",
    )
    sight = await look(dump(stats))
    assert sight.facts["negotiated"] == [{"peer": "unknown"}]
    assert set(sight.unknown) >= {f"negotiated[0].{name}" for name in ("version", "cipher_suite", "srtp_profile")}
    assert "evil" not in repr(sight)


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"iceServers": [{"urls": "stun:stun.acme.example"}]}, ["stun:stun.acme.example"]),
        ({"iceServers": [{"url": "turn:turn.acme.example", "credential": "canary"}]}, ["turn:turn.acme.example"]),
        (
            {"iceServers": [{"urls": ["turns:a.example:443?transport=tcp", "turn:canary:canary@a.example"]}]},
            ["turns:a.example:443?transport=tcp"],
        ),
        ({"iceServers": "none"}, []),
    ],
)
async def test_ice_servers_are_told_without_credentials(look: Reader, configuration: Json, expected: list[str]) -> None:
    for form in (configuration, json.dumps(configuration)):
        sight = await look(dump({}, rtcConfiguration=form))
        assert [each["uri"] for each in sight.facts["ice_servers"]] == expected
        assert "canary" not in repr(sight) + sight.evidence[0].content.decode()


async def test_leads_are_bounded_and_not_doubled(look: Reader) -> None:
    urls = [f"turn:turn{index % 30}.acme.example" for index in range(90)] + ["TURN:turn0.acme.example:3478"]
    sight = await look(dump({}, rtcConfiguration=json.dumps({"iceServers": [{"urls": urls}]})))
    assert len(sight.leads) == 20
    assert len({lead.target.host for lead in sight.leads}) == 20


async def test_the_same_connection_in_two_dumped_pages_is_told_twice(look: Reader, internals: bytes) -> None:
    document = json.loads(gzip.decompress(internals))
    first = next(iter(document["PeerConnections"].values()))
    document["PeerConnections"] = {"1-1": first, "1-2": copy.deepcopy(first)}
    assert len((await look(document)).facts["negotiated"]) == 2

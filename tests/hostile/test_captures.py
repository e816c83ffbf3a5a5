"""What a capture may hold to harm who reads it: each ends in its bound, with its own reason, in good time."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import struct
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.probes.media.capture.packet_files import block, handshake, pcap, pcapng
from vendor_audit.observation import Sight, Target
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.media.capture import read_capture
from vendor_audit.probes.media.capture.facts import extract, facts_of
from vendor_audit.probes.media.capture.model import CaptureError
from vendor_audit.probes.media.capture.sniff import read
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.observation import Json

FIXTURES = Path(__file__).parents[1] / "probes" / "media" / "capture" / "fixtures"
SECONDS = 20
"""Of processor time: what is linear takes two at most, what is not takes hours."""
ESCAPE = "\x1b[31mred\x1b[0m"
DESCRIPTION = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"


def context(folder: Path) -> ProbeContext:
    return ProbeContext(
        Network(NetworkSettings()), lambda: datetime(2026, 11, 24, tzinfo=UTC), timeout=5.0, folder=folder
    )


async def look(folder: Path, content: bytes) -> Sight:
    (folder / "capture").write_bytes(content)
    return await read_capture(Target("capture", "capture", location="capture"), context(folder))


def told(content: bytes) -> str:
    """Read the bytes, hold the reading to its time, and return all that comes out of it."""
    begin = time.process_time()
    kind, text = "", ""
    try:
        capture = read(content)
        found = facts_of(capture, "0" * 64)
        assert not check_against(SourceDocument("facts", "", found.facts), load_schema("facts/media"))
        text = json.dumps([found.facts, found.unknown]) + extract(capture, found).decode()
    except CaptureError as error:
        kind, text = error.kind, str(error)
    assert time.process_time() - begin < SECONDS
    assert kind in {"", "too_large", "damaged", "unsupported"}
    return text


def dump(connection: Json, **more: Json) -> bytes:
    return json.dumps({"PeerConnections": {"1-1": connection}, **more}).encode()


def transport(**values: Json) -> Json:
    return {
        "stats": {
            f"T01-{name}": {"statsType": "transport", "values": json.dumps([value])} for name, value in values.items()
        }
    }


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (gzip.compress(bytes(100_000_000)), "too_large", "unpack"),
        (gzip.compress(b"{" * 10_000)[:-20], "damaged", "cut off"),
        (b"\x1f\x8b" + b"nonsense" * 10, "damaged", "gzip"),
        (b"[" * 1_000_000 + b"]" * 1_000_000, "damaged", "nested too deep"),
        (b"[" * 1_000_001, "too_large", "lists"),
        (b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000, "damaged", "nested too deep"),
        (b'{"a":' * 1_000_000, "damaged", "nested too deep"),
        (b"[" + b"{}," * 1_000_001 + b"{}]", "too_large", "objects"),
        (b'{"PeerConnections":{}, "timestamp": 1e999}', "damaged", "JSON"),
        (b'{"PeerConnections":{}, "timestamp": NaN}', "damaged", "JSON"),
        (b'{"PeerConnections":{}, "timestamp": -Infinity}', "damaged", "JSON"),
        (b'{"PeerConnections":{}, "timestamp": ' + b"9" * 10_000 + b"}", "damaged", "JSON"),
        (b'{"PeerConnections":{"1":', "damaged", "JSON"),
        (b'{"PeerConnections":{}} {"PeerConnections":{}}', "damaged", "JSON"),
        (b"\xff\xfe{", "damaged", "UTF-8"),
        (b'{"PeerConnections": "\xc3\x28"}', "damaged", "UTF-8"),
        (DESCRIPTION.encode() + b"a=x\r\n" * 100_000, "damaged", "description"),
        (DESCRIPTION.encode() * 101, "too_large", "100 session descriptions"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "unsupported", "no capture"),
        (b"Dear Jane,\n", "unsupported", "no capture"),
        (b"{}", "unsupported", "no capture"),
        (b"[]", "unsupported", "no capture"),
        (b"\xd4\xc3\xb2\xa1\x02\0", "damaged", "header"),
    ],
)
async def test_each_harm_ends_with_its_reason(tmp_path: Path, content: bytes, kind: str, words: str) -> None:
    begin = time.process_time()
    with pytest.raises(ProbeError) as error:
        await look(tmp_path, content)
    assert time.process_time() - begin < SECONDS
    assert error.value.failure.kind == kind
    assert words in error.value.failure.message
    assert error.value.failure.message.startswith("capture: ")
    assert len(error.value.failure.message) < 200


async def test_a_file_beyond_the_bound_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "capture").open("wb") as file:
        file.truncate(70_000_000)
    with pytest.raises(ProbeError, match="64,000,000") as error:
        await read_capture(Target("capture", "capture", location="capture"), context(tmp_path))
    assert error.value.failure.kind == "too_large"


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda _: None, "file_missing"),
        (lambda path: path.mkdir(), "not_a_file"),
        (lambda path: path.symlink_to("/etc/passwd"), "not_a_file"),
        (lambda path: path.write_bytes(b""), "empty"),
    ],
    ids=["missing", "folder", "link out of the folder", "empty"],
)
async def test_what_is_no_file_of_the_folder_is_not_opened(
    tmp_path: Path, make: Callable[[Path], object], kind: str
) -> None:
    make(tmp_path / "capture")
    with pytest.raises(ProbeError) as error:
        await read_capture(Target("capture", "capture", location="capture"), context(tmp_path))
    assert error.value.failure.kind == kind


def test_a_bomb_is_not_unpacked_into_memory() -> None:
    bomb = gzip.compress(bytes(1_000_000_000), 1)
    tracemalloc.start()
    try:
        with pytest.raises(CaptureError):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()


async def test_the_loop_goes_on_while_a_big_dump_is_read(tmp_path: Path) -> None:
    values = json.dumps([1.5] * 300)
    stats = {f"S{index}-bytesSent": {"statsType": "outbound-rtp", "values": values} for index in range(20_000)}
    content = dump({"stats": stats, "updateLog": [{"type": "x", "value": "y"}] * 50_000})
    assert len(content) > 25_000_000
    reading = asyncio.create_task(look(tmp_path, content))
    longest, last = 0.0, time.monotonic()
    while not reading.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    await reading
    assert longest < 0.5


VERSION = {"statsType": "transport", "values": '["FEFD"]'}
CANDIDATE = {"type": "addIceCandidate", "value": "candidate:1 1 udp 1 8.8.8.8 1 typ host"}


def described(sdp: str) -> Json:
    return {"type": "setRemoteDescription", "value": json.dumps({"type": "offer", "sdp": sdp})}


@pytest.mark.parametrize(
    "content",
    [
        dump({"stats": {f"T{index}-tlsVersion": {"values": '["FEFD"]'} for index in range(100_000)}}),
        dump({"stats": {f"T{index}-tlsVersion": VERSION for index in range(5_000)}}),
        json.dumps({"PeerConnections": {str(index): {} for index in range(100_000)}}).encode(),
        dump({"updateLog": [CANDIDATE] * 200_000}),
        dump({"updateLog": [described(DESCRIPTION)] * 20_000}),
        dump({"rtcConfiguration": json.dumps({"iceServers": [{"urls": ["turn:a.example"] * 1_000}] * 1_000})}),
        dump({"rtcConfiguration": "turn:" * 1_000_000}),
        dump({"updateLog": [described(DESCRIPTION + "m=audio 9 RTP/AVP 0\r\n" * 999)] * 150}),
        ("RTCStatsDump\n" + '["getStats","1",{"a":{"type":5}},1]\n' * 150_000).encode(),
        ("RTCStatsDump\n" + "[1,2,3,4]\n" * 510_000).encode(),
        ("<div>" + "<pre" * 2_000_000).encode(),
        ("<div>" + "<pre>" * 2_000_000).encode(),
        ('<div id="tab_pane_offer_' * 500_000).encode(),
        ("<div " + " id=" * 2_000_000).encode(),
        ("<div><tr>" + "<td></td>" * 1_000_000).encode(),
        ("<div>" + "<tr><td></td><td></td>  " * 300_000).encode(),
        ("<div>" + "urls: [" * 2_000_000).encode(),
        ("<div>" + 'urls: ["' * 2_000_000).encode(),
        ("<div>" + 'urls: ["urls: [",' * 1_000_000).encode(),
        ("v=0\n" + "a=candidate:" * 100_000).encode(),
        ("v=0\n" * 50).encode(),
        ("v=0\n" + "".join(f"m=audio 9 RTP/AVP 0\na=fingerprint:h{index} AB\n" for index in range(999))).encode(),
    ],
    ids=range(22),
)  # fmt: skip
def test_much_of_anything_is_read_in_good_time_and_told_in_bounds(content: bytes) -> None:
    assert len(told(content)) < 5_000_000


def test_what_is_left_out_for_its_number_is_told() -> None:
    versions = {f"T{index}-tlsVersion": {"statsType": "transport", "values": '["FEFD"]'} for index in range(150)}
    found = facts_of(read(dump({"stats": versions})), "00")
    assert len(found.facts["negotiated"]) == 100
    assert found.unknown["negotiated"] == "only the first 100 of 150 were kept"
    assert not any(name.startswith("negotiated[100]") for name in found.unknown)


@pytest.mark.parametrize(
    "content",
    [
        dump(transport(tlsVersion=ESCAPE, dtlsCipher=ESCAPE, srtpCipher=ESCAPE, dtlsRole=ESCAPE),
             UserAgent=ESCAPE + " Chrome/1" + ESCAPE),
        dump({"url": f"https://{ESCAPE}.example/", "rtcConfiguration": f"turn:{ESCAPE}"}),
        dump({"updateLog": [{"type": "addIceCandidate", "value": f"candidate:1 1 {ESCAPE} 1 8.8.8.8 1 typ host"}]}),
        dump({"updateLog": [{"type": "addIceCandidate", "value": f"candidate:1 1 udp 1 2a00::1%{ESCAPE} 1 typ host"}]}),
        dump({"updateLog": [{"type": "onicecandidate", "value": f"candidate:1 1 udp 1 2a00::1%{ESCAPE} 1 typ relay"}]}),
        dump({"updateLog": [{"type": "onicecandidate", "value": f"candidate:1 1 udp 1 8.8.8.8 1 typ {ESCAPE}"}]}),
        f"v=0\r\nm=audio{ESCAPE} 9 UDP/TLS/RTP/SAVPF 111\r\n".encode(),
        f"v=0\r\nm=audio 9 UDP/{ESCAPE} 111\r\n".encode(),
        f"v=0\r\nm=audio 9 RTP/AVP 0\r\na=fingerprint:{ESCAPE} AB:CD\r\n".encode(),
        f"v=0\r\nm=audio 9 RTP/AVP 0\r\na=crypto:1 {ESCAPE} inline:x\r\n".encode(),
        ("RTCStatsDump\n" + json.dumps([ESCAPE, ESCAPE, ESCAPE, ESCAPE]) + "\n").encode(),
        f'<div id="{ESCAPE}">about-webrtc<pre>v=0\nm={ESCAPE}</pre></div>'.encode(),
        ESCAPE.encode(),
    ],
    ids=range(13),
)  # fmt: skip
def test_escapes_for_a_terminal_do_not_come_through(content: bytes) -> None:
    assert "red" not in told(content).replace("credentials", "").replace("were read", "")


@pytest.mark.parametrize(
    "value",
    [None, True, 1e15, -5, 0, "x", [], {}, [[[]]], {"a": None}, "\ud800", "1e999", 10**300, 1.5, ["FEFD"], [None]],
    ids=str,
)
def test_a_value_of_any_kind_in_any_place_is_left_out(value: Json) -> None:
    places = ("tlsVersion", "dtlsState", "selectedCandidatePairId", "remoteCertificateId", "dtlsRole", "type")
    told(dump(transport(**dict.fromkeys(places, value)), timestamp=value, UserAgent=value, UserAgentData=value))
    log = [{"type": "setRemoteDescription", "value": value}, {"type": value, "value": value}, value]
    told(dump({"rtcConfiguration": value, "stats": value, "updateLog": log, "url": value}))
    told(dump({"stats": {"T-tlsVersion": value, "": value}, "updateLog": value}))
    told(dump(value))
    told(json.dumps({"PeerConnections": value}).encode())
    told(json.dumps({"peerConnections": {"1": [value, {"type": value, "value": value, "time": value}]}}).encode())
    told(
        json.dumps({"pcid": value, "iceCandidateStats": value, "sdpHistory": [value], "configuration": value}).encode()
    )
    told(json.dumps({"reports": [value, {"pcid": "x", "iceCandidateStats": [value]}]}).encode())
    told(json.dumps([{"type": value, "sdp": value}, value]).encode())
    for method in ("create", "setLocalDescription", "getStats", "onicecandidate", "g", 8, value):
        told(b"RTCStatsDump\n" + json.dumps([method, "1", value, value]).encode())
        told(b"RTCStatsDump\n" + json.dumps([method, value, {"a": value}, 1]).encode())


@pytest.mark.parametrize(
    "content",
    [
        pcap([])[:24] + struct.pack("<IIII", 1, 1, 0xFFFFFFFF, 0xFFFFFFFF),
        pcapng([]) + struct.pack("<III", 6, 0xFFFFFFFF, 0),
        pcapng([]) + struct.pack("<III", 6, 0, 0),
        pcapng([]) + struct.pack("<III", 6, 12, 12) * 100_000,
        pcapng([]) + block(6, struct.pack("<IIIII", 0, 0, 0, 0xFFFFFFFF, 0)),
        pcapng([]) + block(6, struct.pack("<IIIII", 77, 0, 0, 0, 0)),
        pcapng([]) + block(3, b"\xff\xff\xff\xff"),
        pcapng([]) + block(1, b"\1" + bytes(7) + b"\x09\0\1\0\xff\0\0\0") + block(6, b"\1" + bytes(19)),
        pcapng([]) + block(1, b"\1\0\0\0\0\0\0\0" * 2) * 1_000,
        b"\x0a\x0d\x0d\x0a\x0c\0\0\0\x4d\x3c\x2b\x1a" * 100,
        pcap([b""] * 1_000, "raw"),
        pcap([b"\x45" + bytes(40)] * 1_000, "raw"),
        pcap([b"\x60\0\0\0\0\0\0\0" + bytes(32) + b"\0\xff" * 500] * 1_000, "raw"),
        pcap([b"\x81\0" * 30_000], "raw"),
    ],
    ids=range(14),
)  # fmt: skip
def test_packets_of_absurd_lengths_are_left_out(content: bytes) -> None:
    assert "DTLS handshake" in told(content)


def test_no_cut_of_a_real_capture_raises_anything_of_its_own() -> None:
    packets = [each.packet() for each in handshake()]
    contents = [pcap(packets), pcapng(packets), *(gzip.decompress(each.read_bytes()) for each in FIXTURES.iterdir())]
    for content in contents:
        step = max(1, len(content) // 150)
        for end in range(0, len(content), step):
            told(content[:end])


def test_no_change_of_a_real_capture_raises_anything_of_its_own() -> None:
    chance = random.Random(4)  # noqa: S311 # the same bytes every time
    packets = [each.packet() for each in handshake()]
    contents = [pcap(packets), pcapng(packets), *(gzip.decompress(each.read_bytes()) for each in FIXTURES.iterdir())]
    for content in contents:
        for _ in range(120):
            changed = bytearray(content)
            for _ in range(chance.randrange(1, 8)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            told(bytes(changed))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["PeerConnections", "peerConnections", "1", "stats", "updateLog", "type", "value", "values", "T-tlsVersion",
             "rtcConfiguration", "iceServers", "urls", "pcid", "reports", "sdpHistory", "sdp", "offer", "timestamp"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=30,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_no_json_raises_anything_of_its_own(document: Json) -> None:
    told(json.dumps(document).encode())


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"{", b"v=0\n", b"RTCStatsDump\n", b"<div>", pcap([]), pcapng([])])
)
def test_no_bytes_raise_anything_of_their_own(content: bytes, start: bytes) -> None:
    told(start + content)

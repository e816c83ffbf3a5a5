"""What a hostile media service may do: every trick ends in its bound with a reason, and leads the probe nowhere."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import struct
import time
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from aioice import stun
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.probes.media.session.fake_vendor import (
    FINGERPRINT,
    SDP,
    SETTINGS,
    Request,
    Vendor,
    everything_in,
    observe,
    reply,
    vendor,
)
from vendor_audit.probes.interface import ProbeClass, ProbeError
from vendor_audit.probes.media.session.answering import audio_answer
from vendor_audit.probes.media.session.call import read_description
from vendor_audit.probes.network import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from vendor_audit.observation import Sight

FAST = replace(SETTINGS, timeout=0.4)
HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
ICE = "a=ice-ufrag:abcd\r\na=ice-pwd:canaryabcdefghijklmnopqrst\r\n"
PROMISE = f"a=fingerprint:{FINGERPRINT[0]} {FINGERPRINT[1]}\r\n"
ANSWER = f"{HEAD}{ICE}{PROMISE}a=setup:active\r\n"


def line(address: str, port: int = 9, number: int = 1) -> str:
    return f"a=candidate:{number} 1 udp {2130706431 - number} {address} {port} typ host\r\n"


class Endpoint:
    """Gives sessions with the same answer again and again; counts those that are not deleted."""

    def __init__(self, answer: str, head: str = SDP) -> None:
        self.answer, self.head = answer, head
        self.given = 0
        self.open: set[str] = set()

    def __call__(self, request: Request) -> bytes | Awaitable[bytes] | None:
        if request.method == "POST":
            self.given += 1
            self.open.add(f"/s/{self.given}")
            return self.create(f"Location: /s/{self.given}\r\n")
        if request.method == "DELETE":
            self.open.discard(request.path)
        return reply("200 OK")

    def create(self, location: str) -> bytes | Awaitable[bytes] | None:
        return reply("201 Created", f"{self.head}{location}", self.answer)


async def look(endpoint: Callable[[Request], bytes | Awaitable[bytes] | None], **options: object) -> Sight:
    async with vendor(endpoint) as running:
        return await observe(running.port, settings=FAST, **options)  # type: ignore[arg-type] # of a test's own choice


@pytest.fixture
async def listener() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A UDP port of loopback, and what comes to it."""
    received: list[bytes] = []

    class Ear(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            received.append(data)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Ear, local_addr=("127.0.0.2", 0))
    yield transport.get_extra_info("sockname")[1], received
    transport.close()


@pytest.mark.parametrize("address", ["127.0.0.2", "::ffff:127.0.0.2"])
async def test_a_candidate_that_leads_inside_gets_no_packet(listener: tuple[int, list[bytes]], address: str) -> None:
    port, received = listener
    endpoint = Endpoint(ANSWER + line(address, port))
    sight = await look(endpoint)
    assert received == []
    assert "no public address" in sight.unknown["remote_candidates"]
    assert "no candidate to contact" in sight.unknown["selected_pairs"]
    assert not endpoint.open


async def test_the_same_candidate_gets_packets_where_it_is_allowed(
    listener: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Otherwise the tests before and after this one could not fail.
    port, received = listener
    sent = _watch_sockets(monkeypatch)
    async with vendor(Endpoint(ANSWER + line("127.0.0.2", port))) as running:
        allowed = replace(FAST, allow=(ipaddress.ip_network("127.0.0.2/32"),))
        sight = await observe(running.port, settings=allowed)
    assert received
    assert "127.0.0.2" in sent
    assert "remote_candidates" not in sight.unknown


@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.1", "192.168.0.1", "fe80::1", "224.0.0.1"])
async def test_addresses_of_metadata_and_private_networks_are_facts_and_nothing_more(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = _watch_sockets(monkeypatch)
    sight = await look(Endpoint(ANSWER + line(address)))
    assert [each["address"] for each in sight.facts["remote_candidates"]] == [address]
    assert address not in sent


async def test_names_among_candidates_are_never_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def lookup(self: Network, host: str) -> None:
        asked.append(host)
        raise ProbeError("dns_failure", "no")

    endpoint = Endpoint(ANSWER + line("4b1f-2c.local") + line("metadata.google.internal"))
    async with vendor(endpoint) as running:
        original = Network.lookup
        monkeypatch.setattr(
            Network, "lookup", lambda self, host: original(self, host) if "acme" in host else lookup(self, host)
        )
        sight = await observe(running.port, settings=FAST)
    assert asked == []
    assert sight.facts["remote_candidates"] == []
    assert "2 candidates have a name" in sight.unknown["remote_candidates"]


async def test_an_answer_with_a_hundred_thousand_candidates_is_not_read() -> None:
    endpoint = Endpoint(ANSWER + "".join(line("203.0.113.1", number % 60_000 + 1, number) for number in range(100_000)))
    started = time.monotonic()
    tracemalloc.start()
    sight = await look(endpoint)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - started < 5
    # The vendor runs in this process too, and holds the answer a few times.
    assert peak < 60_000_000
    assert "more than 200,000 bytes" in sight.unknown["server"]
    assert not endpoint.open


async def test_an_answer_with_thousands_of_candidates_contacts_a_few(listener: tuple[int, list[bytes]]) -> None:
    port, received = listener
    many = "".join(line("127.0.0.2", port if number < 5 else 20_000 + number, number) for number in range(2_500))
    async with vendor(Endpoint(ANSWER + many)) as running:
        allowed = replace(FAST, allow=(ipaddress.ip_network("127.0.0.2/32"),))
        sight = await observe(running.port, settings=allowed)
    assert len(sight.facts["remote_candidates"]) == 100
    assert "only the 10 candidates" in sight.unknown["remote_candidates"]
    assert len(received) < 100


async def test_a_body_without_end_is_left_and_its_session_deleted() -> None:
    class Endless(Endpoint):
        def create(self, location: str) -> bytes:
            return f"HTTP/1.1 201 Created\r\n{SDP}{location}\r\n".encode() + ANSWER.encode() + b"a=x\r\n" * 500_000

    endpoint = Endless("")
    sight = await look(endpoint)
    assert "more than 200,000 bytes" in sight.unknown["server"]
    assert endpoint.given == 1
    assert not endpoint.open


async def test_an_answer_that_drips_ends_in_time_and_its_session_is_deleted() -> None:
    deleted: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ")
        try:
            if request[0] == "DELETE":
                deleted.append(request[1])
                writer.write(reply("200 OK"))
            elif request[0] == "POST":
                writer.write(f"HTTP/1.1 201 Created\r\n{SDP}Location: /s/1\r\n\r\n".encode())
                while True:
                    writer.write(b"v")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            else:
                writer.write(reply("200 OK"))
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        started = time.monotonic()
        sight = await observe(server.sockets[0].getsockname()[1], settings=FAST)
    assert time.monotonic() - started < 4
    assert "had not come to its end" in sight.unknown["server"]
    assert deleted == ["/s/1"]


async def test_redirects_in_a_circle_end() -> None:
    asked: list[str] = []

    def handler(request: Request) -> bytes:
        asked.append(request.method)
        return reply("307 Temporary Redirect", "Location: /whip\r\n")

    sight = await look(handler)
    assert "more than 3 redirects" in sight.unknown["server"]
    assert asked.count("POST") == 4
    assert len(sight.facts["signalling"]["redirects"]) == 4


@pytest.mark.parametrize("where", ["http://127.0.0.2:{port}/", "http://169.254.169.254/", "http://[::1]:{port}/"])
async def test_a_redirect_or_a_session_that_leads_inside_is_not_followed(where: str) -> None:
    inside: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(serve, ["127.0.0.2", "::1"], 0)
    async with server:
        location = where.format(port=server.sockets[0].getsockname()[1])
        redirected = await look(lambda _: reply("307 Temporary Redirect", f"Location: {location}\r\n"))
        elsewhere = await look(
            lambda request: (
                reply("200 OK")
                if request.method == "OPTIONS"
                else reply("201 Created", f"{SDP}Location: {location}\r\n", ANSWER)
            )
        )
    assert inside == []
    assert "is not a public address" in redirected.unknown["server"]
    assert "is not a public address" in elsewhere.unknown["signalling.deleted"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\0" * 1000,
        "v=0\r\n",
        "v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 5_000,
        HEAD.replace("m=audio 9", "m=audio 0"),
        HEAD.replace("audio", "video"),
        HEAD + "a=setup:active\r\n",
        HEAD + ICE + "a=setup:sideways\r\n",
        HEAD + ICE + "a=setup:actpass\r\n",
        HEAD + ICE,
        ANSWER,
        ANSWER + "a=candidate:" + "9" * 100_000 + "\r\n",
        ANSWER + line("127.0.0.1", 99_999),
        ANSWER.replace("abcd", "a" * 300) + line("127.0.0.1"),
        ANSWER.replace("abcd", "a" * 90_000) + line("127.0.0.1"),
        ANSWER.replace("canary", "canary" * 50) + line("127.0.0.1"),
        ANSWER.replace("a=ice-pwd:", "a=ice-pwd:\u2028\xff") + line("127.0.0.1"),
        ANSWER.replace("AB:", "ZZ:"),
        "v=0\r\n" + "a=" * 90_000,
        "\ufeff" + "é" * 90_000,
    ],
    ids=range(20),
)
async def test_whatever_stands_in_the_answer_the_look_ends_with_a_reason(answer: str) -> None:
    endpoint = Endpoint(answer)
    started = time.monotonic()
    sight = await look(endpoint, permitted=ProbeClass.ACTIVE)
    assert time.monotonic() - started < 5
    assert "server" not in sight.facts
    assert sight.unknown["server"]
    assert "negotiated" in sight.unknown
    assert endpoint.given <= 2
    assert not endpoint.open
    assert "canary" not in everything_in(sight)


@pytest.mark.parametrize(
    "head",
    [
        "Link: " + "<" * 5_000 + "\r\n",
        'Link: <turn:a.example>; rel="ice-server"; username="' + "x" * 5_000 + "\r\n",
        'Link: <turn:user:pw@a.example>; rel="ice-server"\r\n' * 30,
        'Link: <turn:169.254.169.254:80>; rel="ice-server"\r\n',
        'Link: <turn:a.example\x0b>; rel="ice-server"\r\n',
    ],
    ids=["open", "unclosed", "user in it", "inside", "control"],
)
async def test_whatever_stands_in_link_headers_only_uris_come_out(head: str) -> None:
    sight = await look(Endpoint(ANSWER, SDP + head))
    assert len(sight.leads) <= 1
    assert "pw@" not in everything_in(sight)
    # What such a lead may reach is decided where it is followed: the address is the vendor's, and named so.
    assert all("named_by_vendor" in each.target.roles for each in sight.leads)


async def test_a_vendor_that_sends_no_hello_over_a_path_that_works_ends_in_time() -> None:
    async with vendor(lambda _: None) as running:
        running.handler = _silent_media(running)
        started = time.monotonic()
        sight = await observe(running.port, settings=FAST)
    assert time.monotonic() - started < 5
    assert "no DTLS ClientHello came" in sight.unknown["server.as_client"]
    assert sight.facts["selected_pairs"]


@pytest.mark.parametrize(
    "garbage", [b"\x16" * 1400, b"\x16\xfe\xfd" + bytes(8) + b"\xff\xff" + b"\x01" * 1300, b"\x3f"]
)
async def test_garbage_in_place_of_a_hello_ends_in_time(garbage: bytes) -> None:
    async with vendor(lambda _: None) as running:
        running.handler = _silent_media(running, garbage)
        started = time.monotonic()
        sight = await observe(running.port, settings=FAST)
    assert time.monotonic() - started < 6
    assert sight.unknown["server.as_client"]
    assert "as_client" not in sight.facts.get("server", {})


@pytest.mark.parametrize("trick", ["cut attributes", "no error code", "role conflict", "from elsewhere", "flood"])
async def test_tricks_with_stun_end_in_time_and_without_a_trace_in_the_log(
    trick: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The trickster knows the password, as a vendor does, so that its messages are taken for good."""
    asked: list[bytes] = []

    class Trickster(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.DatagramTransport", transport)

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            asked.append(data)
            for each in _answers(trick, stun.parse_message(data)):
                self.transport.sendto(each, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Trickster, local_addr=("127.0.0.1", 0))
    started = time.monotonic()
    try:
        sight = await look(Endpoint(ANSWER + line("127.0.0.1", transport.get_extra_info("sockname")[1])))
    finally:
        transport.close()
    gc.collect()
    assert time.monotonic() - started < 5
    assert 0 < len(asked) < 50
    assert "ICE found no way" in sight.unknown["selected_pairs"]
    assert not [each for each in caplog.records if each.name == "asyncio"]


async def test_janus_that_answers_with_nonsense_is_an_observation_with_reasons() -> None:
    for body in ("[]", '{"janus": "success", "data": {"id": 1e400}}', "[" * 100_000, '{"janus": {}}', "\udc80"):
        content = body.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        sight = await look(lambda _, text=content: reply("200 OK", "", text), provider="janus", path="/janus")  # type: ignore[misc] # the text of this turn
        assert sight.unknown["server"]
        assert "server" not in sight.facts


@given(st.text(max_size=300), st.lists(st.sampled_from(ANSWER.split("\r\n")), max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_reading_or_answering_an_offer_fail_otherwise(noise: str, lines: list[str]) -> None:
    text = "v=0\r\n" + "\r\n".join([*lines, noise])
    with contextlib.suppress(ProbeError):
        audio_answer(text, read_description(text), [], "active")


def _silent_media(running: Vendor, garbage: bytes = b"") -> Callable[[Request], bytes | Awaitable[bytes]]:
    """Return a handler whose sessions have working ICE, over which comes nothing, or garbage."""

    async def create(request: Request) -> bytes:
        answer = await running.media(request.body, says=garbage)
        return reply("201 Created", f"{SDP}Location: /s/1\r\n", answer)

    return lambda request: create(request) if request.method == "POST" else reply("200 OK")


def _answers(trick: str, request: stun.Message) -> list[bytes]:
    answer = stun.Message(stun.Method.BINDING, stun.Class.ERROR, request.transaction_id)
    if trick == "cut attributes":
        # A PRIORITY of one byte.
        body = bytes.fromhex("0024000101000000")
        return [struct.pack("!HHI", 0x0111, len(body), 0x2112A442) + request.transaction_id + body]
    if trick == "role conflict":
        answer.attributes["ERROR-CODE"] = (487, "Role Conflict")
    if trick == "from elsewhere":
        answer.message_class = stun.Class.RESPONSE
        answer.attributes["XOR-MAPPED-ADDRESS"] = ("10.0.0.1", 1)
        answer.transaction_id = bytes(12)
    answer.add_message_integrity(b"canaryabcdefghijklmnopqrst")
    return [bytes(answer)] * (500 if trick == "flood" else 1)


def _watch_sockets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by every address to which this process sends a datagram or connects."""
    sent: list[str] = []
    original = asyncio.selector_events._SelectorDatagramTransport.sendto  # type: ignore[attr-defined] # no public way

    def sendto(self: object, data: bytes, addr: tuple[str, int] | None = None) -> None:
        sent.append(addr[0] if addr else "")
        original(self, data, addr)

    monkeypatch.setattr(asyncio.selector_events._SelectorDatagramTransport, "sendto", sendto)  # type: ignore[attr-defined] # as above
    return sent

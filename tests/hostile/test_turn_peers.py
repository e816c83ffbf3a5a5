"""Servers that are mute, endless, forged or cunning: each look ends within its deadline, with a reason."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import struct
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.probes.turn.fake_server import FakeTurn, Habits, fake_turn, observe
from vendor_audit.probes.interface import ProbeClass, ProbeError
from vendor_audit.probes.turn.looking import TIMEOUTS_IN_ALL
from vendor_audit.wire.stun import Attribute, Message, MessageClass, decode, encode
from vendor_audit.wire.stun_attributes import ErrorCode, error_code_value

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from vendor_audit.observation import Sight

    Answer = Callable[[bytes], list[bytes]]

SECONDS = 0.4
DEADLINE = 2 * SECONDS + 1.0
"""What a server that never says anything useful may cost: a time-out for the request, and one for farewells."""


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        for each in self._answer(data):
            if self._transport is not None:
                self._transport.sendto(each, addr)


@contextlib.asynccontextmanager
async def udp_server(answer: Answer) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(answer), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def tcp_server(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[Any]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            tasks.add(task)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await behave(reader, writer)
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


async def failure(uri: str, port: int) -> ProbeError:
    """Return how a look ends, which must be soon."""
    begin = time.monotonic()
    with pytest.raises(ProbeError) as caught:
        await observe(uri, port, seconds=SECONDS)
    assert time.monotonic() - begin < DEADLINE
    assert caught.value.evidence[0].content
    return caught.value


def success(request: bytes, *attributes: Attribute, transaction: bytes = b"") -> bytes:
    asked = decode(request)
    return encode(Message(MessageClass.SUCCESS, asked.method, transaction or asked.transaction, attributes))


def rewritten(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def bomb(request: bytes) -> bytes:
    """An answer with far more attributes than anybody needs."""
    return success(request, *[Attribute(0x8022, b"")] * 16_000)


UDP_PEERS: dict[str, tuple[Answer, str]] = {
    "silent": (lambda _: [], "connection_timeout"),
    "empty": (lambda _: [b""] * 3, "connection_timeout"),
    "noise": (lambda _: [b"\xff" * 1_000], "connection_timeout"),
    "echo": (lambda data: [data], "connection_timeout"),
    "wrong transaction": (lambda data: [success(data, transaction=bytes(12))], "connection_timeout"),
    "wrong magic": (lambda data: [rewritten(success(data), 4, b"\0\0\0\0")], "connection_timeout"),
    "wrong method": (lambda data: [rewritten(success(data), 0, b"\x01\x03")], "connection_timeout"),
    "wrong length": (lambda data: [rewritten(success(data), 2, b"\xff\xfc")], "connection_timeout"),
    "wrong fingerprint": (lambda data: [success(data, Attribute(0x8028, bytes(4)))], "connection_timeout"),
    "oversized": (lambda data: [success(data) + bytes(60_000)], "connection_timeout"),
    "attribute bomb": (lambda data: [bomb(data)[:60_000]], "connection_timeout"),
    "amplification": (lambda _: [bytes(1_200)] * 300, "protocol"),
    "forged flood": (lambda data: [success(data, transaction=bytes(12))] * 300, "protocol"),
    "error without a code": (lambda data: [rewritten(success(data), 0, b"\x01\x11")], "protocol"),
}


@pytest.mark.parametrize("name", UDP_PEERS)
async def test_over_udp_a_look_ends_with_a_reason(name: str) -> None:
    answer, kind = UDP_PEERS[name]
    async with udp_server(answer) as port:
        found = await failure("turn:localhost?transport=udp", port)
    assert found.failure.kind == kind
    assert "127.0.0.1" in found.failure.message


async def test_what_was_no_stun_is_said() -> None:
    async with udp_server(lambda _: [b"\xff" * 100]) as port:
        found = await failure("turn:localhost?transport=udp", port)
    assert "what came was no STUN: no STUN message: its first two bits are not zero" in found.failure.message


async def test_an_answer_from_another_address_is_no_answer() -> None:
    loop = asyncio.get_running_loop()
    other, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.2", 0))

    class Elsewhere(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            other.sendto(success(data), addr)

    transport, _ = await loop.create_datagram_endpoint(Elsewhere, local_addr=("127.0.0.1", 0))
    try:
        found = await failure("turn:localhost?transport=udp", transport.get_extra_info("sockname")[1])
        assert found.failure.kind == "connection_timeout"
    finally:
        transport.close()
        other.close()
        await asyncio.sleep(0)


async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A long message, a byte at a time."""
    for each in b"\x01\x01\xff\xfc\x21\x12\xa4\x42" + bytes(70_000):
        writer.write(bytes([each]))
        await writer.drain()
        await asyncio.sleep(0.005)


async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Messages that nobody asked for, for ever."""
    stray = encode(Message(MessageClass.SUCCESS, 1, bytes(12)))
    while True:
        writer.write(stray * 1_000)
        await writer.drain()


async def mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    while await reader.read(1_000):
        pass


async def speaks_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" + b"x" * 30_000)
    await writer.drain()
    await asyncio.sleep(10)


async def speaks_ssh(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-x\r\n")
    await asyncio.sleep(10)


async def closes(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(1_000)


TCP_PEERS = {
    drip: "connection_timeout",
    endless: "protocol",
    mute: "connection_timeout",
    speaks_http: "protocol",
    speaks_ssh: "protocol",
    closes: "connection_reset",
}


@pytest.mark.parametrize("behave", TCP_PEERS)
async def test_over_tcp_a_look_ends_with_a_reason(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> None:
    async with tcp_server(behave) as port:
        found = await failure("turn:localhost?transport=tcp", port)
    assert found.failure.kind == TCP_PEERS[behave]  # type: ignore[index] # the same functions


@pytest.mark.parametrize("behave", TCP_PEERS)
async def test_over_tls_a_server_that_speaks_none_ends_with_a_reason(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> None:
    async with tcp_server(behave) as port:
        found = await failure("turns:localhost?transport=tcp", port)
    assert found.failure.kind in {"not_tls", "connection_timeout", "connection_reset", "unreachable"}


def handshake_record(sequence: int, body: bytes) -> bytes:
    return b"\x16\xfe\xfd\0\0" + sequence.to_bytes(6) + struct.pack(">H", len(body)) + body


def endless_fragments() -> Iterator[bytes]:
    """Fragments of one message of 16 MB that never becomes whole."""
    for number in range(1_000_000):
        head = b"\x02" + (0xFFFFFF).to_bytes(3) + b"\0\0" + (number * 100).to_bytes(3) + (100).to_bytes(3)
        yield handshake_record(number, head + bytes(100))


fragments = endless_fragments()
DTLS_PEERS: dict[str, Answer] = {
    "silent": lambda _: [],
    "noise": lambda _: [b"\xff" * 1_000],
    "echo": lambda data: [data],
    "stun": lambda _: [encode(Message(MessageClass.SUCCESS, 1, bytes(12)))],
    "endless fragments": lambda _: [next(fragments) for _ in range(50)],
    "flood": lambda _: [b"\x16" + bytes(1_100)] * 300,
    "alert": lambda _: [b"\x15\xfe\xfd\0\0" + bytes(6) + b"\0\x02\x02\x28"],
    "hello verify for ever": lambda data: [
        handshake_record(0, b"\x03\0\0\x17" + data[17:19] + b"\0\0\0\0\0\x17" + b"\xfe\xff\x14" + bytes(20))
    ],
}


@pytest.mark.parametrize("name", DTLS_PEERS)
async def test_over_dtls_a_look_ends_with_a_reason(name: str) -> None:
    async with udp_server(DTLS_PEERS[name]) as port:
        found = await failure("turns:localhost?transport=udp", port)
    assert found.failure.kind in {"not_tls", "connection_timeout", "protocol"}
    assert (found.failure.kind == "connection_timeout") == (name == "silent")


async def see(answer: Callable[[FakeTurn, bytes], list[bytes]], habits: Habits | None = None) -> Sight:
    """Return what is seen of a server that is well run but for what it adds to its answers."""
    fake = FakeTurn(habits or Habits())
    begin = time.monotonic()
    async with udp_server(lambda data: answer(fake, data)) as port:
        sight = await observe("turn:localhost?transport=udp", port, seconds=SECONDS, permitted=ProbeClass.INTRUSIVE)
    assert time.monotonic() - begin < TIMEOUTS_IN_ALL * SECONDS * 3
    return sight


def answered(fake: FakeTurn, data: bytes) -> list[bytes]:
    answer = fake.answer(data, "client")
    return [answer] if answer else []


async def test_noise_before_the_answer_does_not_hide_it() -> None:
    sight = await see(lambda fake, data: [b"", b"\xff", success(data, transaction=bytes(12)), *answered(fake, data)])
    assert sight.facts["open_relay"] is False


async def test_texts_without_end_or_with_escapes_stay_out_or_are_made_safe() -> None:
    long = await see(answered, Habits(software=b"x" * 5_000))
    assert "software" not in long.facts["listeners"][0]["binding"]
    nasty = await see(answered, Habits(software=b"\x1b[2J\r\n<script>\xff"))
    assert nasty.facts["listeners"][0]["binding"]["software"].isprintable()


async def test_a_realm_that_fits_no_message_gives_a_reason() -> None:
    sight = await see(answered, Habits(realm=b"r" * 60_000))
    assert "credentials_accepted" not in sight.facts
    assert sight.unknown["credentials_accepted"]


async def test_an_address_of_no_family_is_no_relayed_address() -> None:
    def broken(fake: FakeTurn, data: bytes) -> list[bytes]:
        if decode(data).method != 0x003:
            return answered(fake, data)
        return [success(data, Attribute(0x0016, b"\0\x07\0\0"), Attribute(0x000D, b"\0"))]

    sight = await see(broken)
    found = sight.facts["listeners"][0]["unauthenticated_allocate"]
    assert found == {"outcome": "allocated"}
    assert sight.facts["relayed_addresses"] == []


async def test_password_algorithms_that_cannot_be_read_give_a_reason() -> None:
    def broken(fake: FakeTurn, data: bytes) -> list[bytes]:
        if decode(data).method != 0x003:
            return answered(fake, data)
        asked = decode(data)
        attributes = (
            Attribute(0x0009, error_code_value(ErrorCode(401, ""))),
            Attribute(0x0014, b"r"),
            Attribute(0x0015, b"obMatJos2gAAAx"),
            Attribute(0x8002, b"\0\x02\xff"),
        )
        return [encode(Message(MessageClass.ERROR, asked.method, asked.transaction, attributes))]

    sight = await see(broken)
    assert "no request can be made for it" in sight.unknown["listeners.allocations"]


async def test_a_server_that_falls_silent_half_way_is_told_as_far_as_it_spoke() -> None:
    sight = await see(lambda fake, data: answered(fake, data) if len(fake.requests) < 2 else [])
    found = sight.facts["listeners"][0]
    assert found["state"] == "open"
    assert found["unauthenticated_allocate"]["outcome"] == "challenged"
    assert "allocations" not in found
    assert "no answer within" in sight.unknown["listeners.allocations"]


async def test_a_slow_server_among_others_costs_no_more_than_its_own_time() -> None:
    async with fake_turn() as (_, port):
        begin = time.monotonic()
        addresses = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("127.0.0.66"))
        sight = await observe("turn:localhost?transport=tcp", port, seconds=SECONDS, addresses=addresses)
    assert time.monotonic() - begin < DEADLINE
    assert [each["state"] for each in sight.facts["listeners"]] == ["open", "closed"]


async def test_a_silent_server_gets_few_datagrams() -> None:
    """At 0, 0.5, 1.5 and 2.5 s: RFC 8489, 6.2.1, with the interval bounded."""
    heard: list[float] = []

    def note(_: bytes) -> list[bytes]:
        heard.append(time.monotonic())
        return []

    async with udp_server(note) as port:
        with pytest.raises(ProbeError):
            await observe("stun:localhost", port, seconds=2.8)
    gaps = [late - early for early, late in itertools.pairwise(heard)]
    assert gaps == pytest.approx([0.5, 1.0, 1.0], abs=0.15)

"""DTLS peers that are broken, mute, endless or cunning: each ends in time with a reason, and nothing is invented."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import time
from typing import TYPE_CHECKING

import pytest

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.dtls.client import client_facts, receive_client_hello
from vendor_audit.probes.dtls.probe import DtlsProbe
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.wire import tls_client_hello as offer
from vendor_audit.wire.dtls_hello import DtlsClientHello, use_srtp
from vendor_audit.wire.dtls_records import encode_alert, encode_handshake, encode_record
from vendor_audit.wire.reader import numbers, vector
from vendor_audit.wire.tls_records import ContentType

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    Behaviour = Callable[[bytes], Iterable[bytes]]
    Serve = Callable[[Behaviour], Awaitable[int]]

SECONDS = 0.6
DTLS12 = 0xFEFD
SUITE = 0xC02B
"""TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256."""


class Peer(asyncio.DatagramProtocol):
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: object) -> None:
        for each in self.behaviour(data):
            assert self.transport
            self.transport.sendto(each, addr)  # type: ignore[arg-type]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that starts a UDP server which answers every datagram as told."""
    transports = []

    async def start(behaviour: Behaviour) -> int:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: Peer(behaviour), local_addr=("127.0.0.1", 0))
        transports.append(transport)
        port: int = transport.get_extra_info("sockname")[1]
        return port

    yield start
    for each in transports:
        each.close()


async def observe(port: int) -> Sight:
    context = ProbeContext(
        Network(NetworkSettings(timeout=SECONDS)), lambda: dt.datetime.now(dt.UTC), SECONDS, permitted=ProbeClass.ACTIVE
    )
    return await DtlsProbe().observe(Target("endpoint", f"127.0.0.1:{port}", "127.0.0.1", port), context)


async def failure(port: int) -> tuple[str, str]:
    """Return kind and message of the failure that observing must end in, in time."""
    begin = time.monotonic()
    with pytest.raises(ProbeError) as caught:
        await observe(port)
    assert time.monotonic() - begin < 12 * SECONDS
    return caught.value.failure.kind, caught.value.failure.message


def is_hello(datagram: bytes) -> bool:
    return datagram[0] == ContentType.HANDSHAKE


def server_hello(number: int, suite: int = SUITE, extensions: bytes = b"") -> bytes:
    body = numbers(2, (DTLS12,)) + bytes(32) + b"\0" + numbers(2, (suite,)) + b"\0"
    (datagram,) = encode_handshake(2, number, body + (vector(2, extensions) if extensions else b""), DTLS12, number)
    return datagram


async def test_a_mute_peer_is_a_time_out(serve: Serve) -> None:
    kind, message = await failure(await serve(lambda _: ()))
    assert (kind, message) == (
        "connection_timeout",
        "no DTLS handshake could be begun: the server did not answer within 0.3 s",
    )


async def test_a_closed_port_is_told_as_such(serve: Serve) -> None:
    port = await serve(lambda _: ())
    assert (await failure(port + 1 if port < 65_000 else port - 1))[0] == "connection_refused"


async def test_a_peer_that_speaks_something_else_is_told_as_such(serve: Serve) -> None:
    kind, message = await failure(await serve(lambda _: [b"\x01\x01\x00\x00STUN or so"]))
    assert kind == "not_tls"
    assert "is no DTLS" in message


async def test_rubbish_in_the_guise_of_records_is_no_answer(serve: Serve) -> None:
    kind, _ = await failure(await serve(lambda _: [b"\x16\xfe\xfd" + bytes(7) + b"\xff\xff" + bytes(30)] * 40))
    assert kind == "connection_timeout"


async def test_one_cookie_after_the_other_ends(serve: Serve) -> None:
    counter = itertools.count()

    def cookies(datagram: bytes) -> list[bytes]:
        if not is_hello(datagram):
            return []
        number = next(counter)
        body = numbers(2, (0xFEFF,)) + vector(1, number.to_bytes(4))
        return list(itertools.chain(*(encode_handshake(3, each, body, 0xFEFF, 0) for each in range(8))))

    kind, message = await failure(await serve(cookies))
    assert kind == "protocol"
    assert "one cookie after the other" in message


@pytest.mark.parametrize(
    ("flood", "reason"),
    [
        (
            [encode_record(ContentType.HANDSHAKE, DTLS12, 0, bytes([2]) + b"\xff\xff\xff" + bytes(8))],
            "announces 16777215",
        ),
        (
            [b"\x17" + numbers(2, (DTLS12,)) + numbers(8, (1 << 40,)) + vector(2, bytes(60_000))] * 20,
            "more than 512000",
        ),
        ([encode_alert(DTLS12, 0, 0)[:-2] + b"\x01\x00"] * 600, "more than 256 messages"),
    ],
)
async def test_a_flood_ends_at_the_bound_of_the_codec(serve: Serve, flood: list[bytes], reason: str) -> None:
    kind, message = await failure(await serve(lambda datagram: flood if is_hello(datagram) else ()))
    assert kind in {"protocol", "connection_timeout"}
    assert reason in message or "did not" in message


async def test_fragments_that_never_become_a_message_end_in_time(serve: Serve) -> None:
    counter = itertools.count()

    def drip(datagram: bytes) -> list[bytes]:
        at = next(counter) % 900
        header = bytes([2]) + numbers(3, (1_000,)) + numbers(2, (0,)) + numbers(3, (at,))
        return [encode_record(ContentType.HANDSHAKE, DTLS12, at, header + vector(3, b"x"))]

    kind, message = await failure(await serve(drip))
    assert kind == "connection_timeout"
    assert "did not end its answer" in message


async def test_a_suite_that_was_not_offered_is_not_believed(serve: Serve) -> None:
    sight = await observe(await serve(lambda each: [server_hello(0, 0x7777)] if is_hello(each) else []))
    assert sight.facts["versions"]["accepted"] == []
    assert "0x7777, which was not offered" in sight.unknown["versions.accepted"]


async def test_a_server_that_falls_silent_after_its_first_answer_leaves_the_rest_unknown(serve: Serve) -> None:
    answered = itertools.count()

    def once(datagram: bytes) -> list[bytes]:
        # The three versions are asked first; from then on nothing.
        return [server_hello(0)] if is_hello(datagram) and next(answered) < 3 else []

    begin = time.monotonic()
    sight = await observe(await serve(once))
    assert time.monotonic() - begin < 20 * SECONDS
    assert "cipher_suites.accepted" in sight.unknown
    assert "DTLSv1.2" not in sight.facts["versions"]["rejected"]


async def test_every_handshake_that_was_begun_is_ended_with_an_alert(serve: Serve) -> None:
    seen: dict[str, int] = {"hellos": 0, "alerts": 0}

    def count(datagram: bytes) -> list[bytes]:
        seen["hellos" if is_hello(datagram) else "alerts"] += 1
        return [server_hello(0)] if is_hello(datagram) else []

    sight = await observe(await serve(count))
    await asyncio.sleep(0.05)
    assert seen["alerts"] == sight.facts["handshakes"]
    assert sight.facts["handshakes"] <= 60


class Scripted:
    """A channel that gives what it was told to, then nothing."""

    def __init__(self, *datagrams: bytes) -> None:
        self.sent: list[bytes] = []
        self._left = list(datagrams)

    async def send(self, data: bytes) -> None:
        self.sent.append(data)

    async def receive(self) -> bytes:
        if not self._left:
            await asyncio.sleep(60)
        return self._left.pop(0)


async def test_the_hello_of_a_client_is_its_whole_inventory() -> None:
    extensions = (
        offer.supported_versions((0x7A7A, 0xFEFC, 0xFEFD)),
        offer.supported_groups((0x0A0A, 29, 23)),
        use_srtp((8, 7, 1)),
        offer.extended_master_secret(),
    )
    hello = DtlsClientHello(DTLS12, (0x1A1A, 0x1301, SUITE, 0x00FF), bytes(32), extensions=extensions)
    # A long extension makes two fragments of it, and they come the wrong way round.
    long = DtlsClientHello(DTLS12, hello.suites, bytes(32), extensions=(*extensions, offer.Extension(21, bytes(1_500))))
    channel = Scripted(b"\x00\x01stun", *reversed(long.to_datagrams()))
    facts = client_facts(await receive_client_hello(channel, 1))
    assert facts["versions"] == ["DTLSv1.2", "DTLSv1.3"]
    assert [each["name"] for each in facts["cipher_suites"]] == [
        "TLS_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    ]
    assert facts["groups"] == ["x25519", "secp256r1"]
    assert facts["srtp_profiles"] == ["SRTP_AEAD_AES_256_GCM", "SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_HMAC_SHA1_80"]
    assert (facts["extended_master_secret"], facts["secure_renegotiation"]) == (True, True)
    assert channel.sent[-1][-2:] == b"\x02\x28"  # fatal, handshake_failure


@pytest.mark.parametrize(
    ("datagrams", "kind"),
    [
        ([], "connection_timeout"),
        ([b"\x80RTP"] * 5, "connection_timeout"),
        (list(encode_handshake(1, 0, b"no hello at all", DTLS12, 0)), "protocol"),
    ],
)
async def test_a_client_that_says_nothing_readable_is_a_failure_with_its_reason(
    datagrams: list[bytes], kind: str
) -> None:
    with pytest.raises(ProbeError) as caught:
        await receive_client_hello(Scripted(*datagrams), 0.2)
    assert caught.value.failure.kind == kind

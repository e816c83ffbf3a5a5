"""Peers that are broken, mute, endless or cunning: each gives its own failure or unknown, and none holds us up."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.tls.probe import TlsProbe
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from vendor_audit.probes.public import Address

    Behaviour = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    Serve = Callable[[Behaviour], Awaitable[int]]

SECONDS = 0.8
LOOPBACK = ipaddress.ip_address("127.0.0.1")


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that starts a server which does as told with the first bytes of every connection."""
    servers: list[asyncio.Server] = []
    open_ones: set[asyncio.Task[Any]] = set()

    async def start(behaviour: Behaviour) -> int:
        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task:
                open_ones.add(task)
                task.add_done_callback(open_ones.discard)
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await behaviour(await reader.read(4096), reader, writer)
            writer.close()

        server = await asyncio.start_server(one, "127.0.0.1", 0)
        servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    yield start
    for server in servers:
        server.close()
    for task in list(open_ones):
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)
    await asyncio.sleep(0)


async def observe(port: int, *addresses: Address) -> Sight:
    network = Network(NetworkSettings(resolve={"localhost": addresses or (LOOPBACK,)}, timeout=SECONDS))
    context = ProbeContext(network, lambda: dt.datetime.now(dt.UTC), SECONDS)
    return await TlsProbe().observe(Target("endpoint", "https://localhost", host="localhost", port=port), context)


async def failure(port: int) -> tuple[str, str, float]:
    """Return kind, message and seconds of the failure that observing must end in."""
    begin = time.monotonic()
    with pytest.raises(ProbeError) as caught:
        await observe(port)
    return caught.value.failure.kind, caught.value.failure.message, time.monotonic() - begin


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind, 3, 3]) + struct.pack(">H", len(body)) + body


def handshake(kind: int, body: bytes) -> bytes:
    return record(22, bytes([kind]) + len(body).to_bytes(3) + body)


def alert(number: int, level: int = 2) -> bytes:
    return record(21, bytes([level, number]))


def version_of(hello: bytes) -> int:
    """Return the version that a hello asks for: 0x0304 if it names supported versions."""
    return 0x0304 if b"\x00\x2b\x00\x03\x02\x03\x04" in hello else int.from_bytes(hello[9:11])


def suites_of(hello: bytes) -> list[int]:
    at = 43 + 1 + hello[43]
    size = int.from_bytes(hello[at : at + 2])
    return [int.from_bytes(hello[i : i + 2]) for i in range(at + 2, at + 2 + size, 2)]


def server_hello(suite: int, version: int = 0x0303) -> bytes:
    return handshake(2, version.to_bytes(2) + bytes(32) + b"\0" + suite.to_bytes(2) + b"\0")


def only_tls12(hello: bytes, suite: int = 0x002F) -> bytes:
    """Answer as a server with one TLS 1.2 suite and no key exchange message."""
    if version_of(hello) != 0x0303:
        return alert(70)
    if suite not in suites_of(hello):
        return alert(40)
    return server_hello(suite) + handshake(11, b"\0\0\0") + handshake(14, b"")


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def test_a_closed_port_is_refused() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        kind, message, _ = await failure(port)
    assert kind == "connection_refused"
    assert f"127.0.0.1:{port} refused the connection" in message


async def test_the_next_address_is_tried_where_the_first_refuses(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(only_tls12(hello))

    port = await serve(behave)
    sight = await observe(port, ipaddress.ip_address("127.0.0.9"), LOOPBACK)
    assert sight.facts["address"] == "127.0.0.1"
    assert sight.facts["versions"]["accepted"] == ["TLSv1.2"]


async def test_what_is_seen_follows_the_schema_and_is_shown_by_evidence(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(only_tls12(hello))

    sight = await observe(await serve(behave))
    schema = json.loads((shipped("schemas") / "facts" / "tls.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(sight.facts)
    assert sight.facts["cipher_suites"]["accepted"] == [
        {
            "version": "TLSv1.2",
            "name": "TLS_RSA_WITH_AES_128_CBC_SHA",
            "code": "0x002F",
            "key_exchange": "RSA",
            "authentication": "RSA",
            "encryption": "AES_128_CBC",
            "forward_secret": False,
            "aead": False,
        }
    ]
    assert sight.facts["features"] == {
        "alpn": [],
        "compression": False,
        "secure_renegotiation": False,
        "extended_master_secret": False,
        "ocsp_stapled": False,
    }
    assert sight.facts["groups"] == {"accepted": []}
    assert "certificate" not in sight.facts
    assert set(sight.unknown) == {"certificate", "certificate.trusted"}
    transcript = json.loads(sight.evidence[-1].content)
    assert transcript["TLSv1.2"]["chosen"] == ["TLS_RSA_WITH_AES_128_CBC_SHA"]
    assert transcript["TLSv1.0"]["other_answers"] == {"alert protocol_version (70)": 1}
    assert bytes.fromhex(transcript["TLSv1.2"]["first_bytes_received"])[:1] == b"\x16"


async def test_a_server_with_compression_is_seen(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        answer = only_tls12(hello)
        if answer[0] == 22 and b"\x02\x01\x00" in hello[40:240]:
            answer = server_hello(0x002F)[:-1] + b"\1" + handshake(14, b"")
        writer.write(answer)

    assert (await observe(await serve(behave))).facts["features"]["compression"] is True


async def test_a_plain_http_server_speaks_no_tls(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n<h1>Bad Request</h1>")

    kind, message, _ = await failure(await serve(behave))
    assert kind == "not_tls"
    assert "it answered in plain HTTP" in message


async def test_a_mail_server_speaks_no_tls(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")

    assert (await failure(await serve(behave)))[0] == "not_tls"


async def test_a_tarpit_costs_a_few_time_outs(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, _writer: Any) -> None:
        await asyncio.sleep(60)

    kind, message, seconds = await failure(await serve(behave))
    assert kind == "connection_timeout"
    assert "did not answer within 0.8 s" in message
    assert seconds < 4 * SECONDS


async def test_a_drip_costs_a_few_time_outs(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        for byte in only_tls12(hello):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)

    kind, message, seconds = await failure(await serve(behave))
    assert kind == "connection_timeout"
    assert "did not end its answer within 0.8 s" in message
    assert seconds < 4 * SECONDS


async def test_a_peer_that_always_resets_is_not_a_rejection(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        reset(writer)

    kind, message, _ = await failure(await serve(behave))
    assert kind == "connection_reset"
    assert "resets the connection whatever TLS hello it gets" in message


async def test_a_peer_that_always_closes_is_not_a_rejection(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, _writer: Any) -> None:
        return

    kind, message, _ = await failure(await serve(behave))
    assert kind == "protocol"
    assert "closes the connection whatever TLS hello it gets" in message


async def test_a_reset_in_the_middle_of_the_answer_breaks_the_protocol(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(only_tls12(hello)[:6])
        await writer.drain()
        await asyncio.sleep(0.05)
        reset(writer)

    kind, message, _ = await failure(await serve(behave))
    assert kind == "protocol"
    assert "in the middle of its answer" in message


async def test_endless_records_are_cut_off(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(record(22, b"") * 100)
            await writer.drain()

    kind, message, seconds = await failure(await serve(behave))
    assert kind == "protocol"
    assert "more than" in message
    assert seconds < 10 * SECONDS


async def test_an_alert_storm_is_cut_off(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(alert(112, level=1) * 100)
            await writer.drain()

    kind, message, seconds = await failure(await serve(behave))
    assert kind == "protocol"
    assert "more than 64 messages" in message
    assert seconds < 10 * SECONDS


async def test_a_server_that_does_not_know_the_name_is_not_a_rejection(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(alert(112))

    kind, message, _ = await failure(await serve(behave))
    assert kind == "protocol"
    assert "unrecognized_name (112)" in message


async def test_a_huge_chain_is_kept_in_part(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        answer = only_tls12(hello)
        if answer[0] == 22:
            body = b"".join((3).to_bytes(3) + b"\x30\x01\x00" for _ in range(500))
            message = bytes([11]) + (len(body) + 3).to_bytes(3) + len(body).to_bytes(3) + body
            answer = server_hello(0x002F) + record(22, message) + handshake(14, b"")
        writer.write(answer)

    sight = await observe(await serve(behave))
    assert sight.facts["versions"]["accepted"] == ["TLSv1.2"]
    assert len(sight.facts["certificate"]["chain"]) == 20
    assert sight.unknown["certificate.chain"] == "only the first 20 of 500 certificates are kept"
    assert "cannot be read" in sight.unknown["certificate.subject"]
    assert "trusted" not in sight.facts["certificate"]
    assert "certificate.trusted" in sight.unknown


async def test_a_message_that_announces_megabytes_is_not_waited_for(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(record(22, b"\x02\xff\xff\xff" + bytes(1000)))
        await asyncio.sleep(60)

    kind, message, _ = await failure(await serve(behave))
    assert kind == "protocol"
    assert "announces 16777215 bytes" in message


async def test_a_server_that_resets_old_versions_and_answers_new_ones_refuses_the_old_ones(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        if version_of(hello) == 0x0303:
            writer.write(only_tls12(hello))
        else:
            reset(writer)

    sight = await observe(await serve(behave))
    assert sight.facts["versions"] == {"accepted": ["TLSv1.2"], "rejected": ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.3"]}
    assert "versions.accepted" not in sight.unknown


async def test_silence_on_old_versions_is_unknown(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        if version_of(hello) in {0x0303, 0x0304}:
            writer.write(only_tls12(hello))
        else:
            await asyncio.sleep(60)

    begin = time.monotonic()
    sight = await observe(await serve(behave))
    assert sight.facts["versions"] == {"accepted": ["TLSv1.2"], "rejected": ["TLSv1.3"]}
    assert "TLSv1.0: the server did not answer" in sight.unknown["versions.accepted"]
    assert "cipher_suites.accepted" in sight.unknown
    assert time.monotonic() - begin < 10 * SECONDS


async def test_a_server_that_falls_silent_leaves_an_incomplete_list(serve: Serve) -> None:
    answered = 0

    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        answered += 1
        if answered > 12:
            await asyncio.sleep(60)
        writer.write(only_tls12(hello))

    begin = time.monotonic()
    sight = await observe(await serve(behave))
    assert [each["code"] for each in sight.facts["cipher_suites"]["accepted"]] == ["0x002F"]
    assert "did not answer" in sight.unknown["cipher_suites.accepted"]
    assert time.monotonic() - begin < 14 * SECONDS


async def test_a_server_that_begins_to_reset_everything_leaves_an_incomplete_list(serve: Serve) -> None:
    answered = 0

    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        answered += 1
        if answered > 12:
            reset(writer)
        else:
            writer.write(only_tls12(hello))

    sight = await observe(await serve(behave))
    assert [each["code"] for each in sight.facts["cipher_suites"]["accepted"]] == ["0x002F"]
    assert "did not answer a hello that it had accepted before" in sight.unknown["cipher_suites.accepted"]


async def test_a_server_that_chokes_on_big_hellos_is_asked_modestly(serve: Serve) -> None:
    async def behave(hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        if len(suites_of(hello)) > 20:
            reset(writer)
        else:
            writer.write(only_tls12(hello))

    sight = await observe(await serve(behave))
    assert sight.facts["versions"]["accepted"] == ["TLSv1.2"]
    assert [each["name"] for each in sight.facts["cipher_suites"]["accepted"]] == ["TLS_RSA_WITH_AES_128_CBC_SHA"]


async def test_a_suite_that_was_not_offered_is_no_acceptance(serve: Serve) -> None:
    async def behave(_hello: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(server_hello(0x5A5A))

    kind, _, _ = await failure(await serve(behave))
    assert kind == "protocol"

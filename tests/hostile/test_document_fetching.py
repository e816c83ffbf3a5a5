"""What a hostile server may do to who fetches a document from it: each ends in its bound, with its own reason."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.probes.document.fetching import fetch
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.network import Lookup, Network, NetworkSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Play = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
TIMEOUT = 0.6
SECONDS = 1.5
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"
LOOPBACK = ipaddress.ip_address("127.0.0.1")


@asynccontextmanager
async def server(play: Play) -> AsyncIterator[int]:
    """Serve every path with what the test plays."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            await play(request.split(b" ")[1], writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield running.sockets[0].getsockname()[1]
    running.close()
    await running.wait_closed()


def context(**settings: Any) -> ProbeContext:
    network = Network(NetworkSettings(resolve={"acme.example": (LOOPBACK,)}, timeout=TIMEOUT, **settings))
    return ProbeContext(network, lambda: datetime.now(UTC), TIMEOUT)


async def failure_of(play: Play, path: str = "/", **settings: Any) -> tuple[str, str]:
    """Return kind and sentence, and hold the fetching to its time."""
    async with server(play) as port:
        began = time.perf_counter()
        with pytest.raises(ProbeError) as caught:
            await fetch(f"http://acme.example:{port}{path}", context(), **{"seconds": SECONDS, **settings})
        assert time.perf_counter() - began < SECONDS + 1
    return caught.value.failure.kind, caught.value.failure.message


def play_bytes(content: bytes) -> Play:
    async def play(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        writer.write_eof()
        await asyncio.sleep(0.3)

    return play


def play_forever(begin: bytes, piece: bytes, pause: float = 0) -> Play:
    async def play(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        end = time.perf_counter() + 3 * SECONDS
        while time.perf_counter() < end:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return play


def redirect(location: str) -> Play:
    return play_bytes(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/dpa.pdf",
        "http://127.0.0.1:1/dpa.pdf",
        "http://[::1]/dpa.pdf",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://0x7f000001/",
    ],
)
async def test_no_redirect_leads_to_an_address_that_is_not_public(location: str) -> None:
    kind, message = await failure_of(redirect(location))
    # What is no dotted address is a name, which nobody has.
    assert kind in {"address_not_allowed", "dns_nxdomain", "dns_failure", "dns_timeout", "protocol"}
    if "[" in location or location.count(".") > 2:
        assert kind == "address_not_allowed"
        assert "network: {allow:" in message


async def test_a_redirect_may_lead_where_the_operator_allows_it() -> None:
    led = context(allow=(ipaddress.ip_network("127.0.0.0/8"),))
    async with (
        server(play_bytes(HEAD + b"\r\n# Paper\n")) as there,
        server(redirect(f"http://127.0.0.1:{there}/dpa.md")) as port,
    ):
        original = await fetch(f"http://acme.example:{port}/", led)
    assert original.source == f"http://127.0.0.1:{there}/dpa.md"
    assert original.content == b"# Paper\n"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://acme.example/x", "javascript:alert(1)"])
async def test_a_redirect_leads_to_the_web_only(location: str) -> None:
    kind, message = await failure_of(redirect(location))
    assert kind == "protocol"
    assert "no http or https URL" in message


async def test_a_redirect_to_itself_ends() -> None:
    kind, message = await failure_of(redirect("/"))
    assert kind == "protocol"
    assert "run in a circle" in message


async def test_endless_redirects_end_after_five() -> None:
    asked = []

    async def play(path: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(path)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: %s1\r\nContent-Length: 0\r\n\r\n" % path)
        await writer.drain()

    kind, message = await failure_of(play)
    assert kind == "protocol"
    assert "more than 5 redirects" in message
    assert len(asked) == 6


async def test_a_body_that_announces_too_much_is_not_begun() -> None:
    sent = 0

    async def play(_: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(HEAD + b"Content-Length: 500000000\r\n\r\n")
        while sent < 500_000_000:
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    kind, message = await failure_of(play)
    assert kind == "too_large"
    assert "it announces 500,000,000 bytes; 50,000,000 is the most that is read" in message
    # What stands in the buffers of two sockets.
    assert sent < 20_000_000


async def test_an_endless_body_ends_at_the_bound() -> None:
    kind, message = await failure_of(play_forever(HEAD + b"\r\n", b"x" * 100_000), limit=1_000_000)
    assert kind == "too_large"
    assert "only its first 1,000,000 bytes were read" in message


async def test_endless_chunks_end_at_the_bound() -> None:
    chunk = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
    kind, _ = await failure_of(play_forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk), limit=1_000_000)
    assert kind == "too_large"


@pytest.mark.parametrize("begin", [HEAD + b"\r\n%PDF-1.7\n", HEAD + b"Content-Length: 1000\r\n\r\n%PDF"])
async def test_a_dripping_body_ends_in_time(begin: bytes) -> None:
    kind, message = await failure_of(play_forever(begin, b"x", 0.05))
    assert kind == "too_slow"
    assert "within 1.5 s" in message


async def test_a_dripping_head_ends_in_time() -> None:
    kind, _ = await failure_of(play_forever(HEAD + b"X-Slow: ", b"x", 0.05))
    assert kind == "connection_timeout"


async def test_slow_redirects_end_in_time_together() -> None:
    async def play(path: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(TIMEOUT * 0.8)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: %s1\r\nContent-Length: 0\r\n\r\n" % path)
        await writer.drain()

    kind, message = await failure_of(play)
    assert kind == "too_slow"
    assert "had not come within 1.5 s" in message


@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
async def test_a_decompression_bomb_ends_at_the_bound(coding: bytes) -> None:
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    head = HEAD + b"Content-Encoding: " + coding + b"\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    kind, _ = await failure_of(play_bytes(head + bomb), limit=5_000_000, seconds=10.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kind == "too_large"
    assert peak < 60_000_000


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (HEAD + b"Content-Length: 1000\r\n\r\n%PDF-1.7", "it broke off"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"%PDF" * 1000, mtime=0)[:40], "breaks off"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8bnonsense", "is broken"),
        (HEAD + b"Content-Encoding: br\r\n\r\nx", "was not asked for"),
    ],
)
async def test_half_a_document_is_none(answer: bytes, words: str) -> None:
    kind, message = await failure_of(play_bytes(answer))
    assert kind == "protocol"
    assert words in message


@pytest.mark.parametrize("content", [b"\x00" * 1000, b"", b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", b"\x16\x03\x01"])
async def test_what_is_no_http_is_told(content: bytes) -> None:
    assert (await failure_of(play_bytes(content)))[0] in {"protocol", "connection_reset"}


class LedInside(Network):
    """A network in whose DNS a name of the vendor's leads to an address inside of the operator's."""

    async def lookup(self, host: str) -> Lookup:
        if host == "inside.example":
            return Lookup((ipaddress.ip_address("10.0.0.1"),), ())
        return await super().lookup(host)


@pytest.mark.parametrize("location", ["http://inside.example/dpa.pdf", "http://INSIDE.example:8080/"])
async def test_no_name_is_followed_that_the_dns_leads_inside(location: str) -> None:
    settings = NetworkSettings(resolve={"acme.example": (LOOPBACK,)}, timeout=TIMEOUT)
    led = ProbeContext(LedInside(settings), lambda: datetime.now(UTC), TIMEOUT)
    async with server(redirect(location)) as port:
        for url in (f"http://acme.example:{port}/", location):
            with pytest.raises(ProbeError) as caught:
                await fetch(url, led)
            assert caught.value.failure.kind == "address_not_allowed"
            assert "inside.example leads to 10.0.0.1" in caught.value.failure.message
    assert led.network.connections_opened == 1

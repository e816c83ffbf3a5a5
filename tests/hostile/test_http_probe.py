"""What a hostile web server may send: each ends in its bound, with its own reason."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import json
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jsonschema
import pytest

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.http.probe import HttpProbe
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]
TIMEOUT = 0.6
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@asynccontextmanager
async def server(play: Play, only: bytes = b"/") -> AsyncIterator[int]:
    """Serve one path with what the test plays, everything else with 404."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            if request.split(b" ")[1] == only:
                await play(writer)
            else:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield running.sockets[0].getsockname()[1]
    running.close()
    await running.wait_closed()


async def observe(port: int) -> Sight:
    network = Network(NetworkSettings(resolve={"acme.example": (ipaddress.ip_address("127.0.0.1"),)}, timeout=TIMEOUT))
    context = ProbeContext(network, lambda: datetime.now(UTC), TIMEOUT)
    name = f"http://acme.example:{port}/"
    sight = await HttpProbe().observe(Target("endpoint", name, "acme.example", port), context)
    schema = json.loads((shipped("schemas") / "facts" / "http.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(sight.facts, schema, cls=jsonschema.Draft202012Validator)
    return sight


def play_bytes(content: bytes) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        # Until the probe has read it: an abort would take back what is still on the way.
        writer.write_eof()
        await asyncio.sleep(0.3)

    return play


def play_forever(begin: bytes, piece: bytes, pause: float = 0) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        # Longer than any observation may take; a server that only waits is never told that the client has gone.
        end = time.perf_counter() + 8 * TIMEOUT
        while time.perf_counter() < end:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return play


async def failure_of(play: Play) -> tuple[str, str]:
    async with server(play) as port:
        begin = time.perf_counter()
        with pytest.raises(ProbeError) as caught:
            await observe(port)
        assert time.perf_counter() - begin < 6 * TIMEOUT
    return caught.value.failure.kind, caught.value.failure.message


@pytest.mark.parametrize(
    ("begin", "piece", "pause", "kind", "words"),
    [
        (HEAD, b"X-More: " + b"x" * 1000 + b"\r\n", 0, "protocol", "head of more than 100 kB"),
        (HEAD + b"X-Long: ", b"x" * 1000, 0, "protocol", "head of more than 100 kB"),
        (b"HTTP/1.1 ", b"2" * 1000, 0, "protocol", "head of more than 100 kB"),
        (HEAD, b"", 0.05, "connection_timeout", "sent no response head within"),
        (HEAD + b"X-Slow: ", b"x", 0.05, "connection_timeout", "sent no response head within"),
        (b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.01, "connection_timeout", "sent no response head within"),
        (HEAD, b"Set-Cookie: a=b\r\n" * 1000, 0, "protocol", "head of more than 100 kB"),
    ],
)
async def test_an_endless_head_ends(begin: bytes, piece: bytes, pause: float, kind: str, words: str) -> None:
    found, message = await failure_of(play_forever(begin, piece, pause))
    assert found == kind
    assert words in message


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/9.9 999 \xff\r\n\r\n",
        b"\x00" * 1000,
        b"\r\n\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: nonsense\r\n\r\n",
    ],
)
async def test_a_broken_head_is_a_protocol_error(content: bytes) -> None:
    kind, message = await failure_of(play_bytes(content))
    assert kind in {"protocol", "connection_reset"}
    assert "acme.example" in message


async def test_a_hundred_thousand_cookies_end_in_the_bound_of_the_head() -> None:
    cookies = b"".join(b"Set-Cookie: c%d=CANARY\r\n" % number for number in range(100_000))
    kind, message = await failure_of(play_bytes(HEAD + cookies + b"\r\n"))
    assert kind == "protocol"
    assert "CANARY" not in message


async def test_thousands_of_cookies_within_the_head_are_cut() -> None:
    cookies = b"".join(b"Set-Cookie: c%d=CANARY\r\n" % number for number in range(3000))
    async with server(play_bytes(HEAD + cookies + b"\r\n")) as port:
        sight = await observe(port)
    assert len(sight.facts["cookies"]) == 200
    assert "only the first 200 of 3000" in sight.unknown["cookies"]
    assert "CANARY" not in str(sight)


async def test_control_characters_reach_the_evidence_only_escaped() -> None:
    async with server(play_bytes(HEAD + b"Server: a\x1b[31mred\x07\r\n\r\n")) as port:
        sight = await observe(port)
    assert all(each >= " " or each == "\n" for each in sight.evidence[0].content.decode())
    assert b"a\\x1b[31mred\\x07" in sight.evidence[0].content


@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
async def test_a_decompression_bomb_stops_at_the_bound(coding: bytes) -> None:
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    head = HEAD + b"Content-Encoding: " + coding + b"\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    async with server(play_bytes(head + bomb)) as port:
        sight = await observe(port)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "only its first 2,000,000 bytes were read" in sight.unknown["page.resources"]
    assert peak < 60_000_000


async def test_an_endless_body_stops_at_the_bound() -> None:
    async with server(play_forever(HEAD + b"\r\n<title>Endless</title>", b"<p>" + b"x" * 10_000)) as port:
        sight = await observe(port)
    assert sight.facts["page"]["title"] == "Endless"
    assert "only its first 2,000,000 bytes were read" in sight.unknown["page.forms_insecure"]


async def test_a_dripping_body_stops_in_time() -> None:
    async with server(play_forever(HEAD + b"\r\n<title>Drip</title>", b"<p>", 0.05)) as port:
        begin = time.perf_counter()
        sight = await observe(port)
    assert time.perf_counter() - begin < 6 * TIMEOUT
    assert "had not come to its end within" in sight.unknown["page.resources"]


async def test_a_body_that_breaks_off_is_incomplete() -> None:
    async with server(play_bytes(HEAD + b"Content-Length: 1000\r\n\r\n<title>Half</title>")) as port:
        sight = await observe(port)
    assert sight.facts["page"]["title"] == "Half"
    assert "broke off" in sight.unknown["page.resources"]


async def test_a_million_nested_tags_are_read_to_a_bound() -> None:
    async with server(play_bytes(HEAD + b"\r\n" + b"<b>" * 660_000)) as port:
        begin = time.perf_counter()
        sight = await observe(port)
    assert time.perf_counter() - begin < 8
    assert "200,000 tags" in sight.unknown["page.resources"]


async def test_a_huge_security_txt_is_cut_and_has_a_problem() -> None:
    file = b"Contact: mailto:a@acme.example\nExpires: 2099-01-01T00:00:00Z\n" + b"# filler\n" * 100_000
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + file
    async with server(play_bytes(answer), only=b"/.well-known/security.txt") as port:
        sight = await observe(port)
    assert any("could not be read whole" in each for each in sight.facts["security_txt"]["problems"])
    assert "32,000 bytes" in sight.unknown["security_txt.contacts"]


async def test_long_texts_are_cut_with_an_ellipsis() -> None:
    body = (
        b"<title>" + b"t" * 9000 + b"</title><html lang=" + b"l" * 9000 + b"><a href=/privacy>" + b"p" * 9000 + b"</a>"
    )
    async with server(play_bytes(HEAD + b"Server: " + b"s" * 9000 + b"\r\n\r\n" + body)) as port:
        sight = await observe(port)
    assert len(sight.facts["page"]["title"]) == 2000
    assert sight.facts["page"]["title"].endswith("…")
    assert len(sight.facts["server_banner"]["value"]) == 2000


async def test_a_redirect_to_itself_ends() -> None:
    async with server(play_bytes(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")) as port:
        sight = await observe(port)
    assert "run in a circle" in sight.unknown["status"]

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from vendor_audit.lab.ports import listen
from vendor_audit.lab.web import Request, Response, WebServer, parse_request, upgrade_to_websocket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

REFUSED = r"refused|Connect call failed"


@asynccontextmanager
async def serving(
    handle: Callable[[Request], Response], methods: tuple[str, ...] = ("GET", "HEAD")
) -> AsyncIterator[int]:
    listening = listen("test", 0)
    port = listening.getsockname()[1]
    async with WebServer(listening, handle, None, methods):
        yield port


async def exchange(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def hello(request: Request) -> Response:
    return Response(200, f"path {request.path}".encode())


async def test_a_get_is_answered_and_the_query_is_not_part_of_the_path() -> None:
    async with serving(hello) as port:
        answer = await exchange(port, b"GET /join?room=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\npath /join")


async def test_a_head_has_the_headers_of_the_get_and_no_body() -> None:
    async with serving(hello) as port:
        answer = await exchange(port, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"Content-Length: 6\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST / HTTP/1.1\r\n\r\n", b"405"),
        (b"GET http://evil.example/ HTTP/1.1\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x00\x00\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
    ],
)
async def test_what_is_no_proper_request_is_refused(sent: bytes, status: bytes) -> None:
    async with serving(hello) as port:
        assert (await exchange(port, sent)).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcdefg", b"abcd"),
        (b"POST / HTTP/1.1\r\n\r\n", b""),
        (b"POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
    ],
)
async def test_the_content_of_a_request_is_read_as_far_as_it_was_announced(sent: bytes, answer: bytes) -> None:
    async with serving(lambda request: Response(200, request.body), ("POST",)) as port:
        received = await exchange(port, sent)
    if answer.isdigit():
        assert received.startswith(b"HTTP/1.1 " + answer)
    else:
        assert received.endswith(b"\r\n\r\n" + answer)


async def test_content_that_comes_in_pieces_is_put_together_and_one_that_breaks_off_is_refused() -> None:
    async with serving(lambda request: Response(200, request.body), ("POST",)) as port:
        for last, expected in ((b"cd", b"abcd"), (b"", b"")):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab")
            await asyncio.sleep(0.02)
            writer.write(last)
            writer.write_eof()
            received = await reader.read()
            assert received.startswith(b"HTTP/1.1 200" if last else b"HTTP/1.1 400")
            assert received.endswith(b"\r\n\r\n" + expected)
            writer.close()
            await writer.wait_closed()


async def test_a_client_that_goes_away_in_the_middle_disturbs_nobody() -> None:
    async with serving(hello) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HT")
        writer.transport.abort()
        assert (await exchange(port, b"GET / HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_stopping_does_not_wait_for_a_client_that_says_nothing() -> None:
    async with serving(hello) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 0.5
    writer.close()
    with pytest.raises(OSError, match=REFUSED):
        await asyncio.open_connection("127.0.0.1", port)


def test_of_several_headers_of_one_name_the_last_counts_and_names_are_lower_case() -> None:
    request = parse_request(b"GET /a HTTP/1.1\r\nUpgrade: x\r\nUPGRADE: websocket\r\nnonsense")
    assert request == Request("GET", "/a", {"upgrade": "websocket"})


def test_a_websocket_client_gets_the_accept_key_of_the_rfc() -> None:
    request = Request("GET", "/", {"upgrade": "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="})
    response = upgrade_to_websocket(request)
    assert response.status == 101
    assert ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") in response.headers  # RFC 6455, 1.3


@pytest.mark.parametrize("key", ["", "AAAA", "no base64!", base64.b64encode(b"15 bytes long..").decode()])
def test_any_other_client_is_told_to_upgrade(key: str) -> None:
    assert upgrade_to_websocket(Request("GET", "/", {"upgrade": "websocket", "sec-websocket-key": key})).status == 426
    assert upgrade_to_websocket(Request("GET", "/", {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="})).status == 426

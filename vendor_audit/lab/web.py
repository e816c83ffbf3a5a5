"""A small HTTP/1.1 server for the lab: bounded in every direction, one response a connection, stops clean.

It accepts by itself instead of through ``asyncio.start_server``, so that each connection belongs to a task that can be
cancelled at any point, and nothing is left open at the end.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from vendor_audit.lab.channel import Channel, TlsChannel

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType

_HEAD_LIMIT = 16_384
"""Bytes of request line and header fields."""
_TIMEOUT = 5.0
"""Seconds for a whole connection: handshake, request and response."""
_CONNECTIONS = 200
"""Connections that one host serves at the same time; further ones wait in the backlog."""
_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, 1.3."""
_WEBSOCKET_GOING_AWAY = b"\x88\x02\x03\xe9"
"""A close frame with code 1001 (RFC 6455, 7.4.1): the lab has no signalling to offer."""
_REASONS = {
    101: "Switching Protocols",
    200: "OK",
    301: "Moved Permanently",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    426: "Upgrade Required",
    431: "Request Header Fields Too Large",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    """Without the query."""
    headers: Mapping[str, str]
    """Lower-case names; the last of several wins."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the host answers."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = field(default=())
    """Header fields in order; a name may stand twice (Set-Cookie)."""

    def render(self, *, with_body: bool) -> bytes:
        """Return the bytes of the response (RFC 9112)."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS[self.status]}"]
        if self.status != 101:  # noqa: PLR2004 # Switching Protocols has no content (RFC 9110, 15.2.2)
            lines += [f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return head + self.body if with_body else head


class WebServer:
    """One virtual host on its own socket."""

    def __init__(
        self, listening: socket.socket, handle: Callable[[Request], Response], tls: ssl.SSLContext | None
    ) -> None:
        """Take a listening non-blocking socket, which the server then owns; ``tls`` None: plain HTTP."""
        self._listening = listening
        self._handle = handle
        self._tls = tls
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._connections: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to accept."""
        self._accepting = asyncio.create_task(self._accept())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop: no connection and no task is left."""
        tasks = [*self._connections, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listening.close()
        # Transports that were aborted close their sockets in the loop's next turns.
        for _ in range(3):
            await asyncio.sleep(0)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._slots.acquire()
            try:
                connection, _ = await loop.sock_accept(self._listening)
            except OSError:
                # The client is gone before it was accepted, or the system is out of sockets for a moment.
                self._slots.release()
                await asyncio.sleep(0.05)
                continue
            except asyncio.CancelledError:
                self._slots.release()
                raise
            task = loop.create_task(self._serve(connection))
            self._connections.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        self._slots.release()

    async def _serve(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection)
        except OSError:
            connection.close()
            return
        except asyncio.CancelledError:
            connection.close()
            raise
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        # A client that scans, gives up, says nothing or speaks something else is no event here.
        try:
            with contextlib.suppress(OSError):  # TimeoutError and ssl.SSLError are among them
                async with asyncio.timeout(_TIMEOUT):
                    await self._converse(
                        TlsChannel(reader, writer, self._tls) if self._tls else Channel(reader, writer)
                    )
        finally:
            transport.abort()

    async def _converse(self, channel: Channel) -> None:
        await channel.open()
        head = b""
        while b"\r\n\r\n" not in head and len(head) <= _HEAD_LIMIT:
            received = await channel.receive()
            if not received:
                return
            head += received
        response, with_body = self._answer(head)
        await channel.send(response.render(with_body=with_body))
        await channel.finish()

    def _answer(self, head: bytes) -> tuple[Response, bool]:
        if len(head) > _HEAD_LIMIT:
            return Response(431), True
        request = parse_request(head.partition(b"\r\n\r\n")[0])
        if request is None:
            return Response(400), True
        if request.method not in {"GET", "HEAD"}:
            return Response(405, headers=(("Allow", "GET, HEAD"),)), True
        return self._handle(request), request.method == "GET"


def parse_request(head: bytes) -> Request | None:
    """Return the request of a head, without its final empty line; None: it is no HTTP/1 request (RFC 9112, 3)."""
    line, *rest = head.decode("latin-1").split("\r\n")
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or not parts[1].startswith("/"):  # noqa: PLR2004 # RFC
        return None
    headers = {}
    for each in rest:
        name, colon, value = each.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Request(parts[0], parts[1].partition("?")[0], headers)


def upgrade_to_websocket(request: Request, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return 101 and a close frame to a WebSocket client, 426 to any other (RFC 6455, 4.2.2)."""
    key = request.headers.get("sec-websocket-key", "")
    with contextlib.suppress(ValueError):
        if request.headers.get("upgrade", "").lower() == "websocket" and len(base64.b64decode(key)) == 16:  # noqa: PLR2004 # RFC
            accept = hashlib.sha1((key + _WEBSOCKET_GUID).encode("latin-1"), usedforsecurity=False).digest()
            return Response(
                101,
                _WEBSOCKET_GOING_AWAY,
                headers=(
                    ("Upgrade", "websocket"),
                    ("Connection", "Upgrade"),
                    ("Sec-WebSocket-Accept", base64.b64encode(accept).decode()),
                ),
            )
    body = b"This host speaks WebSocket only.\n"
    return Response(426, body, headers=(("Upgrade", "websocket"), *headers))

"""A small HTTP/1.1 server for the lab: bounded in every direction, one response a connection, stops clean."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vendor_audit.lab.streams import StreamServer

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Mapping

    from vendor_audit.lab.channel import Channel
    from vendor_audit.lab.streams import Peer

_HEAD_LIMIT = 16_384
"""Bytes of request line and header fields."""
_BODY_LIMIT = 65_536
"""Bytes of a request's content."""
_LONGEST_NUMBER = 12
"""Digits of a Content-Length that are read."""
_TIMEOUT = 5.0
"""Seconds for a whole connection: handshake, request and response."""
_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, 1.3."""
_WEBSOCKET_GOING_AWAY = b"\x88\x02\x03\xe9"
"""A close frame with code 1001 (RFC 6455, 7.4.1): the lab has no signalling to offer."""
_REASONS = {
    101: "Switching Protocols",
    200: "OK",
    201: "Created",
    204: "No Content",
    301: "Moved Permanently",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    426: "Upgrade Required",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_WITHOUT_CONTENT = frozenset({101, 204})
"""Statuses whose responses have no content (RFC 9110, 15.2.2 and 15.3.5)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    """Without the query."""
    headers: Mapping[str, str]
    """Lower-case names; the last of several wins."""
    body: bytes = b""


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
        if self.status not in _WITHOUT_CONTENT:
            lines += [f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}"]
        if self.status != 101:  # noqa: PLR2004 # Switching Protocols: the connection goes on
            lines.append("Connection: close")
        lines += [f"{name}: {value}" for name, value in self.headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return head + self.body if with_body else head


class WebServer(StreamServer):
    """One virtual host on its own socket."""

    def __init__(
        self,
        listening: socket.socket,
        handle: Callable[[Request], Response],
        tls: ssl.SSLContext | None,
        methods: tuple[str, ...] = ("GET", "HEAD"),
    ) -> None:
        """Take a listening non-blocking socket, which the server then owns.

        Args:
            listening: the socket.
            handle: what answers; HEAD is answered as GET, without the body.
            tls: None: plain HTTP.
            methods: what is passed on to ``handle``; every other method is answered with 405.
        """
        super().__init__(listening, tls, _TIMEOUT)
        self._handle = handle
        self._methods = methods

    async def converse(self, channel: Channel, peer: Peer) -> None:
        """Read one request and answer it."""
        del peer
        received = b""
        while b"\r\n\r\n" not in received and len(received) <= _HEAD_LIMIT:
            more = await channel.receive()
            if not more:
                return
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        response, with_body = Response(431), True
        if len(head) <= _HEAD_LIMIT:
            response, with_body = await self._answer(parse_request(head), body, channel)
        await channel.send(response.render(with_body=with_body))
        await channel.finish()

    async def _answer(self, request: Request | None, body: bytes, channel: Channel) -> tuple[Response, bool]:
        size = _body_size(request) if request else None
        if request is None or size is None:
            return Response(400), True
        if request.method not in self._methods:
            return Response(405, headers=(("Allow", ", ".join(self._methods)),)), request.method != "HEAD"
        if size > _BODY_LIMIT:
            return Response(413), True
        while len(body) < size:
            more = await channel.receive()
            if not more:
                return Response(400), True
            body += more
        return self._handle(replace(request, body=body[:size])), request.method != "HEAD"


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


def _body_size(request: Request) -> int | None:
    """Return how many bytes of content a request announces; None: it does not say it in a way that we read."""
    if "transfer-encoding" in request.headers:
        return None
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdecimal() and len(length) <= _LONGEST_NUMBER else None


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

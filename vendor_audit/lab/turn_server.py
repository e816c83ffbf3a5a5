"""The lab's TURN server on its sockets: UDP, TCP, TLS and DTLS (RFC 8656, 3.1; RFC 7350)."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from vendor_audit.lab.datagrams import datagrams
from vendor_audit.lab.dtls import DtlsEnd, DtlsSettings, dtls_context
from vendor_audit.lab.streams import StreamServer
from vendor_audit.lab.turn_service import Client
from vendor_audit.wire.demux import Protocol, protocol_of
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun_attributes import Endpoint
from vendor_audit.wire.stun_stream import StunStream

if TYPE_CHECKING:
    import socket
    import ssl
    from types import TracebackType

    from OpenSSL import SSL

    from vendor_audit.lab.certificates import Issued
    from vendor_audit.lab.channel import Channel
    from vendor_audit.lab.datagrams import Send
    from vendor_audit.lab.streams import Peer
    from vendor_audit.lab.turn_service import TurnService

_STREAM_SECONDS = 300.0
"""For a whole connection over TCP or TLS."""
_DTLS_PEERS = 100
"""Clients over DTLS; for one more, the one that has been silent for longest is forgotten."""
_DTLS_SECONDS = 60.0
"""For which a DTLS client may say nothing."""


@dataclass(frozen=True, slots=True)
class TurnSockets:
    """Where it serves: bound sockets, which the server then owns."""

    udp: socket.socket
    tcp: socket.socket
    tls: socket.socket
    dtls: socket.socket


class TurnServer:
    """``async with TurnServer(...):`` serves; everything is closed at the end."""

    def __init__(
        self, service: TurnService, sockets: TurnSockets, tls: ssl.SSLContext, issued: Issued, dtls: DtlsSettings
    ) -> None:
        """Take the service, where it is to be had, and how TLS and DTLS are spoken there."""
        self.service = service
        self._sockets = sockets
        self._tls = tls
        self._dtls = dtls_context(dtls, issued, cookie_secret=secrets.token_bytes(32))
        self._send_udp: Send = lambda _data, _peer: None
        self._running = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.service.allocations.end_all)
            self._send_udp = await stack.enter_async_context(datagrams(self._sockets.udp, self._take_udp))
            over_dtls = _OverDtls(self.service, self._dtls)
            over_dtls.send = await stack.enter_async_context(datagrams(self._sockets.dtls, over_dtls.take))
            stack.callback(over_dtls.end_all)
            await stack.enter_async_context(_OverStream(self.service, self._sockets.tcp, None))
            await stack.enter_async_context(_OverStream(self.service, self._sockets.tls, self._tls))
            self._running = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop: no socket, no allocation and no timer is left."""
        await self._running.aclose()

    def _take_udp(self, data: bytes, peer: Peer) -> None:
        answer = self.service.answer(data, Client("udp", _endpoint(peer)))
        if answer is not None:
            self._send_udp(answer, peer)


class _OverStream(StreamServer):
    """TURN over TCP or TLS."""

    def __init__(self, service: TurnService, listening: socket.socket, tls: ssl.SSLContext | None) -> None:
        super().__init__(listening, tls, _STREAM_SECONDS)
        self._service = service
        self._transport = "tls" if tls else "tcp"

    async def converse(self, channel: Channel, peer: Peer) -> None:
        """Answer requests until the client hangs up, or says what is neither STUN nor a channel's data."""
        client = Client(self._transport, _endpoint(peer))
        stream = StunStream()
        try:
            while data := await channel.receive():
                for message in stream.feed(data):
                    answer = self._service.answer(message, client) if isinstance(message, bytes) else None
                    if answer is not None:
                        await channel.send(answer)
            await channel.finish()
        except WireError:
            await channel.finish()
        finally:
            # RFC 8656, 7.3: an allocation over a connection ends with it.
            self._service.allocations.end(client)


class _OverDtls:
    """TURN over DTLS: an association for each client."""

    def __init__(self, service: TurnService, context: SSL.Context) -> None:
        self.send: Send = lambda _data, _peer: None
        self._service = service
        self._context = context
        self._ends: dict[Peer, DtlsEnd] = {}
        self._heard: dict[Peer, float] = {}

    def take(self, data: bytes, peer: Peer) -> None:
        if protocol_of(data) is not Protocol.DTLS:
            return
        end = self._ends.get(peer) or self._begin(peer)
        self._heard[peer] = time.monotonic()
        end.take(data)
        if end.ended:
            self._forget(peer)

    def end_all(self) -> None:
        for peer in tuple(self._ends):
            self._forget(peer)

    def _begin(self, peer: Peer) -> DtlsEnd:
        now = time.monotonic()
        for each in [each for each, heard in self._heard.items() if now - heard > _DTLS_SECONDS]:
            self._forget(each)
        if len(self._ends) >= _DTLS_PEERS:
            self._forget(min(self._heard, key=lambda each: self._heard[each]))
        client = Client("dtls", _endpoint(peer))

        def deliver(data: bytes) -> None:
            answer = self._service.answer(data, client)
            if answer is not None:
                end.send(answer)

        end = DtlsEnd(
            self._context, lambda data: self.send(data, peer), deliver, cookie_for=f"{peer[0]}:{peer[1]}".encode()
        )
        self._ends[peer] = end
        return end

    def _forget(self, peer: Peer) -> None:
        self._ends.pop(peer).end()
        self._heard.pop(peer, None)
        self._service.allocations.end(Client("dtls", _endpoint(peer)))


def _endpoint(peer: Peer) -> Endpoint:
    return Endpoint(ipaddress.ip_address(peer[0]), peer[1])

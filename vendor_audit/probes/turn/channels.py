"""STUN messages over datagrams and over streams, behind one small contract."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
from typing import TYPE_CHECKING, Final, Protocol

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.turn.dtls_channel import StalledError, dtls_channel
from vendor_audit.probes.turn.listeners import Transport
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun_stream import ChannelData, StunStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.probes.datagrams import DatagramChannel
    from vendor_audit.probes.interface import ProbeContext
    from vendor_audit.probes.turn.dtls_channel import DtlsChannel
    from vendor_audit.probes.turn.listeners import Listener

_STALLS: Final = (0.2, 0.2, 0.2, 0.4)
"""Shares of a time-out that handshakes, one after the other, may stand still."""
_FOR_WHO_ANSWERS: Final = 2
"""Time-outs for the handshakes with a server that has answered one."""
_TOO_LITTLE: Final = 0.05
"""Seconds in which no handshake is begun any more."""
_READ: Final = 4_096
_WAITING: Final = 256
"""Messages of a stream that wait to be read."""


class MessageChannel(Protocol):
    """Where STUN messages go to one server and come from it."""

    reliable: bool
    """Whether nothing is ever to be sent again."""
    protocol: str
    """``TLSv1.3``, ``DTLSv1.2``; empty: nothing is encrypted."""

    async def send(self, data: bytes) -> None:
        """Send one message.

        Raises:
            ProbeError: the channel is gone.
        """
        ...

    async def receive(self) -> bytes:
        """Return the next message, or what came instead of one; waits for ever, so the caller sets the limit.

        Raises:
            ProbeError: the channel is gone, or what comes is no STUN at all.
        """
        ...


class DatagramMessages:
    """A datagram is a message."""

    reliable = False

    def __init__(self, below: DatagramChannel, protocol: str = "") -> None:
        """Take the channel below."""
        self._below = below
        self.protocol = protocol

    async def send(self, data: bytes) -> None:
        """Send one message."""
        await self._below.send(data)

    async def receive(self) -> bytes:
        """Return the next datagram."""
        return await self._below.receive()


class StreamMessages:
    """Messages one after the other in a stream."""

    reliable = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: str) -> None:
        """Take the stream's two ends, and what errors call the peer."""
        self._reader = reader
        self._writer = writer
        self._where = where
        self._stream = StunStream()
        self._arrived: list[bytes] = []
        found = writer.get_extra_info("ssl_object")
        self.protocol = (found.version() or "") if found else ""

    async def send(self, data: bytes) -> None:
        """Send one message."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise ProbeError("connection_reset", f"{self._where} closed the connection") from error

    async def receive(self) -> bytes:
        """Return the next message."""
        while not self._arrived:
            try:
                data = await self._reader.read(_READ)
            except OSError as error:
                raise ProbeError("connection_reset", f"{self._where} reset the connection") from error
            if not data:
                raise ProbeError("connection_reset", f"{self._where} closed the connection")
            try:
                frames = self._stream.feed(data)
            except WireError as error:
                raise ProbeError("protocol", f"{self._where} does not speak STUN: {error}") from error
            if any(isinstance(each, ChannelData) for each in frames):
                raise ProbeError("protocol", f"{self._where} sends data of a channel that nobody bound")
            self._arrived = [each for each in frames if isinstance(each, bytes)][:_WAITING]
        return self._arrived.pop(0)


@contextlib.asynccontextmanager
async def open_channel(listener: Listener, context: ProbeContext, server_name: str) -> AsyncIterator[MessageChannel]:
    """Open the way to a listener, and close it at the end.

    Args:
        listener: where to.
        context: the network and the time-out.
        server_name: for SNI; empty: none is sent.

    Raises:
        ProbeError: refused, unreachable, silent, or TLS or DTLS fail.
    """
    network, address, port = context.network, listener.address, listener.port
    if listener.transport is Transport.UDP:
        async with network.datagrams(address, port) as datagrams:
            yield DatagramMessages(datagrams)
    elif listener.transport is Transport.DTLS:
        async with contextlib.AsyncExitStack() as stack:
            sealed = await _dtls(stack, listener, context, server_name)
            yield DatagramMessages(sealed, sealed.version)
    else:
        tls = _tls() if listener.transport is Transport.TLS else None
        name = (server_name or None) if tls else None
        async with network.connection(address, port, tls=tls, server_name=name) as (reader, writer):
            yield StreamMessages(reader, writer, listener.label)


async def _dtls(
    stack: contextlib.AsyncExitStack, listener: Listener, context: ProbeContext, server_name: str
) -> DtlsChannel:
    """Return a channel after a handshake; one that stands still is begun again from another port."""
    clock = asyncio.get_running_loop().time
    begin, heard = clock(), 0
    stalls = itertools.cycle(_STALLS)
    while True:
        end = begin + context.timeout * (_FOR_WHO_ANSWERS if heard else 1)
        left = max(end - clock(), 0.0)
        try:
            return await _shaken(stack, listener, context, server_name, (left, next(stalls) * context.timeout))
        except StalledError as stalled:
            heard = heard or stalled.heard
            if clock() - begin >= context.timeout * (_FOR_WHO_ANSWERS if heard else 1) - _TOO_LITTLE:
                seconds = clock() - begin
                said = "it answers, but no handshake came to its end" if heard else "no answer"
                raise StalledError(heard, f"{listener.label}: {said} in {seconds:.1f} s") from stalled


async def _shaken(
    stack: contextlib.AsyncExitStack,
    listener: Listener,
    context: ProbeContext,
    server_name: str,
    limits: tuple[float, float],
) -> DtlsChannel:
    seconds, stall = limits
    async with contextlib.AsyncExitStack() as attempt:
        below = await attempt.enter_async_context(context.network.datagrams(listener.address, listener.port))
        handshake = dtls_channel(below, server_name, seconds, listener.label, stall=stall)
        channel = await attempt.enter_async_context(handshake)
        stack.push_async_exit(attempt.pop_all())
    return channel


def _tls() -> ssl.SSLContext:
    """Return a client's settings that take every certificate: to judge one is the tls probe's business."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    tls.set_ciphers("DEFAULT:@SECLEVEL=0")
    return tls

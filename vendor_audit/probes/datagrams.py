"""UDP to one peer: datagrams out, datagrams in, bounded, and every wait ends."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, cast

from vendor_audit.probes.interface import ProbeError

_HELD: Final = 512
"""Datagrams that wait to be read; what comes while so many wait is lost, as UDP allows."""


class DatagramChannel(Protocol):
    """Where datagrams go to one peer and come from it: a socket, or the nominated pair of an ICE session."""

    async def send(self, data: bytes) -> None:
        """Send one datagram.

        Raises:
            ProbeError: the channel is gone.
        """
        ...

    async def receive(self) -> bytes:
        """Return the next datagram; waits for ever, so the caller sets the limit.

        Raises:
            ProbeError: nobody listens there (ICMP), or the channel is gone.
        """
        ...


class UdpChannel(asyncio.DatagramProtocol):
    """A connected UDP socket: only the peer's own datagrams arrive."""

    def __init__(self, where: str) -> None:
        """Take what errors call the peer: ``192.0.2.1:3478``."""
        self._where = where
        self._transport: asyncio.DatagramTransport | None = None
        self._arrived: asyncio.Queue[bytes | ProbeError] = asyncio.Queue(_HELD)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # Python 3.11's own class for it does not say that it is one.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Hold what arrived until it is read."""
        del addr
        self._hold(data)

    def error_received(self, exc: Exception) -> None:
        """Hold what the system says about the peer."""
        if isinstance(exc, ConnectionRefusedError):
            self._hold(ProbeError("connection_refused", f"{self._where} (UDP) is closed: nothing listens there"))
        else:
            self._hold(ProbeError("unreachable", f"{self._where} (UDP) is not reachable from here: {exc}"))

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        if self._transport is None or self._transport.is_closing():
            raise ProbeError("unreachable", f"{self._where} (UDP): the socket is closed")
        self._transport.sendto(data)

    async def receive(self) -> bytes:
        """Return the next datagram."""
        arrived = await self._arrived.get()
        if isinstance(arrived, ProbeError):
            raise arrived
        return arrived

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()

    def _hold(self, arrived: bytes | ProbeError) -> None:
        if not self._arrived.full():
            self._arrived.put_nowait(arrived)

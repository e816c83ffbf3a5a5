"""A UDP socket of the lab: whatever comes goes to one function."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable

    from vendor_audit.lab.streams import Peer

    Received = Callable[[bytes, Peer], None]
    Send = Callable[[bytes, Peer], None]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, received: Received) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        self._received(data, addr)

    def error_received(self, exc: Exception) -> None:
        """A client that has gone is no event."""


@contextlib.asynccontextmanager
async def datagrams(bound: socket.socket, received: Received) -> AsyncIterator[Send]:
    """Serve a bound UDP socket, which is closed at the end; give the function that sends on it."""
    open_socket, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Datagrams(received), sock=bound)

    def send(data: bytes, peer: Peer) -> None:
        if not open_socket.is_closing():
            open_socket.sendto(data, peer)

    try:
        yield send
    finally:
        open_socket.abort()
        # It closes its socket in the loop's next turn.
        await asyncio.sleep(0)

"""Serves connections on one socket: bounded in number and time, and nothing is left open at the end.

It accepts by itself instead of through ``asyncio.start_server``, so that each connection belongs to a task that can be
cancelled at any point.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from vendor_audit.lab.channel import Channel, TlsChannel

if TYPE_CHECKING:
    import socket
    import ssl
    from types import TracebackType

Peer = tuple[str, int]
"""Address and port of a client."""

_CONNECTIONS = 200
"""Connections that one socket serves at the same time; further ones wait in the backlog."""


class StreamServer(ABC):
    """A server on its own socket, over TCP or TLS; what is said is a subclass's."""

    def __init__(self, listening: socket.socket, tls: ssl.SSLContext | None, seconds: float) -> None:
        """Take a listening non-blocking socket, which the server then owns.

        Args:
            listening: the socket.
            tls: None: plain TCP.
            seconds: for a whole connection, the handshake included.
        """
        self._listening = listening
        self._tls = tls
        self._seconds = seconds
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._connections: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None

    @abstractmethod
    async def converse(self, channel: Channel, peer: Peer) -> None:
        """Talk with a client until one of both has said all; who called closes the channel.

        Raises:
            OSError: the client hung up, or does not speak TLS.
        """

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
                connection, peer = await loop.sock_accept(self._listening)
            except OSError:
                # The client is gone before it was accepted, or the system is out of sockets for a moment.
                self._slots.release()
                await asyncio.sleep(0.05)
                continue
            except asyncio.CancelledError:
                self._slots.release()
                raise
            task = loop.create_task(self._serve(connection, peer))
            self._connections.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        self._slots.release()

    async def _serve(self, connection: socket.socket, peer: Peer) -> None:
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
        channel = TlsChannel(reader, writer, self._tls) if self._tls else Channel(reader, writer)
        # A client that scans, gives up, says nothing or speaks something else is no event here.
        try:
            with contextlib.suppress(OSError):  # TimeoutError and ssl.SSLError are among them
                async with asyncio.timeout(self._seconds):
                    await channel.open()
                    await self.converse(channel, peer)
        finally:
            transport.abort()

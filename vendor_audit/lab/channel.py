"""Bytes to and from one client of the lab, plain or through TLS.

TLS runs over memory buffers instead of asyncio's own transport, because that one hangs up on a failed handshake without
sending the alert. A real server sends it, and who scans a server tells "refused" from "hung up" by it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 16_384
_LINGER = 0.5
"""Seconds that are left to a client to hang up first, so that what was sent is not lost to a reset."""

_Result = TypeVar("_Result")


class Channel:
    """A plain connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the two ends of the stream; who made them closes them."""
        self._reader = reader
        self._writer = writer

    async def open(self) -> None:
        """Do what must be done before the first byte."""

    async def receive(self) -> bytes:
        """Return what came, at most 16 KiB; empty: the client has ended."""
        return await self._reader.read(_CHUNK)

    async def send(self, data: bytes) -> None:
        """Send the bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def finish(self) -> None:
        """Say that nothing more comes, and let the client hang up."""
        with contextlib.suppress(OSError):
            self._writer.write_eof()
            async with asyncio.timeout(_LINGER):
                while await self._reader.read(_CHUNK):
                    pass


class TlsChannel(Channel):
    """A connection through TLS."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
        """Take the stream and the server's settings."""
        super().__init__(reader, writer)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def open(self) -> None:
        """Do the handshake.

        Raises:
            ssl.SSLError: it failed; the alert has been sent.
        """
        try:
            await self._run(self._tls.do_handshake)
        except ssl.SSLError:
            await self._flush()
            await super().finish()
            raise

    async def receive(self) -> bytes:
        """As in `Channel`; a client that ends without close_notify has ended too."""
        try:
            return await self._run(lambda: self._tls.read(_CHUNK))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def send(self, data: bytes) -> None:
        """As in `Channel`."""
        await self._run(lambda: self._tls.write(data))

    async def finish(self) -> None:
        """As in `Channel`, with close_notify (RFC 8446, 6.1)."""
        # It wants the client's close_notify in return, for which nobody waits.
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        await self._flush()
        await super().finish()

    async def _run(self, step: Callable[[], _Result]) -> _Result:
        """Return the result of a step of TLS, which is fed as long as it wants to read."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._reader.read(_CHUNK)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await super().send(data)

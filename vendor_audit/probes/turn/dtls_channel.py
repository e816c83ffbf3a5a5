"""A DTLS client over datagrams: the handshake and the records are OpenSSL's, the datagrams are ours.

Certificates are not judged here: the probes `tls` and `dtls` do that. OpenSSL retransmits after one second and doubles;
a lossy way gets the last flight again in between, whose records the peer drops if it has them already. There are
servers that never repeat a flight of their own (coturn 4.6), so a lost HelloVerifyRequest ends all talk on that
5-tuple: a handshake that does not move on is therefore given up, and begun again from another port.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL

from vendor_audit.probes.interface import ProbeError
from vendor_audit.wire.demux import Protocol, protocol_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.probes.datagrams import DatagramChannel

_MTU: Final = 1_200
"""Bytes of a datagram that pass any path (RFC 9000, 14 takes the same)."""
_RECORD: Final = 13
"""Bytes of a record's header (RFC 6347, 4.1)."""
_MOST: Final = 65_535
_MOST_DATAGRAMS: Final = 200
"""Datagrams of a handshake that are read."""
_AGAIN: Final = 0.4
"""Seconds after which a flight that nothing answered is sent again."""


class StalledError(ProbeError):
    """A handshake did not move on for too long; on a lossy way another may."""

    def __init__(self, heard: int, message: str) -> None:
        """Take how many datagrams came, and the sentence that the user reads."""
        super().__init__("not_tls" if heard else "connection_timeout", message)
        self.heard = heard


class DtlsChannel:
    """The other end of a handshake that is done; a `DatagramChannel` like the one below it."""

    def __init__(self, below: DatagramChannel, connection: SSL.Connection, where: str) -> None:
        """Take the channel below, OpenSSL's connection, and what errors call the peer."""
        self._below = below
        self._connection = connection
        self._where = where

    @property
    def version(self) -> str:
        """``DTLSv1.0`` or ``DTLSv1.2``."""
        name = self._connection.get_protocol_version_name()
        return "DTLSv1.0" if name == "DTLSv1" else name

    async def send(self, data: bytes) -> None:
        """Send one datagram, encrypted."""
        try:
            self._connection.send(data)
        except SSL.Error as error:
            raise ProbeError("connection_reset", f"{self._where}: DTLS failed: {_reason(error)}") from error
        for each in _flight(self._connection):
            await self._below.send(each)

    async def receive(self) -> bytes:
        """Return the next datagram, decrypted."""
        while True:
            try:
                return self._connection.recv(_MOST)
            except SSL.WantReadError:
                pass
            except SSL.ZeroReturnError as error:
                raise ProbeError("connection_reset", f"{self._where} closed DTLS") from error
            except SSL.Error as error:
                raise ProbeError("connection_reset", f"{self._where}: DTLS failed: {_reason(error)}") from error
            for each in _flight(self._connection):  # a flight that the peer did not get
                await self._below.send(each)
            data = await self._below.receive()
            if protocol_of(data) is Protocol.DTLS:
                self._connection.bio_write(data)

    async def close(self) -> None:
        """Send close_notify (RFC 5246, 7.2.1)."""
        with contextlib.suppress(SSL.Error, ProbeError):
            self._connection.shutdown()
            for each in _flight(self._connection):
                await self._below.send(each)


@contextlib.asynccontextmanager
async def dtls_channel(
    below: DatagramChannel, server_name: str, seconds: float, where: str, *, stall: float | None = None
) -> AsyncIterator[DtlsChannel]:
    """Shake hands over a channel, give the channel above, and end it with close_notify.

    Args:
        below: where the datagrams go.
        server_name: for SNI; empty: none is sent.
        seconds: for the handshake.
        where: what errors call the peer.
        stall: seconds without any datagram after which the handshake is given up; None: as many as for all of it.

    Raises:
        StalledError: the handshake did not end, or did not move on, in time.
        ProbeError: what is there does not speak DTLS, or nobody listens there.
    """
    connection = _connection(server_name)
    try:
        await _shake_hands(below, connection, (seconds, stall or seconds), where)
    except SSL.Error as error:
        raise ProbeError("not_tls", f"{where}: DTLS failed: {_reason(error)}") from error
    channel = DtlsChannel(below, connection, where)
    try:
        yield channel
    finally:
        await channel.close()


def _connection(server_name: str) -> SSL.Connection:
    context = SSL.Context(SSL.DTLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    connection = SSL.Connection(context, None)
    connection.set_connect_state()
    connection.set_ciphertext_mtu(_MTU)
    if server_name:
        connection.set_tlsext_host_name(server_name.encode("ascii", "replace"))
    return connection


async def _shake_hands(
    below: DatagramChannel, connection: SSL.Connection, limits: tuple[float, float], where: str
) -> None:
    """Shake hands within the first limit, never without a datagram for longer than the second."""
    clock = asyncio.get_running_loop().time
    begin = last = clock()
    flight: list[bytes] = []
    heard, quiet = 0, False
    while True:
        done = _step(connection)
        new = _flight(connection)
        flight = new or (flight if quiet else [])
        for each in flight:
            await below.send(each)
        if done:
            return
        left = min(begin + limits[0], last + limits[1]) - clock()
        if left <= 0:
            said = f"{heard} datagrams, but no whole handshake" if heard else "no answer"
            raise StalledError(heard, f"{where}: {said} in {clock() - begin:.1f} s")
        if heard > _MOST_DATAGRAMS:
            raise ProbeError("not_tls", f"{where}: {heard} datagrams, but no whole handshake")
        data = await _next(below, min(left, _AGAIN))
        quiet = data is None
        if data is None:
            connection.DTLSv1_handle_timeout()
            continue
        heard, last = heard + 1, clock()
        if protocol_of(data) is Protocol.DTLS:
            connection.bio_write(data)


def _step(connection: SSL.Connection) -> bool:
    """Go on with the handshake as far as what arrived allows, and return whether it is done."""
    try:
        connection.do_handshake()
    except SSL.WantReadError:
        return False
    return True


async def _next(below: DatagramChannel, seconds: float) -> bytes | None:
    try:
        async with asyncio.timeout(seconds):
            return await below.receive()
    except TimeoutError:
        return None


def _flight(connection: SSL.Connection) -> list[bytes]:
    """Return what OpenSSL wants to send as datagrams: its buffer has no bounds between them, records have."""
    try:
        data = connection.bio_read(_MOST)
    except SSL.WantReadError:
        return []
    datagrams: list[bytes] = []
    while data:
        size = _RECORD + int.from_bytes(data[_RECORD - 2 : _RECORD])
        if datagrams and len(datagrams[-1]) + size <= _MTU:
            datagrams[-1] += data[:size]
        else:
            datagrams.append(data[:size])
        data = data[size:]
    return datagrams


def _reason(error: SSL.Error) -> str:
    """Return what OpenSSL says, in a line."""
    stack = error.args[0] if error.args else ()
    reasons = [each[-1] for each in stack if isinstance(each, tuple) and each] if isinstance(stack, list) else []
    return "; ".join(str(each) for each in reasons)[:200] or type(error).__name__

"""The DTLS client against OpenSSL's own server, over a way that loses what it is told to lose."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.turn.dtls_channel import StalledError, dtls_channel

if TYPE_CHECKING:
    from collections.abc import Callable

_WHERE = "dtls 192.0.2.1:5349"


def server_context() -> SSL.Context:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "turn.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = SSL.Context(SSL.DTLS_SERVER_METHOD)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    return context


class Pair:
    """A way to a server that echoes in capitals; datagrams of a number can be lost in either direction."""

    def __init__(self, lost: Callable[[int], bool] = lambda _: False) -> None:
        self.names: list[bytes | None] = []
        self.ends: list[str] = []
        """One entry for each close_notify."""
        context = server_context()
        context.set_tlsext_servername_callback(lambda each: self.names.append(each.get_servername()))
        self._server = SSL.Connection(context, None)
        self._server.set_accept_state()
        self._server.set_ciphertext_mtu(1_200)
        self._lost = lost
        self._count = 0
        self._to_client: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(self, data: bytes) -> None:
        self._count += 1
        if self._lost(self._count):
            return
        self._server.bio_write(data)
        self.turn()

    async def receive(self) -> bytes:
        return await self._to_client.get()

    def turn(self) -> None:
        """Let the server do what it can, and send what it wants to say, a record a datagram."""
        try:
            self._server.do_handshake()
            self._server.send(self._server.recv(2_000).upper())
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            self.ends.append("close_notify")
        with contextlib.suppress(SSL.WantReadError):
            data = self._server.bio_read(65_535)
            while data:
                size = 13 + int.from_bytes(data[11:13])
                self._count += 1
                if not self._lost(self._count):
                    self._to_client.put_nowait(data[:size])
                data = data[size:]

    async def clock(self) -> None:
        """Drive the server's own retransmission."""
        while True:
            await asyncio.sleep(0.1)
            self._server.DTLSv1_handle_timeout()
            self.turn()


async def test_what_is_said_goes_both_ways_and_ends_with_close_notify() -> None:
    pair = Pair()
    async with dtls_channel(pair, "turn.example", 2, _WHERE) as channel:
        assert channel.version == "DTLSv1.2"
        await channel.send(b"hello")
        assert await channel.receive() == b"HELLO"
        assert pair.ends == []
    assert pair.ends
    assert pair.names == [b"turn.example"]


async def test_without_a_name_no_sni_is_sent() -> None:
    pair = Pair()
    async with dtls_channel(pair, "", 2, _WHERE):
        pass
    assert not any(pair.names)


async def test_a_failure_inside_still_ends_it() -> None:
    pair = Pair()
    with pytest.raises(RuntimeError):
        async with dtls_channel(pair, "", 2, _WHERE):
            raise RuntimeError
    assert pair.ends


@pytest.mark.parametrize("lost", [{1}, {1, 2}, {2}, {3}, {4}, {5}, {6}, {2, 5}, {3, 6}])
async def test_lost_datagrams_of_the_handshake_are_made_up_for(lost: set[int]) -> None:
    pair = Pair(lambda number: number in lost)
    driver = asyncio.ensure_future(pair.clock())
    async with dtls_channel(pair, "", 6, _WHERE) as channel:
        await channel.send(b"hello")
        assert await channel.receive() == b"HELLO"
    driver.cancel()


async def test_nothing_but_silence_is_a_time_out() -> None:
    with pytest.raises(ProbeError, match=r"no answer in 0\.5 s") as caught:
        async with dtls_channel(Pair(lambda _: True), "", 0.5, _WHERE):
            pass
    assert caught.value.failure.kind == "connection_timeout"


async def test_a_handshake_that_stalls_is_told_from_silence_and_ends_sooner() -> None:
    begin = asyncio.get_running_loop().time()
    with pytest.raises(StalledError, match="3 datagrams, but no whole handshake") as caught:
        async with dtls_channel(Pair(lambda number: number > 4), "", 30, _WHERE, stall=0.5):
            pass
    assert caught.value.heard == 3
    assert caught.value.failure.kind == "not_tls"
    assert asyncio.get_running_loop().time() - begin < 3

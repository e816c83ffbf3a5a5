"""A client of the lab over UDP, written apart from the product: STUN by aioice, DTLS by pyOpenSSL."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import TYPE_CHECKING

from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UDP = 17 << 24
SECONDS = 3.0


class Udp(asyncio.DatagramProtocol):
    """A connected socket."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.arrived.put_nowait(data)

    def send(self, data: bytes) -> None:
        assert self.transport
        self.transport.sendto(data)

    async def receive(self, seconds: float = SECONDS) -> bytes:
        async with asyncio.timeout(seconds):
            return await self.arrived.get()

    async def ask(self, request: stun.Message) -> stun.Message:
        self.send(bytes(request))
        return stun.parse_message(await self.receive())


@contextlib.asynccontextmanager
async def udp(port: int) -> AsyncIterator[Udp]:
    """Give a socket that is connected to a port of the lab."""
    transport, client = await asyncio.get_running_loop().create_datagram_endpoint(Udp, remote_addr=("127.0.0.1", port))
    client.transport = transport
    try:
        yield client
    finally:
        transport.abort()
        await asyncio.sleep(0)


def request(method: stun.Method, **attributes: object) -> stun.Message:
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return stun.Message(message_method=method, message_class=stun.Class.REQUEST, attributes=named)


def signed(message: stun.Message, challenge: stun.Message, user: str, password: str) -> stun.Message:
    """Sign a request for a challenge, with the long-term credential."""
    realm = challenge.attributes["REALM"]
    message.attributes |= {"USERNAME": user, "REALM": realm, "NONCE": challenge.attributes["NONCE"]}
    message.add_message_integrity(md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).digest())
    return message


def certificate() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate, str]:
    """Return a new key, its certificate and the fingerprint of that."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, made, made.fingerprint(hashes.SHA256()).hex(":").upper()


class Dtls:
    """DTLS over a socket, as client or server."""

    def __init__(
        self,
        channel: Udp,
        *,
        client: bool = True,
        version: int = 0,
        ciphers: str = "ALL:@SECLEVEL=0",
        profiles: str = "",
        own: tuple[ec.EllipticCurvePrivateKey, x509.Certificate, str] | None = None,
    ) -> None:
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.set_cipher_list(ciphers.encode())
        if version:
            context.set_min_proto_version(version)
            context.set_max_proto_version(version)
        if profiles:
            context.set_tlsext_use_srtp(profiles.encode())
        if own:
            context.use_privatekey(own[0])
            context.use_certificate(own[1])
        self.channel = channel
        self.connection = SSL.Connection(context, None)
        self.connection.set_ciphertext_mtu(1_200)
        if client:
            self.connection.set_connect_state()
        else:
            self.connection.set_accept_state()

    async def shake_hands(self, first: bytes = b"") -> None:
        """Raise SSL.Error where the peer refuses, TimeoutError where it says nothing."""
        if first:
            self.connection.bio_write(first)
        while True:
            try:
                self.connection.do_handshake()
            except SSL.WantReadError:
                self.flush()
                self.connection.bio_write(await self.receive_dtls())
            else:
                self.flush()
                return

    async def receive_dtls(self) -> bytes:
        while True:
            data = await self.channel.receive()
            if 20 <= data[0] < 64:
                return data

    def flush(self) -> None:
        with contextlib.suppress(SSL.WantReadError):
            data = self.connection.bio_read(65_536)
            while data:
                size = 13 + int.from_bytes(data[11:13])
                self.channel.send(data[:size])
                data = data[size:]

    async def receive(self) -> bytes:
        while True:
            try:
                return self.connection.recv(65_536)
            except SSL.WantReadError:
                self.connection.bio_write(await self.receive_dtls())

    def send(self, data: bytes) -> None:
        self.connection.send(data)
        self.flush()

    def close(self) -> None:
        self.connection.shutdown()
        self.flush()

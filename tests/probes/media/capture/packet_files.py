"""Packet captures written by hand, and a DTLS handshake with all its datagrams."""

from __future__ import annotations

import contextlib
import ipaddress
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiortc import RTCCertificate
from OpenSSL import SSL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

End = tuple[str, int]
CLIENT: End = ("192.0.2.44", 50_000)
SERVER: End = ("8.8.8.8", 3_478)
MOMENT = 1_600_000_000


def udp(source: End, target: End, payload: bytes) -> bytes:
    return struct.pack("!HHHH", source[1], target[1], 8 + len(payload), 0) + payload


def packet(source: End, target: End, payload: bytes) -> bytes:
    """An IP packet of either family, checksums left out."""
    body = udp(source, target, payload)
    ends = [ipaddress.ip_address(each[0]).packed for each in (source, target)]
    if len(ends[0]) == 4:
        return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, 17, 0) + b"".join(ends) + body
    return struct.pack("!IHBB", 6 << 28, len(body), 17, 64) + b"".join(ends) + body


def _ethernet(content: bytes) -> bytes:
    return bytes(12) + (b"\x08\x00" if content[0] >> 4 == 4 else b"\x86\xdd") + content


def _tagged(content: bytes) -> bytes:
    return bytes(12) + b"\x81\x00\x00\x05" + _ethernet(content)[12:]


LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "ethernet": (1, _ethernet),
    "vlan": (1, _tagged),
    "raw": (101, bytes),
    "null": (0, lambda content: b"\x02\0\0\0" + content),
    "loop": (108, lambda content: b"\0\0\0\x02" + content),
    "sll": (113, lambda content: bytes(14) + b"\x08\x00" + content),
    "sll2": (276, lambda content: b"\x08\x00" + bytes(18) + content),
    "ipv4": (228, bytes),
}


def pcap(packets: Sequence[bytes], link: str = "ethernet", order: str = "<", *, nanoseconds: bool = False) -> bytes:
    number, frame = LINKS[link]
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    written = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65_535, number)
    for index, each in enumerate(packets):
        framed = frame(each)
        written += struct.pack(f"{order}IIII", MOMENT + index, 0, len(framed), len(framed)) + framed
    return written


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    padded = body + bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", 12 + len(padded))
    return struct.pack(f"{order}I", kind) + size + padded + size


def pcapng(packets: Sequence[bytes], links: Sequence[str] = ("ethernet",), order: str = "<") -> bytes:
    """A section with an interface for each link layer; the packets go round them. Times in milliseconds."""
    written = block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    resolution = struct.pack(f"{order}HHB3xHH", 9, 1, 3, 0, 0)
    for link in links:
        written += block(1, struct.pack(f"{order}HHI", LINKS[link][0], 0, 65_535) + resolution, order)
    for index, each in enumerate(packets):
        framed = LINKS[links[index % len(links)]][1](each)
        high, low = divmod((MOMENT + index) * 1_000, 1 << 32)
        head = struct.pack(f"{order}IIIII", index % len(links), high, low, len(framed), len(framed))
        written += block(6, head + framed, order)
    return written


@dataclass(frozen=True)
class Sent:
    """A datagram of the handshake."""

    by_client: bool
    payload: bytes

    def packet(self, client: End = CLIENT, server: End = SERVER) -> bytes:
        return packet(client, server, self.payload) if self.by_client else packet(server, client, self.payload)


def handshake(profiles: bytes = b"SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80", *, trust: bool = True) -> list[Sent]:
    """Return all datagrams of a DTLS 1.2 handshake of OpenSSL with itself."""
    certificates = [RTCCertificate.generateCertificate() for _ in range(2)]
    sides = []
    for index, certificate in enumerate(certificates):
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: trust)
        context.use_certificate(certificate._cert)
        context.use_privatekey(certificate._key)
        context.set_tlsext_use_srtp(profiles)
        side = SSL.Connection(context)
        side.set_ciphertext_mtu(1_200)
        (side.set_accept_state if index else side.set_connect_state)()
        sides.append(side)
    sent: list[Sent] = []
    for turn in range(10):
        near, far = sides[turn % 2], sides[1 - turn % 2]
        with contextlib.suppress(SSL.Error):
            near.do_handshake()
        with contextlib.suppress(SSL.Error):
            while True:
                sent.append(Sent(turn % 2 == 0, near.bio_read(1_500)))
                far.bio_write(sent[-1].payload)
                far.do_handshake()
    return sent

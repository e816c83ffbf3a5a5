"""UDP datagrams out of a packet capture: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng).

Link layers by their LINKTYPE number (https://www.tcpdump.org/linktypes.html). Read by hand: every length is bounded by
what is there, and one packet that makes no sense is left out without harm to the rest.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.model import CaptureError
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

_PCAP: Final = {
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
}
"""Magic number -> byte order and what a unit of the fraction is worth in seconds."""
_PCAPNG: Final = b"\x0a\x0d\x0d\x0a"
_ORDERS: Final = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_SMALLEST_BLOCK: Final = 12
_RESOLUTION: Final = 9
"""The option if_tsresol."""

_NULL, _ETHERNET, _RAW, _LOOP, _SLL, _IPV4, _IPV6, _SLL2 = 0, 1, 101, 108, 113, 228, 229, 276
_RAW_TOO: Final = frozenset({_RAW, _IPV4, _IPV6, 12, 14})
"""Packets without a link layer; 12 and 14 are what some systems write for it."""
_VLANS: Final = frozenset({0x8100, 0x88A8})
_IP_TYPES: Final = frozenset({0x0800, 0x86DD})
_UDP: Final = 17
_EXTENSIONS: Final = frozenset({0, 43, 60})
"""Extension headers of IPv6 that may stand before UDP (RFC 8200, 4): hop-by-hop, routing, destination."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP datagram."""

    moment: float
    """Seconds since 1970, UTC."""
    source: tuple[str, int]
    target: tuple[str, int]
    payload: bytes


@dataclass(slots=True)
class Packets:
    """A packet capture, to be gone through once."""

    content: bytes
    packets: int = 0
    link_types: set[int] = field(default_factory=set)
    """Those that are not read."""
    broken: str = ""
    """Why the file was not read to its end."""

    def datagrams(self) -> Iterator[Datagram]:
        """Yield every UDP datagram that came whole, in the order of the file.

        Raises:
            CaptureError: the file is no packet capture, or broken from its beginning.
        """
        for moment, link, packet in self._packets():
            self.packets += 1
            if self.packets > limits.PACKETS:
                self.broken = f"only the first {limits.PACKETS:,} packets were read"
                return
            try:
                found = _datagram(link, packet)
            except WireError:
                continue
            except _UnknownLinkError:
                self.link_types.add(link)
                continue
            if found is not None:
                yield Datagram(moment, *found)

    def _packets(self) -> Iterator[tuple[float, int, bytes]]:
        if self.content[:4] in _PCAP:
            yield from self._pcap()
        else:
            yield from self._pcapng()

    def _pcap(self) -> Iterator[tuple[float, int, bytes]]:
        order, unit = _PCAP[self.content[:4]]
        if len(self.content) < 24:  # noqa: PLR2004 # the header of the file
            raise CaptureError("damaged", "the packet capture ends within its header")
        # The upper bits tell of the frame check sequence.
        link = struct.unpack_from(f"{order}I", self.content, 20)[0] & 0x0FFFFFFF
        at = 24
        while at + 16 <= len(self.content):
            seconds, fraction, size, _ = struct.unpack_from(f"{order}IIII", self.content, at)
            at += 16
            if size > len(self.content) - at:
                self.broken = "the packet capture is cut off: what follows its last whole packet is not known"
                return
            yield seconds + fraction * unit, link, self.content[at : at + size]
            at += size

    def _pcapng(self) -> Iterator[tuple[float, int, bytes]]:
        order, at = "", 0
        interfaces: list[tuple[int, float]] = []
        while at + _SMALLEST_BLOCK <= len(self.content):
            if self.content[at : at + 4] == _PCAPNG:
                order = _ORDERS.get(self.content[at + 8 : at + 12], "")
                interfaces = []
            if not order:
                raise CaptureError("damaged", "the packet capture has no header that can be read")
            kind, size = struct.unpack_from(f"{order}II", self.content, at)
            if size < _SMALLEST_BLOCK or size > len(self.content) - at:
                self.broken = "the packet capture is cut off: what follows its last whole block is not known"
                return
            block = self.content[at + 8 : at + size - 4]
            at += size
            if kind == _INTERFACE and len(block) >= 8 and len(interfaces) < limits.FACTS:  # noqa: PLR2004 # its header
                interfaces.append((struct.unpack_from(f"{order}H", block)[0], _resolution(block[8:], order)))
            elif kind == _ENHANCED:
                yield from _enhanced(block, order, interfaces)
            elif kind == _SIMPLE and interfaces and len(block) >= 4:  # noqa: PLR2004 # the packet's length
                yield 0.0, interfaces[0][0], block[4 : 4 + struct.unpack_from(f"{order}I", block)[0]]


def is_packets(content: bytes) -> bool:
    """Return whether the bytes begin like a packet capture."""
    return content[:4] in _PCAP or (content[:4] == _PCAPNG and content[8:12] in _ORDERS)


def _enhanced(block: bytes, order: str, interfaces: list[tuple[int, float]]) -> Iterator[tuple[float, int, bytes]]:
    if len(block) < 20:  # noqa: PLR2004 # the header of the block
        return
    interface, high, low, size, _ = struct.unpack_from(f"{order}IIIII", block)
    if interface < len(interfaces) and size <= len(block) - 20:
        link, unit = interfaces[interface]
        yield ((high << 32) | low) * unit, link, block[20 : 20 + size]


def _resolution(options: bytes, order: str) -> float:
    """Return how many seconds a unit of the interface's times is worth."""
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(f"{order}HH", options, at)
        if code == _RESOLUTION and size == 1 and at + 4 < len(options):
            value = options[at + 4]
            return float((2 if value & 0x80 else 10) ** -(value & 0x7F))
        if code == 0:
            break
        at += 4 + (size + 3) // 4 * 4
    return 1e-6


class _UnknownLinkError(Exception):
    """The packet's link layer is none that is read."""


def _datagram(link: int, packet: bytes) -> tuple[tuple[str, int], tuple[str, int], bytes] | None:
    """Return source, target and payload; None: the packet carries no UDP, or only a fragment of it.

    Raises:
        WireError: the packet is cut off, or makes no sense.
    """
    reader = Reader(packet)
    if link in {_NULL, _LOOP}:
        reader.take(4)
    elif link == _ETHERNET:
        reader.take(12)
        kind = reader.number(2)
        while kind in _VLANS:
            reader.take(2)
            kind = reader.number(2)
        if kind not in _IP_TYPES:
            return None
    elif link == _SLL:
        reader.take(14)
        reader.number(2)
    elif link == _SLL2:
        reader.take(20)
    elif link not in _RAW_TOO:
        raise _UnknownLinkError
    rest = reader.take(reader.left)
    version = rest[0] >> 4 if rest else 0
    read = {4: _ipv4, 6: _ipv6}.get(version)
    return read(Reader(rest)) if read else None


def _ipv4(reader: Reader) -> tuple[tuple[str, int], tuple[str, int], bytes] | None:
    words = (reader.number(1) & 0x0F) * 4
    reader.take(5)
    fragment, protocol = reader.number(2), reader.take(2)[1]
    reader.take(2)
    source, target = (str(ipaddress.IPv4Address(reader.take(4))) for _ in range(2))
    if words < 20:  # noqa: PLR2004 # bytes of the shortest header
        raise WireError("the header of a packet is too short")
    reader.take(words - 20)
    if fragment & 0x3FFF or protocol != _UDP:
        return None
    return _udp(reader, source, target)


def _ipv6(reader: Reader) -> tuple[tuple[str, int], tuple[str, int], bytes] | None:
    reader.take(6)
    kind = reader.number(1)
    reader.take(1)
    source, target = (str(ipaddress.IPv6Address(reader.take(16))) for _ in range(2))
    while kind in _EXTENSIONS:
        kind, size = reader.number(1), reader.number(1)
        reader.take(6 + size * 8)
    if kind != _UDP:  # a fragment among them
        return None
    return _udp(reader, source, target)


def _udp(reader: Reader, source: str, target: str) -> tuple[tuple[str, int], tuple[str, int], bytes]:
    ports = reader.number(2), reader.number(2)
    size = reader.number(2)
    reader.take(2)
    if size < 8:  # noqa: PLR2004 # the length counts its own header
        raise WireError("the length of a datagram is shorter than its header")
    return (source, ports[0]), (target, ports[1]), reader.take(size - 8)

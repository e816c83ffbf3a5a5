"""Packet captures of one's own call: DTLS handshakes and TURN allocations, as far as they went in clear.

Each pair of addresses and ports is a path, and each TURN channel or peer behind it one more (RFC 8656, 12 and 11). On a
path a client's hello begins an association; when both sides have sent encrypted records, it stood.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.model import Association, Capture, CaptureError
from vendor_audit.probes.media.capture.packets import Packets
from vendor_audit.wire.demux import Protocol, protocol_of
from vendor_audit.wire.dtls_hello import CLIENT_HELLO, HelloExtension, parse_dtls_client_hello, parse_use_srtp
from vendor_audit.wire.dtls_records import Assembler, Message, Sealed
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader
from vendor_audit.wire.stun import AttributeType, MessageClass, Method, decode
from vendor_audit.wire.stun_attributes import xor_address
from vendor_audit.wire.tls_records import Alert
from vendor_audit.wire.tls_server_messages import MessageType, parse_certificates, parse_server_hello
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.media.capture.packets import Datagram
    from vendor_audit.wire.dtls_hello import DtlsClientHello
    from vendor_audit.wire.tls_server_messages import ServerHello

_End = tuple[str, int]
_Path = tuple[frozenset[_End], bytes]
"""Both ends, and the channel or peer behind a TURN server."""
_CHANNEL_HEADER: Final = 4
_HANDSHAKE: Final = 22
_MESSAGE_TYPE: Final = 13
"""Offset of the type of the first handshake message in a datagram: behind the record's header."""


def read(content: bytes) -> Capture:
    """Return what a packet capture shows.

    Raises:
        CaptureError: it is damaged from its beginning, or of a network whose packets are not read.
    """
    capture = Capture("pcap")
    packets = Packets(content)
    reading = _Reading(capture)
    last = 0.0
    for datagram in packets.datagrams():
        last = max(last, datagram.moment)
        reading.take(datagram)
    if packets.link_types and not reading.any:
        kinds = ", ".join(map(str, sorted(packets.link_types)[:5]))
        raise CaptureError("unsupported", f"its packets are of a kind of network that is not read (link type {kinds})")
    if packets.broken:
        capture.cut["negotiated"] = packets.broken
    capture.captured = last or None
    capture.associations = [each for path in reading.paths.values() for each in path.associations()][: limits.FLOWS]
    return capture


@dataclass(slots=True)
class _Side:
    """What one end of an association sent."""

    assembler: Assembler = field(default_factory=Assembler)
    sealed: bool = False


@dataclass(slots=True)
class _Handshake:
    """An association, from its ClientHello on."""

    sides: dict[_End, _Side] = field(default_factory=dict)
    client: DtlsClientHello | None = None
    server: ServerHello | None = None
    certificates: list[str] = field(default_factory=list)
    failed: bool = False
    """A fatal alert in clear, or more than is read of one handshake."""

    @property
    def stood(self) -> bool:
        return len(self.sides) > 1 and all(side.sealed for side in self.sides.values())

    def take(self, source: _End, payload: bytes) -> None:
        if self.stood or self.failed:
            return
        side = self.sides.setdefault(source, _Side())
        try:
            arrivals = side.assembler.feed(payload)
            for arrival in arrivals:
                if isinstance(arrival, Sealed):
                    side.sealed = True
                elif isinstance(arrival, Alert):
                    self.failed = arrival.fatal
                elif isinstance(arrival, Message):
                    self._message(arrival)
        except WireError:
            self.failed = True

    def _message(self, message: Message) -> None:
        if message.kind == CLIENT_HELLO:
            self.client = parse_dtls_client_hello(message.body)
        elif message.kind == MessageType.SERVER_HELLO:
            hello = parse_server_hello(message.body)
            self.server = self.server if hello.retry else hello
        elif message.kind == MessageType.CERTIFICATE:
            chain = parse_certificates(message.body)
            self.certificates += [hashlib.sha256(each).hexdigest() for each in chain][: limits.FACTS]

    def association(self) -> Association | None:
        """Return what was agreed upon; None: nothing, or it did not come to stand."""
        if self.server is None or not self.stood or self.failed:
            return None
        hidden = self.server.version == DtlsVersion.DTLS13
        chosen = self.server.extensions.get(HelloExtension.USE_SRTP)
        try:
            profiles = parse_use_srtp(chosen)[0] if chosen is not None and not hidden else ()
        except WireError:
            profiles = ()
        return Association(
            version=self.server.version,
            suite=self.server.suite,
            srtp_profile=profiles[0] if profiles else None,
            profile_hidden=hidden,
            offered_versions=self.client.versions if self.client else (),
            offered_suites=self.client.suites if self.client else (),
            offered_profiles=self.client.srtp_profiles if self.client else (),
            certificates=tuple(self.certificates),
        )


@dataclass(slots=True)
class _PathState:
    """The associations of one path, one after the other."""

    handshakes: list[_Handshake] = field(default_factory=list)

    def take(self, source: _End, payload: bytes) -> None:
        current = self.handshakes[-1] if self.handshakes else None
        starts = len(payload) > _MESSAGE_TYPE and payload[0] == _HANDSHAKE and payload[_MESSAGE_TYPE] == CLIENT_HELLO
        # In clear, epoch 0: after an association stood, such a hello begins the next one.
        if starts and payload[3:5] == b"\0\0" and (current is None or current.stood or current.failed):
            if len(self.handshakes) >= limits.FACTS:
                return
            current = _Handshake()
            self.handshakes.append(current)
        if current is not None:
            current.take(source, payload)

    def associations(self) -> list[Association]:
        found = (each.association() for each in self.handshakes)
        return [each for each in found if each is not None]


class _Reading:
    """Takes datagrams one after the other."""

    def __init__(self, capture: Capture) -> None:
        self.any = False
        self.paths: dict[_Path, _PathState] = {}
        self._capture = capture

    def take(self, datagram: Datagram) -> None:
        self.any = True
        ends = frozenset((datagram.source, datagram.target))
        protocol = protocol_of(datagram.payload)
        if protocol is Protocol.DTLS:
            self._dtls((ends, b""), datagram.source, datagram.payload)
        elif protocol is Protocol.TURN_CHANNEL and len(datagram.payload) > _CHANNEL_HEADER:
            reader = Reader(datagram.payload)
            channel = reader.take(2)
            try:
                inner = reader.vector(2)
            except WireError:
                return
            self._inner((ends, channel), datagram.source, inner)
        elif protocol is Protocol.STUN:
            self._stun(ends, datagram)

    def _stun(self, ends: frozenset[_End], datagram: Datagram) -> None:
        try:
            message = decode(datagram.payload)
            data, peer = message.first(AttributeType.DATA), message.first(AttributeType.XOR_PEER_ADDRESS)
            relayed = message.first(AttributeType.XOR_RELAYED_ADDRESS)
            if message.kind is MessageClass.INDICATION and data is not None and peer is not None:
                self._inner((ends, str(xor_address(peer, message.transaction)).encode()), datagram.source, data)
            elif message.kind is MessageClass.SUCCESS and message.method == Method.ALLOCATE and relayed is not None:
                address = str(xor_address(relayed, message.transaction).address)
                if address not in self._capture.relayed and len(self._capture.relayed) < limits.FACTS:
                    self._capture.relayed.append(address)
        except WireError:
            return

    def _inner(self, path: _Path, source: _End, payload: bytes) -> None:
        if protocol_of(payload) is Protocol.DTLS:
            self._dtls(path, source, payload)

    def _dtls(self, path: _Path, source: _End, payload: bytes) -> None:
        if path not in self.paths and len(self.paths) >= limits.FLOWS:
            self._capture.cut["negotiated"] = f"only the first {limits.FLOWS:,} paths were read"
            return
        self.paths.setdefault(path, _PathState()).take(source, payload)

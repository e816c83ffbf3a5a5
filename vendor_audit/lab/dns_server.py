"""A small DNS server on loopback, over UDP and TCP: the demonstration vendor's resolver, and the tests'.

It behaves as a recursive resolver that knows only its own zones: it follows aliases through them, answers DS from the
parent's side, gives signatures to who asks for them (DO), and refuses every name outside. Zones are read from text and
can be signed; faults can be planted per name.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeVar

import dns.dnssec
import dns.dnssectypes
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.node
import dns.rcode
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_LONGEST_CHAIN = 12
_UDP_SIZE = 512
_Planted = TypeVar("_Planted")


class LabFault(StrEnum):
    """What the server does wrong for a name."""

    SILENT = "silent"
    """Never answers."""
    SERVFAIL = "servfail"
    REFUSED = "refused"
    LAME = "lame"
    """Answers with a referral to the root: no answer, no error."""
    TRUNCATED = "truncated"
    """Answers over UDP that the answer is too long, so that it must be asked for over TCP."""
    BOGUS = "bogus"
    """Behaves as a validating resolver does where signatures do not hold: SERVFAIL, unless checking is disabled."""


def read_zone(origin: str, text: str) -> dns.zone.Zone:
    """Return the zone in a zone file's text; names in it are absolute."""
    return dns.zone.from_text(text, origin=origin, relativize=False)


def sign_zone(zone: dns.zone.Zone, parent: dns.zone.Zone | None = None, *, lifetime: int = 14 * 86400) -> None:
    """Sign a zone with a new P-256 key, and put its DS record into the parent, which is then yet to be signed itself.

    Args:
        zone: is changed.
        parent: is changed; None: the zone is an island.
        lifetime: seconds for which the signatures are valid from an hour ago; negative ones have expired.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    public = dns.dnssec.make_dnskey(key.public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=257)
    begin = int(time.time()) - 3600
    dns.dnssec.sign_zone(zone, keys=[(key, public)], inception=begin, expiration=begin + lifetime)
    if parent is not None and zone.origin is not None:
        record = dns.dnssec.make_ds(zone.origin, public, "SHA256")
        parent.find_rdataset(zone.origin, "DS", create=True).add(record, ttl=3600)


@dataclass(slots=True)
class LabDnsServer:
    """The server; also an asynchronous context manager that starts and stops it."""

    zones: Mapping[str, str | dns.zone.Zone]
    """Origin -> the text of its zone file, or the zone."""
    faults: Mapping[str, LabFault] = field(default_factory=dict)
    """``name`` or ``name/TYPE`` -> what goes wrong; a name stands for those below it too."""
    delays: Mapping[str, float] = field(default_factory=dict)
    """As `faults` -> seconds before the answer."""
    validated: tuple[str, ...] = ()
    """Zones for which it sets the AD bit, as a validating resolver does."""
    address: str = "127.0.0.1"
    port: int = 0
    """0 until it is started: the system then gives one."""
    questions: list[tuple[str, str, str]] = field(default_factory=list)
    """What was asked: name, type, "udp" or "tcp"."""
    _zones: dict[dns.name.Name, dns.zone.Zone] = field(default_factory=dict)
    _udp: asyncio.DatagramTransport | None = None
    _tcp: asyncio.Server | None = None
    _answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> Self:
        """Listen on one port over UDP and TCP."""
        for origin, zone in self.zones.items():
            read = read_zone(origin, zone) if isinstance(zone, str) else zone
            self._zones[dns.name.from_text(origin)] = read
        loop = asyncio.get_running_loop()
        self._tcp = await asyncio.start_server(self._serve_tcp, self.address, self.port)
        self.port = self._tcp.sockets[0].getsockname()[1]
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=(self.address, self.port)
        )
        return self

    async def stop(self) -> None:
        """Stop listening and drop what was not answered."""
        if self._udp:
            self._udp.close()
        for task in tuple(self._answering):
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        if self._tcp:
            self._tcp.close()
            await self._tcp.wait_closed()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def take_datagram(self, wire: bytes, peer: tuple[str, int]) -> None:
        """Answer a question that came over UDP."""
        task = asyncio.ensure_future(self._serve_datagram(wire, peer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _serve_datagram(self, wire: bytes, peer: tuple[str, int]) -> None:
        query = _read(wire)
        if query is None or self._udp is None:
            return
        answer = await self._answer(query, "udp")
        if answer is None:
            return
        size = max(query.payload, _UDP_SIZE)
        try:
            self._udp.sendto(answer.to_wire(max_size=size), peer)
        except dns.exception.TooBig:
            self._udp.sendto(_truncated(query).to_wire(), peer)

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        try:
            size = int.from_bytes(await reader.readexactly(2), "big")
            query = _read(await reader.readexactly(size))
            answer = await self._answer(query, "tcp") if query else None
            if answer is not None:
                writer.write(answer.to_wire(prepend_length=True, max_size=65535))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, dns.exception.TooBig):
            pass
        except asyncio.CancelledError:
            # The server stops; to raise it would make the stream's own callback complain.
            pass
        finally:
            writer.close()

    async def _answer(self, query: dns.message.Message, protocol: str) -> dns.message.Message | None:
        """Return the answer; None: there is none."""
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        self.questions.append((question.name.to_text(omit_final_dot=True).lower(), kind, protocol))
        delay = _planted(self.delays, question.name, kind)
        if delay:
            await asyncio.sleep(delay)
        fault = _planted(self.faults, question.name, kind)
        if fault == LabFault.SILENT:
            await asyncio.sleep(3600)
        response = dns.message.make_response(query, recursion_available=True)
        if fault == LabFault.TRUNCATED and protocol == "udp":
            return _truncated(query)
        if fault == LabFault.SERVFAIL or (fault == LabFault.BOGUS and not query.flags & dns.flags.CD):
            response.set_rcode(dns.rcode.SERVFAIL)
        elif fault == LabFault.REFUSED:
            response.set_rcode(dns.rcode.REFUSED)
        elif fault == LabFault.LAME:
            response.authority.append(dns.rrset.from_text(".", 3600, "IN", "NS", "a.root.invalid."))
        else:
            self._fill(response, question.name, question.rdtype, signed=bool(query.ednsflags & dns.flags.DO))
        return response

    def _fill(
        self, response: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType, *, signed: bool
    ) -> None:
        secure = True
        for _ in range(_LONGEST_CHAIN):
            zone = self._zone_of(name, kind)
            if zone is None or zone.origin is None:
                # Outside of its zones; the target of an alias there is as far as it can tell.
                response.set_rcode(dns.rcode.REFUSED if not response.answer else dns.rcode.NOERROR)
                return
            secure = secure and zone.origin.to_text(omit_final_dot=True) in self.validated
            if secure:
                response.flags |= dns.flags.AD
            else:
                response.flags &= ~dns.flags.AD
            node = _node(zone, name)
            found = node.get_rdataset(dns.rdataclass.IN, kind) if node else None
            alias = node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.CNAME) if node and found is None else None
            if node is None or (found is None and alias is None):
                if node is None and not _has_below(zone, name):
                    response.set_rcode(dns.rcode.NXDOMAIN)
                apex = zone.find_node(zone.origin)
                _append(response.authority, zone.origin, apex, dns.rdatatype.SOA, signed=signed)
                return
            _append(response.answer, name, node, kind if found is not None else dns.rdatatype.CNAME, signed=signed)
            if alias is None:
                return
            name = alias[0].target

    def _zone_of(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.zone.Zone | None:
        """Return the zone that answers: the closest above the name; for DS the one above that, if the name is a cut."""
        above = [each for each in self._zones if name.is_subdomain(each)]
        if kind == dns.rdatatype.DS and len(above) > 1 and name in above:
            above.remove(name)
        return self._zones[max(above, key=len)] if above else None


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: LabDnsServer) -> None:
        self._server = server

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.take_datagram(data, addr)


def _read(wire: bytes) -> dns.message.Message | None:
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    return query if query.question else None


def _truncated(query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.TC
    return response


def _planted(table: Mapping[str, _Planted], name: dns.name.Name, kind: str) -> _Planted | None:
    text = name.to_text(omit_final_dot=True).lower()
    if f"{text}/{kind}" in table:
        return table[f"{text}/{kind}"]
    while True:
        if text in table:
            return table[text]
        _, dot, text = text.partition(".")
        if not dot:
            return None


def _node(zone: dns.zone.Zone, name: dns.name.Name) -> dns.node.Node | None:
    """Return the node of a name, or of the wildcard that covers it (RFC 4592)."""
    node = zone.get_node(name)
    if node is None and not _has_below(zone, name) and name != zone.origin:
        node = zone.get_node(dns.name.Name((b"*", *name.parent().labels)))
    return node


def _has_below(zone: dns.zone.Zone, name: dns.name.Name) -> bool:
    """Return whether names exist below this one: it then exists too, without records (RFC 8020)."""
    return any(each != name and each.is_subdomain(name) for each in zone.nodes)


def _append(
    section: list[dns.rrset.RRset],
    name: dns.name.Name,
    node: dns.node.Node,
    kind: dns.rdatatype.RdataType,
    *,
    signed: bool,
) -> None:
    wanted = [node.get_rdataset(dns.rdataclass.IN, kind)]
    if signed:
        wanted.append(node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.RRSIG, kind))
    section.extend(dns.rrset.from_rdata_list(name, each.ttl, list(each)) for each in wanted if each is not None)

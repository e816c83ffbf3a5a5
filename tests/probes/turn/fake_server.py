"""A small TURN server on loopback whose every habit can be changed, for what no real server does on demand."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import ipaddress
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import jsonschema

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.turn.login import Challenge, Login
from vendor_audit.probes.turn.probe import TurnProbe
from vendor_audit.resources import shipped
from vendor_audit.secret import Credentials, Secret
from vendor_audit.wire.stun import Attribute, AttributeType, Message, MessageClass, Method, decode, encode
from vendor_audit.wire.stun_attributes import (
    Endpoint,
    ErrorCode,
    PasswordAlgorithm,
    error_code_value,
    number,
    number_value,
    password_algorithms_value,
    xor_address,
    xor_address_value,
)
from vendor_audit.wire.stun_integrity import Algorithm, integrity_holds, long_term_key, seal, userhash
from vendor_audit.wire.stun_stream import StunStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from vendor_audit.probes.public import Address

LOOPBACK = ipaddress.ip_address("127.0.0.1")
USER, PASSWORD = "canary-user-55d1", "canary-password-c0de"
NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
MODERN_NONCE = b"obMatJos2wAAA-fresh"


@dataclass
class Habits:
    """How the server behaves; as it stands, as a well-run one does."""

    open: bool = False
    refuses_all: int = 0
    """Error code of every Allocate; 0: none."""
    redirects: bool = False
    modern: bool = False
    """SHA-256, PASSWORD-ALGORITHMS and USERHASH (RFC 8489, 9.2)."""
    stale_first: int = 0
    """So many signed requests get 438."""
    ever_stale: bool = False
    takes_any_password: bool = False
    signs_with: str = PASSWORD
    ipv6: bool = True
    quota: bool = False
    keeps: bool = False
    """Refuses to delete."""
    forbids: Callable[[str], int] = lambda _peer: 403
    """Error code of CreatePermission for a peer; 0: allowed."""
    software: bytes = b"Fake 1.0"
    realm: bytes = b"example.org"
    lost: Callable[[int], bool] = lambda _number: False
    """Whether the request of this number is lost."""
    echoes: bool = False
    """Puts user name and password into every text."""


@dataclass
class FakeTurn:
    """The server's state."""

    habits: Habits
    requests: list[Message] = field(default_factory=list)
    allocations: dict[object, int] = field(default_factory=dict)
    """Client -> family."""
    asked_by: dict[object, bytes] = field(default_factory=dict)
    """Client -> transaction of its allocation: the same again is a retransmission (RFC 8656, 7.2)."""
    deaf_to: str = ""
    """Transport, or address of its own, over which it hears nothing."""
    made: int = 0
    nonces: int = 0
    nonce_of: dict[object, bytes] = field(default_factory=dict)

    def answer(self, data: bytes, client: object) -> bytes | None:  # noqa: PLR0911 # one a habit
        """Return the answer to a message of a client; None: none."""
        request = decode(data)
        self.requests.append(request)
        if self.habits.lost(len(self.requests)):
            return None
        if request.method == Method.BINDING:
            mapped = xor_address_value(Endpoint(ipaddress.ip_address("192.0.2.7"), 4000), request.transaction)
            return encode(self._message(request, Attribute(AttributeType.XOR_MAPPED_ADDRESS, mapped)))
        if request.method == Method.ALLOCATE and self.habits.redirects:
            home = Attribute(AttributeType.ALTERNATE_SERVER, b"\0\1\x0d\x96\xc0\0\2\x09")
            return encode(self._error(request, 300, home))
        if request.method == Method.ALLOCATE and self.habits.refuses_all:
            return encode(self._error(request, self.habits.refuses_all))
        signed = AttributeType.MESSAGE_INTEGRITY in {each.type for each in request.attributes}
        signed = signed or AttributeType.MESSAGE_INTEGRITY_SHA256 in {each.type for each in request.attributes}
        if not self.habits.open:
            if not signed:
                return encode(self._challenge(request, client, 401))
            if self.habits.ever_stale or self.habits.stale_first > 0:
                self.habits.stale_first -= 1
                return encode(self._challenge(request, client, 438))
            if not self.habits.takes_any_password and not self._good(data, request, client):
                return encode(self._challenge(request, client, 401))
        answer = self._served(request, client)
        return self._sealed(answer, client) if signed else encode(answer)

    def _served(self, request: Message, client: object) -> Message:
        if request.method == Method.ALLOCATE:
            return self._allocate(request, client)
        if client not in self.allocations:
            return self._error(request, 437)
        if request.method == Method.REFRESH:
            asked = request.first(AttributeType.LIFETIME)
            lifetime = 600 if asked is None else number(asked)
            if lifetime == 0:
                if self.habits.keeps:
                    return self._error(request, 500)
                del self.allocations[client]
            return self._message(request, Attribute(AttributeType.LIFETIME, number_value(lifetime)))
        value = request.first(AttributeType.XOR_PEER_ADDRESS) or b""
        code = self.habits.forbids(str(xor_address(value, request.transaction).address))
        return self._error(request, code) if code else self._message(request)

    def _allocate(self, request: Message, client: object) -> Message:
        family = 6 if request.first(AttributeType.REQUESTED_ADDRESS_FAMILY) == b"\2\0\0\0" else 4
        if client in self.allocations and self.asked_by.get(client) != request.transaction:
            return self._error(request, 437)
        if self.habits.quota:
            return self._error(request, 486)
        if family == 6 and not self.habits.ipv6:
            return self._error(request, 440)
        self.made += client not in self.allocations
        self.allocations[client] = family
        self.asked_by[client] = request.transaction
        relayed = ipaddress.ip_address("9.9.9.9" if family == 4 else "2620:fe::fe")
        return self._message(
            request,
            Attribute(
                AttributeType.XOR_RELAYED_ADDRESS, xor_address_value(Endpoint(relayed, 50_000), request.transaction)
            ),
            Attribute(AttributeType.LIFETIME, number_value(600)),
        )

    def _good(self, data: bytes, request: Message, client: object) -> bool:
        if request.first(AttributeType.NONCE) != self.nonce_of.get(client):
            return False
        if self.habits.modern:
            named = request.first(AttributeType.USERHASH) == userhash(USER, self.habits.realm)
            key = long_term_key(USER, self.habits.realm, PASSWORD, Algorithm.SHA256)
            return named and integrity_holds(data, key, sha256=True) is True
        named = request.first(AttributeType.USERNAME) == USER.encode()
        return named and integrity_holds(data, long_term_key(USER, self.habits.realm, PASSWORD)) is True

    def _sealed(self, answer: Message, client: object) -> bytes:
        challenge = self._current(client)
        key = long_term_key(USER, self.habits.realm, self.habits.signs_with, challenge.algorithm)
        return seal(answer, key, sha256=challenge.modern)

    def _current(self, client: object) -> Challenge:
        offered = password_algorithms_value((PasswordAlgorithm(1), PasswordAlgorithm(2)))
        nonce = self.nonce_of.get(client, b"")
        return Challenge(self.habits.realm, nonce, offered if self.habits.modern else None)

    def _challenge(self, request: Message, client: object, code: int) -> Message:
        self.nonces += 1
        head = MODERN_NONCE if self.habits.modern else b"nonce"
        self.nonce_of[client] = head + str(self.nonces).encode()
        current = self._current(client)
        extra = [Attribute(AttributeType.REALM, current.realm), Attribute(AttributeType.NONCE, current.nonce)]
        if current.algorithms is not None:
            extra.append(Attribute(AttributeType.PASSWORD_ALGORITHMS, current.algorithms))
        return self._error(request, code, *extra)

    def _error(self, request: Message, code: int, *attributes: Attribute) -> Message:
        reason = f"no, {USER} {PASSWORD}" if self.habits.echoes else "no"
        error = Attribute(AttributeType.ERROR_CODE, error_code_value(ErrorCode(code, reason)))
        return dataclasses.replace(self._message(request, error, *attributes), kind=MessageClass.ERROR)

    def _message(self, request: Message, *attributes: Attribute) -> Message:
        software = f"{USER}/{PASSWORD}".encode() if self.habits.echoes else self.habits.software
        all_of_them = (*attributes, Attribute(AttributeType.SOFTWARE, software))
        return Message(MessageClass.SUCCESS, request.method, request.transaction, all_of_them)


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: FakeTurn, home: str) -> None:
        self._server = server
        self._home = home
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: CPython 3.11 does not derive its own from DatagramTransport.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if self._server.deaf_to in {"udp", self._home}:
            return
        answer = self._server.answer(data, ("udp", addr))
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


@contextlib.asynccontextmanager
async def fake_turn(habits: Habits | None = None) -> AsyncIterator[tuple[FakeTurn, int]]:
    """Run the server over UDP and TCP on one port; gives its state and the port."""
    server = FakeTurn(habits or Habits())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = ("tcp", writer.get_extra_info("peername"))
        stream = StunStream()
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                for frame in stream.feed(data):
                    answer = server.answer(frame, client) if isinstance(frame, bytes) else None
                    if answer is not None:
                        writer.write(answer)
        writer.close()

    tcp = await asyncio.start_server(serve, "127.0.0.1", 0)
    port: int = tcp.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    homes = ("127.0.0.1", "127.0.0.5")
    udp = [
        (await loop.create_datagram_endpoint(lambda home=home: _Udp(server, home), local_addr=(home, port)))[0]  # type: ignore[misc]
        for home in homes
    ]
    try:
        yield server, port
    finally:
        for each in udp:
            each.close()
        tcp.close()
        await asyncio.sleep(0)


async def observe(
    uri: str,
    port: int,
    *,
    permitted: ProbeClass = ProbeClass.NORMAL,
    login: tuple[str, str] | None = (USER, PASSWORD),
    seconds: float = 1.0,
    addresses: tuple[Address, ...] = (LOOPBACK,),
    roles: tuple[str, ...] = ("turn",),
) -> Sight:
    """Run the probe on a URI whose host is ``localhost``, hold its facts against the schema, and give what it saw."""
    network = Network(NetworkSettings(resolve={"localhost": addresses}, timeout=seconds))
    credentials = {uri: Credentials(Secret(login[0]), Secret(login[1]))} if login else {}
    context = ProbeContext(network, lambda: NOW, seconds, credentials=credentials, permitted=permitted)
    sight = await TurnProbe().observe(Target("turn", uri, "localhost", port, roles), context)
    check(sight)
    return sight


def check(sight: Sight) -> None:
    """Hold facts against the published schema, and everything that leaves the probe against the canaries."""
    schema = json.loads((shipped("schemas") / "facts" / "turn.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(sight.facts)
    kept = json.dumps(sight.facts) + json.dumps(sight.unknown) + "".join(each.title for each in sight.evidence)
    kept += "".join(each.content.decode() for each in sight.evidence)
    assert USER not in kept
    assert PASSWORD not in kept


def a_login() -> Login:
    return Login(Secret(USER), Secret(PASSWORD))

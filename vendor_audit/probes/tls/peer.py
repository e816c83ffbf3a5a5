"""The server at one address: ask it a hello, get an answer. Bounded in time, size and connections.

Every question has its own connection, which is closed as soon as the answer is complete. A question that got no firm
answer is asked once more. When too many stay without any answer, or the server's whole time is used up, nothing more is
asked: a tarpit costs a few time-outs, not hundreds.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.answers import Answer, Kind
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.errors import NotTlsError, WireError
from vendor_audit.wire.tls_records import CLOSE_NOTIFY, Alert, ContentType, Handshake, Opaque, RecordStream
from vendor_audit.wire.tls_server_messages import MessageType, parse_server_hello
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from vendor_audit.probes.network import Network
    from vendor_audit.probes.public import Address
    from vendor_audit.wire.tls_client_hello import ClientHello

    Enough = Callable[[Answer], bool]
    """Says of an answer that holds a ServerHello whether more must be read."""

_TIMEOUTS_IN_ALL: Final = 10
"""The whole server gets this many times the time of a single exchange."""
_PATIENCE: Final = 8
"""So many silent or failed connections, and nothing more is asked."""
_PAUSE: Final = 0.2
"""Seconds before a question is asked again: a busy server may want a moment."""
_KEPT: Final = 1_024
"""Bytes of an answer that are kept as evidence."""
_WARNINGS: Final = 8
"""Warning alerts that a server may send before its answer."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, for the transcript."""

    hello: ClientHello
    answer: Answer


def hello_is_enough(_answer: Answer) -> bool:
    """Stop reading at the ServerHello."""
    return True


def key_exchange_is_needed(answer: Answer) -> bool:
    """Stop reading at the ServerKeyExchange, or where it would have come."""
    if _is_sealed(answer):
        return True
    last = {MessageType.SERVER_KEY_EXCHANGE, MessageType.CERTIFICATE_REQUEST, MessageType.SERVER_HELLO_DONE}
    return any(each.kind in last for each in answer.messages)


def whole_flight_is_needed(answer: Answer) -> bool:
    """Stop reading at the end of the server's flight."""
    return _is_sealed(answer) or any(each.kind == MessageType.SERVER_HELLO_DONE for each in answer.messages)


def prime_is_needed(answer: Answer) -> bool:
    """Stop reading at the ServerHello, unless a prime of the server's choice follows."""
    if answer.hello is None or not cipher_suite(answer.hello.suite).key_exchange.startswith("DHE"):
        return True
    return key_exchange_is_needed(answer)


def _is_sealed(answer: Answer) -> bool:
    return answer.hello is not None and answer.hello.version >= TlsVersion.TLS13


class Peer:
    """A server at one address and port."""

    def __init__(
        self, network: Network, address: Address, port: int, server_name: str, timeout: float
    ) -> None:  # where, and how long
        """Take where it is. The clock starts now.

        Args:
            network: the way out.
            address: of the server.
            port: of the server.
            server_name: for SNI; empty: none is sent.
            timeout: seconds for one exchange.
        """
        self.server_name = server_name
        self.exchanges: list[Exchange] = []
        self._network = network
        self._address = address
        self._port = port
        self._timeout = timeout
        self._slots = asyncio.Semaphore(network.settings.connections_per_host)
        self._unanswered = 0
        self._end = asyncio.get_running_loop().time() + _TIMEOUTS_IN_ALL * timeout

    async def ask(self, hello: ClientHello, enough: Enough = hello_is_enough, *, again: bool = True) -> Answer:
        """Return the server's answer to a hello; asked twice where the first answer was not firm and ``again`` says so.

        Never raises: what goes wrong is the answer.
        """
        answer = await self._ask_once(hello, enough)
        if again and not answer.firm:
            await asyncio.sleep(_PAUSE)
            answer = await self._ask_once(hello, enough)
        return answer

    @property
    def never_connected(self) -> bool:
        """Whether not one question came through to the server."""
        return all(each.answer.kind is Kind.UNCONNECTED for each in self.exchanges)

    @contextlib.asynccontextmanager
    async def library_connection(self, context: ssl.SSLContext) -> AsyncIterator[ssl.SSLObject | ssl.SSLSocket]:
        """Open a connection by the TLS library of Python and yield its TLS object.

        Raises:
            ProbeError: no connection or no handshake; its cause is the library's error.
        """
        async with self._slots:
            if self._gives_up():
                raise ProbeError("deadline", self._gives_up())
            name = self.server_name or str(self._address)
            if not _is_sendable(name):
                raise ProbeError("protocol", f"the TLS library cannot ask for the name '{name}'")
            async with self._network.connection(self._address, self._port, tls=context, server_name=name) as (_, out):
                yield out.get_extra_info("ssl_object")
                out.transport.abort()  # everything is known; its close_notify is not worth the wait

    async def _ask_once(self, hello: ClientHello, enough: Enough) -> Answer:
        async with self._slots:
            if self._gives_up():
                return Answer(Kind.SKIPPED, self._gives_up())
            try:
                async with self._network.connection(self._address, self._port) as (reader, writer):
                    answer = await self._converse(reader, writer, hello, enough)
            except ProbeError as error:
                answer = Answer(Kind.UNCONNECTED, error.failure.message, failure=error.failure)
        if answer.kind in {Kind.SILENT, Kind.UNCONNECTED}:
            self._unanswered += 1
        self.exchanges.append(Exchange(hello, answer))
        return answer

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hello: ClientHello, enough: Enough
    ) -> Answer:
        flight = Flight(enough)
        try:
            async with asyncio.timeout(self._timeout):
                writer.write(hello.to_records())
                while flight.answer is None:
                    flight.take(await reader.read(1 << 16))
        except TimeoutError:
            return flight.silent(self._timeout)
        except OSError:
            return flight.reset()
        if flight.answer.kind is Kind.HELLO:
            writer.write(CLOSE_NOTIFY)
        return flight.answer

    def _gives_up(self) -> str:
        """Return why nothing more is asked; empty: go on."""
        if self._unanswered >= _PATIENCE:
            return f"not asked, because {self._unanswered} connections to the server stayed without an answer"
        if asyncio.get_running_loop().time() > self._end:
            return f"not asked, because the server's time of {_TIMEOUTS_IN_ALL * self._timeout:g} s was used up"
        return ""


def _is_sendable(name: str) -> bool:
    """Return whether Python's TLS library takes a host name: it raises ValueError for those that break its rules."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return bool(name) and not name.startswith(".")


class Flight:
    """Collects a server's first flight until it is an answer. Knows no network: bytes in, answer out."""

    def __init__(self, enough: Enough) -> None:
        """Take what says when enough was read."""
        self.answer: Answer | None = None
        self._enough = enough
        self._stream = RecordStream()
        self._messages: list[Handshake] = []
        self._sealed: list[bytes] = []
        self._warnings: list[Alert] = []
        self._received = b""
        self._partial: Answer | None = None

    def take(self, data: bytes) -> None:
        """Take the next bytes, none at the end of the connection; sets `answer` once there is one."""
        if not data:
            self.answer = self._at_end("the server closed the connection without a word", Kind.CLOSED)
            return
        self._received += data[: _KEPT - len(self._received)]
        try:
            for message in self._stream.feed(data):
                self._message(message)
                if self.answer is not None:
                    return
        except NotTlsError as error:
            self.answer = Answer(Kind.NOT_TLS, str(error), received=self._received)
        except WireError as error:
            self.answer = Answer(Kind.BROKEN, f"the server's answer is malformed: {error}", received=self._received)

    def silent(self, timeout: float) -> Answer:
        """Return the answer of a server whose time is over."""
        begun = "did not end its answer" if self._received else "did not answer"
        return Answer(Kind.SILENT, f"the server {begun} within {timeout:g} s", received=self._received)

    def reset(self) -> Answer:
        """Return the answer of a server that reset the connection."""
        return self._at_end("the server reset the connection", Kind.RESET)

    def _at_end(self, words: str, kind: Kind) -> Answer:
        if self._partial is not None or self._stream.pending:
            return Answer(Kind.BROKEN, f"{words} in the middle of its answer", received=self._received)
        if self._warnings:
            alert = self._warnings[-1]
            return Answer(Kind.ALERT, f"alert {alert}", alert=alert, received=self._received)
        if self._messages or self._sealed:
            return Answer(Kind.BROKEN, f"{words} after something that is no ServerHello", received=self._received)
        return Answer(kind, words)

    def _message(self, message: Alert | Handshake | Opaque) -> None:
        if isinstance(message, Alert):
            self._alert(message)
        elif isinstance(message, Opaque):
            if self._partial is None:
                raise WireError("encrypted records come before a ServerHello")
            if message.content is ContentType.APPLICATION_DATA:
                self._sealed.append(message.body)
        else:
            self._messages.append(message)
            if self._partial is None:
                if message.kind != MessageType.SERVER_HELLO:
                    raise WireError(f"the first handshake message is of type {message.kind}, not a ServerHello")
                self._partial = Answer(
                    Kind.HELLO,
                    hello=parse_server_hello(message.body),
                    hello_body=message.body,
                    received=self._received,
                )
        self._settle()

    def _alert(self, alert: Alert) -> None:
        if alert.fatal or len(self._warnings) >= _WARNINGS:
            kind = Kind.BROKEN if self._partial is not None else Kind.ALERT
            self.answer = Answer(kind, f"alert {alert}", alert=alert, received=self._received)
        else:
            self._warnings.append(alert)

    def _settle(self) -> None:
        if self._partial is None or self.answer is not None:
            return
        so_far = Answer(
            Kind.HELLO,
            hello=self._partial.hello,
            messages=tuple(self._messages),
            sealed=tuple(self._sealed),
            hello_body=self._partial.hello_body,
            received=self._received,
        )
        if self._enough(so_far):
            self.answer = so_far
